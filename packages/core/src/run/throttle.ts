// The throttle at a run's first call: the start is admitted, or stands in its lane until it is (semantics C8).

import { KeyReader } from "../admit/keys.ts";
import { throttleKey } from "../admit/run-keys.ts";
import type { Change } from "../change.ts";
import type { Need } from "../decision.ts";
import type { FunctionSettings } from "../model/function.ts";
import type { CallJob } from "../model/job.ts";
import type { LimitState } from "../model/limit-state.ts";
import { laneRules, laneText, parseLane, spacedUntil, throttleOpensAt, unspaced } from "../schedule/lane.ts";
import type { RunView, ShardState } from "../state.ts";

export type Gate =
  /** The call may be made; the changes take its place in the spacing. */
  | { readonly kind: "open"; readonly changes: readonly Change[] }
  | { readonly kind: "closed" }
  /** The function's throttle has another key by now: the job belongs into another lane (semantics C8.4). */
  | { readonly kind: "moved"; readonly job: CallJob }
  | { readonly kind: "missing"; readonly need: Need };

export function throttleGate(
  state: ShardState,
  settings: FunctionSettings,
  view: RunView,
  job: CallJob,
  now: number,
): Gate {
  const { throttle } = settings;
  if (throttle === undefined || view.run.status !== "queued") return { kind: "open", changes: [] };
  const keys = parseLane(job.lane);
  if (keys.throttle === undefined || keys.throttle.expression !== throttle.key)
    return moved(settings, view, job, now);
  const rules = laneRules(settings, keys).throttle;
  if (rules === undefined) return { kind: "open", changes: [] };
  const known = state.limit(rules.key);
  if (known === undefined) return { kind: "missing", need: { kind: "limit", key: rules.key } };
  const spacing = known?.kind === "throttle" ? known : unspaced;
  if (throttleOpensAt(rules, spacing) > now) return { kind: "closed" };
  const next = Math.max(now, spacedUntil(rules, spacing)) + rules.intervalMs;
  const started: LimitState = {
    kind: "throttle",
    key: rules.key,
    spacedUntil: next,
    startedAt: now,
    expiresAt: Math.ceil(next),
  };
  return { kind: "open", changes: [{ kind: "limit.put", state: started }] };
}

function moved(settings: FunctionSettings, view: RunView, job: CallJob, now: number): Gate {
  const event = view.events[0];
  const throttle = event === undefined ? undefined : throttleKey(settings, new KeyReader(event, now));
  const { limits } = parseLane(job.lane);
  const lane = laneText({ limits, ...(throttle === undefined ? {} : { throttle }) });
  const { lane: _, ...rest } = job;
  return { kind: "moved", job: { ...rest, ...(lane === undefined ? {} : { lane }) } };
}
