// What an event did: a few words for lists, one sentence for itself, and one line per function that listens, which
// says why it ran and why not (decisions row 6). The words are the dashboard's.

import type {
  EventEffects,
  EventOutcomes,
  EventView,
  FunctionOutcome,
  Outcome,
} from "@stepwell/protocol/rest";
import { at, moment } from "./moment.ts";
import { count, counted, shortDuration } from "./number.ts";
import { harmless } from "./one-line.ts";

/** The column "What it did". */
export function effectsLine(effects: EventEffects | undefined): string {
  if (effects === undefined) return "";
  if (effects.duplicateOf !== undefined && effects.runs === 0) return "duplicate";
  const parts = [
    ...(effects.runs > 0 ? [counted(effects.runs, "run")] : []),
    ...(effects.notStarted > 0 ? [`${count(effects.notStarted)} not`] : []),
    ...((effects.resumed ?? 0) > 0 ? [`${count(effects.resumed ?? 0)} resumed`] : []),
    ...((effects.cancelled ?? 0) > 0 ? [`${count(effects.cancelled ?? 0)} cancelled`] : []),
  ];
  return parts.length === 0 ? "nobody listens" : parts.join(", ");
}

export function eventSentence(event: EventView, outcomes: EventOutcomes): string {
  const started = outcomes.functions.filter((item) => item.outcome.kind === "run-created").length;
  const others = outcomes.functions.length - started;
  const resumed = outcomes.waits.filter((wait) => wait.kind === "resumed").length;
  const cancelled = outcomes.waits.length - resumed;
  const parts = [
    ...(started > 0 ? [`Started ${counted(started, "run")}.`] : []),
    ...(resumed > 0 ? [`Resumed ${counted(resumed, "waiting run")}.`] : []),
    ...(cancelled > 0 ? [`Cancelled ${counted(cancelled, "run")}.`] : []),
    ...(others > 0
      ? [
          `${counted(others, started > 0 ? "more function listens" : "function listens", started > 0 ? "more functions listen" : "functions listen")} to this name and started nothing.`,
        ]
      : []),
  ];
  return parts.length === 0 ? nobodyListens(event.name, outcomes) : parts.join(" ");
}

export function nobodyListens(name: string, { closest = [] }: Pick<EventOutcomes, "closest">): string {
  const [nearest] = closest;
  const hint =
    nearest === undefined
      ? ""
      : ` Closest: ${harmless(nearest.name)}, with ${counted(nearest.functions, "function")}.`;
  return `No function listens to ${harmless(name)}.${hint}`;
}

/** Why a function ran, or why not. */
export function reasonLine({ outcome, expression }: FunctionOutcome, now: number): string {
  switch (outcome.kind) {
    case "run-created": {
      const instead = outcome.cancelledRunId === undefined ? "" : `, in place of ${outcome.cancelledRunId}`;
      return `${expression === undefined ? "no filter" : "filter true"}: run ${outcome.runId}${instead}`;
    }
    case "filtered":
      return `the filter was false: ${harmless(outcome.expression)}`;
    case "expression-error":
      return `the filter could not be evaluated: ${harmless(outcome.message)} (${harmless(outcome.expression)})`;
    case "deduplicated":
      return deduplicatedLine(outcome, now);
    case "rate-limited":
      return rateLimitedLine(outcome, now);
    case "debounced":
      return debouncedLine(outcome, now);
    case "batched":
      return batchedLine(outcome, now);
    case "singleton-skipped":
      return `not started: ${outcome.runId === undefined ? "a run" : `run ${outcome.runId}`} for the same key is still running`;
    case "paused":
    case "draining": {
      const since = outcome.since === undefined ? "" : ` since ${moment(at(outcome.since), now)}`;
      return `${outcome.kind}${since}${outcome.by === undefined ? "" : ` by ${harmless(outcome.by)}`}`;
    }
    case "pending":
      return "not decided yet";
    default:
      // A newer server may give reasons that this client has no words for.
      return unknownReason(outcome satisfies never);
  }
}

function unknownReason(outcome: { readonly kind?: string }): string {
  return harmless(String(outcome.kind ?? "for a reason that this client does not know")).replaceAll("-", " ");
}

type OutcomeOf<K extends Outcome["kind"]> = Outcome & { readonly kind: K };

function deduplicatedLine(outcome: OutcomeOf<"deduplicated">, now: number): string {
  const what = outcome.idempotencyKey === undefined ? "same id" : "same idempotency key";
  const started = outcome.runId === undefined ? "" : `, which started run ${outcome.runId}`;
  const until = outcome.until === undefined ? "" : `; it counts until ${moment(at(outcome.until), now)}`;
  return `${what} as event ${outcome.byEventId}${started}${until}`;
}

function rateLimitedLine(outcome: OutcomeOf<"rate-limited">, now: number): string {
  const period = outcome.periodMs === undefined ? "" : ` in ${shortDuration(outcome.periodMs)}`;
  const limit = outcome.limit === undefined ? "the rate limit" : `limit of ${count(outcome.limit)}${period}`;
  const key = outcome.key === undefined ? "" : ` for ${harmless(outcome.key)}`;
  const by = outcome.usedByRunId === undefined ? "" : ` by run ${outcome.usedByRunId}`;
  const free = outcome.freeAt === undefined ? "" : `; free again ${moment(at(outcome.freeAt), now)}`;
  return `${limit}${key} used up${by}${free}`;
}

function debouncedLine(outcome: OutcomeOf<"debounced">, now: number): string {
  if (outcome.runId !== undefined) return `put into run ${outcome.runId}`;
  if (outcome.supersededByEventId !== undefined)
    return `a later event took its place: ${outcome.supersededByEventId}`;
  return outcome.startsAt === undefined
    ? "put into the next run, once no more events come"
    : `put into the run that starts at ${moment(at(outcome.startsAt), now)}, unless another event comes`;
}

function batchedLine(outcome: OutcomeOf<"batched">, now: number): string {
  const most = outcome.maxSize === undefined ? "" : `, at most ${outcome.maxSize}`;
  const size = outcome.size === undefined ? "" : ` of ${outcome.size}${most}`;
  const run =
    outcome.runId !== undefined
      ? `, run ${outcome.runId}`
      : outcome.startsAt === undefined
        ? ""
        : `, which starts at ${moment(at(outcome.startsAt), now)} at the latest`;
  return `put into a batch${size}${run}`;
}
