// What the fake server answers about steering: limits by key, overrides, pausing, checks of apps.

import type {
  AppChecks,
  AppView,
  FunctionView,
  LimitKeyView,
  LimitView,
  OverrideRequest,
} from "@stepwell/protocol/rest";
import { iso } from "./plan.ts";

const second = 1000;

/** Overrides by function slug and limit name. */
const overrides = new Map<string, OverrideRequest & { readonly setAt: string }>();

export function setOverride(slug: string, request: OverrideRequest, now: number): void {
  overrides.set(`${slug} ${request.limit}`, { ...request, setAt: iso(now) });
}

export function removeOverride(slug: string, limit: string): void {
  overrides.delete(`${slug} ${limit}`);
}

function limitOf(slug: string, now: number, limit: Omit<LimitView, "limit" | "keyCount">): LimitView {
  const override = overrides.get(`${slug} ${limit.name}`);
  const isOver = override?.until !== undefined && Date.parse(override.until) < now;
  return {
    ...limit,
    limit: override === undefined || isOver ? limit.registeredLimit : override.value,
    keyCount: limit.keys.length,
    ...(override === undefined || isOver ? {} : { override }),
  };
}

export function limitsOf(slug: string, now: number): readonly LimitView[] {
  const key = (value: string, running: number, queued: number, oldest?: number): LimitKeyView => ({
    value,
    running,
    queued,
    ...(oldest === undefined ? {} : { oldestQueuedAt: iso(now - oldest) }),
  });
  if (slug === "web-orchestrate-onboarding")
    return [
      limitOf(slug, now, {
        name: "concurrency.0",
        key: "event.data.account",
        registeredLimit: 10,
        keys: [
          key("acme", 10, 412, 48 * second),
          key("brightwave", 10, 61, 7 * second),
          key("northwind", 7, 0),
          key("usr_trial_pool", 4, 0),
          key("initech", 3, 0),
          { isMissing: true, running: 2, queued: 0 },
        ],
      }),
    ];
  if (slug === "billing-create-trial")
    return [
      limitOf(slug, now, {
        name: "throttle",
        registeredLimit: 50,
        periodMs: second,
        keys: [{ queued: 12, oldestQueuedAt: iso(now - 400), nextStartAt: iso(now + 20) }],
      }),
    ];
  return [];
}

export function paused(fn: FunctionView, on: boolean, now: number): FunctionView {
  const { pausedAt: _at, pausedBy: _by, skippedTriggers: _skipped, ...rest } = fn;
  return on
    ? { ...rest, isPaused: true, pausedAt: iso(now), skippedTriggers: 0 }
    : { ...rest, isPaused: false };
}

export function checksOf(app: AppView, now: number): AppChecks {
  const isGood = app.latestSync?.error === undefined;
  const later = isGood
    ? ({ status: "passed", found: "yes" } as const)
    : ({ status: "not-checked", found: "not checked" } as const);
  return {
    checkedAt: iso(now),
    checks: [
      { name: "name-resolves", status: "passed", found: "127.0.0.1" },
      isGood
        ? { name: "port-answers", status: "passed", found: "in 4 ms" }
        : {
            name: "port-answers",
            status: "failed",
            found: "refused",
            message: "Nothing listens there. Start the app, or correct the address.",
          },
      { name: "signature-valid", ...later },
      { name: "functions-valid", ...later },
    ],
  };
}
