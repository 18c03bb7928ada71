// What holds back a run's first call: its function's throttle (semantics C8) and its limit on whole runs (C7.8). The
// call is admitted by both at once, or stands in its lane until it is.

import { KeyReader } from "../admit/keys.ts";
import { firstLane, startKeys } from "../admit/run-keys.ts";
import type { Change } from "../change.ts";
import type { Need } from "../decision.ts";
import type { FunctionSettings } from "../model/function.ts";
import type { CallJob } from "../model/job.ts";
import {
  type LaneKeys,
  type LaneRules,
  laneRules,
  parseLane,
  spacedUntil,
  throttleOpensAt,
  unspaced,
} from "../schedule/lane.ts";
import type { RunView, ShardState } from "../state.ts";

export type Gate =
  /** The call may be made; the changes take its place in the spacing, and its slot, which the run holds to its end. */
  | { readonly kind: "open"; readonly changes: readonly Change[]; readonly slot?: string }
  | { readonly kind: "closed" }
  /** What holds the call back has another key by now: it belongs into another lane. */
  | { readonly kind: "moved"; readonly job: CallJob }
  | { readonly kind: "missing"; readonly needs: readonly Need[] };

export function startGate(
  state: ShardState,
  settings: FunctionSettings,
  view: RunView,
  job: CallJob,
  now: number,
): Gate {
  const holdsBack = settings.throttle !== undefined || settings.wholeRuns !== undefined;
  if (!holdsBack || view.run.status !== "queued") return { kind: "open", changes: [] };
  const keys = parseLane(job.lane);
  if (isMisplaced(settings, keys)) return { kind: "moved", job: moved(settings, view, job, keys, now) };
  const { throttle, wholeRuns } = laneRules(settings, keys);
  const gates = [throttleGate(state, throttle, now), slotGate(state, wholeRuns)];
  const needs = gates.flatMap((gate) => (gate.kind === "missing" ? gate.needs : []));
  if (needs.length > 0) return { kind: "missing", needs };
  if (gates.some((gate) => gate.kind === "closed")) return { kind: "closed" };
  const changes = gates.flatMap((gate) => (gate.kind === "open" ? gate.changes : []));
  const slot = wholeRuns?.max === undefined ? {} : { slot: wholeRuns.key };
  return { kind: "open", changes, ...slot };
}

/** A throttle's key of now counts (semantics C8.4); under a limit on whole runs a run keeps to the key it has (C7.3). */
function isMisplaced({ throttle, wholeRuns }: FunctionSettings, keys: LaneKeys): boolean {
  const isThrottled =
    throttle === undefined || (keys.throttle !== undefined && keys.throttle.expression === throttle.key);
  return !isThrottled || (wholeRuns !== undefined && keys.wholeRuns === undefined);
}

function moved(
  settings: FunctionSettings,
  view: RunView,
  job: CallJob,
  { limits, wholeRuns }: LaneKeys,
  now: number,
): CallJob {
  const event = view.events[0];
  const start = event === undefined ? {} : startKeys(settings, new KeyReader(event, now));
  const lane = firstLane({ limits, start: { ...start, ...(wholeRuns === undefined ? {} : { wholeRuns }) } });
  const { lane: _, ...rest } = job;
  return { ...rest, ...(lane === undefined ? {} : { lane }) };
}

type Part = Exclude<Gate, { readonly kind: "moved" }>;

function throttleGate(state: ShardState, rules: LaneRules["throttle"], now: number): Part {
  if (rules === undefined) return { kind: "open", changes: [] };
  const { key } = rules;
  const known = state.limit(key);
  if (known === undefined) return { kind: "missing", needs: [{ kind: "limit", key }] };
  const spacing = known?.kind === "throttle" ? known : unspaced;
  if (throttleOpensAt(rules, spacing) > now) return { kind: "closed" };
  const next = Math.max(now, spacedUntil(rules, spacing)) + rules.intervalMs;
  const started = { kind: "throttle", key, spacedUntil: next, startedAt: now } as const;
  return {
    kind: "open",
    changes: [{ kind: "limit.put", state: { ...started, expiresAt: Math.ceil(next) } }],
  };
}

function slotGate(state: ShardState, rules: LaneRules["wholeRuns"]): Part {
  if (rules?.max === undefined) return { kind: "open", changes: [] };
  const { key, max } = rules;
  const known = state.limit(key);
  if (known === undefined) return { kind: "missing", needs: [{ kind: "limit", key }] };
  const count = known?.kind === "runs" ? known.count : 0;
  if (count >= max) return { kind: "closed" };
  return {
    kind: "open",
    changes: [{ kind: "limit.put", state: { kind: "runs", key, count: count + 1 } }],
  };
}
