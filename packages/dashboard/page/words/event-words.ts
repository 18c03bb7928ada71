// What an event did: two or three words for lists, one sentence for its page, one line per listening function.

import type { EventEffects, EventOutcomes, EventView, FunctionOutcome } from "@stepwell/protocol/rest";
import { at, moment } from "./clock-time.ts";
import { count, counted } from "./number.ts";
import { code, listed, name, type Part, type Sentence } from "./part.ts";
import { perMs } from "./period-words.ts";
import { shortId } from "./short-id.ts";

/** The column "What it did". */
export function effectsLine(effects: EventEffects): {
  readonly kind: "did" | "duplicate" | "nobody";
  readonly text: string;
} {
  if (effects.duplicateOf !== undefined && effects.runs === 0)
    return { kind: "duplicate", text: "duplicate" };
  const parts: string[] = [];
  if (effects.runs > 0) parts.push(counted(effects.runs, "run"));
  if (effects.notStarted > 0) parts.push(`${count(effects.notStarted)} not`);
  if ((effects.resumed ?? 0) > 0) parts.push(`${count(effects.resumed ?? 0)} resumed`);
  if ((effects.cancelled ?? 0) > 0) parts.push(`${count(effects.cancelled ?? 0)} cancelled`);
  return parts.length === 0
    ? { kind: "nobody", text: "nobody listens" }
    : { kind: "did", text: parts.join(", ") };
}

/** The first words of an event's page. */
export function eventSentence(event: EventView, outcomes: EventOutcomes): Sentence {
  const started = outcomes.functions.filter((item) => item.outcome.kind === "run-created");
  const others = outcomes.functions.filter((item) => item.outcome.kind !== "run-created");
  const resumed = outcomes.waits.filter((wait) => wait.kind === "resumed").length;
  const cancelled = outcomes.waits.length - resumed;
  const sentence: Part[] = [];
  if (started.length > 0) sentence.push("Started ", name(counted(started.length, "run")), ".");
  if (resumed > 0) sentence.push(" Resumed ", name(counted(resumed, "waiting run")), ".");
  if (cancelled > 0) sentence.push(" Cancelled ", name(counted(cancelled, "run")), ".");
  if (outcomes.functions.length === 0) {
    if (sentence.length > 0) return sentence;
    return nobodyListens(event, outcomes);
  }
  if (others.length > 0) {
    const lead =
      sentence.length === 0
        ? `${counted(others.length, "function listens", "functions listen")}`
        : ` ${counted(others.length, "more function listens", "more functions listen")}`;
    sentence.push(`${lead} to this name: ${listed(groupedReasons(others))}.`);
  }
  return sentence;
}

function nobodyListens(event: EventView, outcomes: EventOutcomes): Sentence {
  const closest = outcomes.closest?.[0];
  return [
    "No function listens to ",
    name(event.name),
    ".",
    ...(closest === undefined
      ? []
      : [" Closest: ", name(closest.name), `, with ${counted(closest.functions, "function")}.`]),
  ];
}

function groupedReasons(outcomes: readonly FunctionOutcome[]): readonly string[] {
  const words = new Map<string, number>();
  for (const { outcome } of outcomes) {
    const word = reasonWord(outcome.kind);
    words.set(word, (words.get(word) ?? 0) + 1);
  }
  return [...words].map(([word, times]) => `${times === 1 ? "one" : count(times)} ${word}`);
}

function reasonWord(kind: FunctionOutcome["outcome"]["kind"]): string {
  switch (kind) {
    case "run-created":
      return "ran";
    case "filtered":
      return "filter was false";
    case "expression-error":
      return "filter could not be evaluated";
    case "deduplicated":
      return "had already had it";
    case "rate-limited":
      return "had used up its rate limit";
    case "debounced":
      return "waits for a quiet moment";
    case "batched":
      return "gathers a batch";
    case "singleton-skipped":
      return "was still running";
    case "paused":
      return "is paused";
    case "draining":
      return "is draining";
    case "pending":
      return "is not decided yet";
  }
}

/** One line of "why it ran, why it did not" (spec §5 Reasons, §10). */
export function reasonLine({ outcome, expression }: FunctionOutcome, now: number): Sentence {
  switch (outcome.kind) {
    case "run-created":
      return [
        expression === undefined ? "No filter. Run " : "Filter true. Run ",
        name(shortId(outcome.runId), `/runs/${outcome.runId}`),
        ...(outcome.cancelledRunId === undefined
          ? []
          : [", in place of ", name(shortId(outcome.cancelledRunId), `/runs/${outcome.cancelledRunId}`)]),
      ];
    case "filtered":
      return ["The filter was false: ", code(outcome.expression)];
    case "expression-error":
      return [`The filter could not be evaluated: ${outcome.message} `, code(outcome.expression)];
    case "deduplicated": {
      const until = outcome.until === undefined ? "" : ` Ids count until ${moment(at(outcome.until), now)}.`;
      return [
        outcome.idempotencyKey === undefined ? "Same id as event " : "Same idempotency key as event ",
        name(shortId(outcome.byEventId), `/events/${outcome.byEventId}`),
        ...(outcome.runId === undefined
          ? ["."]
          : [", which started run ", name(shortId(outcome.runId), `/runs/${outcome.runId}`), "."]),
        until,
      ];
    }
    case "rate-limited":
      return rateLimitedLine(outcome, now);
    case "debounced":
      return debouncedLine(outcome, now);
    case "batched":
      return [
        `Put into a batch${outcome.size === undefined ? "" : ` of ${outcome.size}${outcome.maxSize === undefined ? "" : `, at most ${outcome.maxSize}`}`}.`,
        ...(outcome.runId === undefined
          ? outcome.startsAt === undefined
            ? []
            : [` It starts at ${moment(at(outcome.startsAt), now)} at the latest.`]
          : [" Run ", name(shortId(outcome.runId), `/runs/${outcome.runId}`)]),
      ];
    case "singleton-skipped":
      return outcome.runId === undefined
        ? ["Not started: a run for the same key is still running."]
        : [
            "Not started: run ",
            name(shortId(outcome.runId), `/runs/${outcome.runId}`),
            " for the same key is still running.",
          ];
    case "paused":
      return [
        `Paused${outcome.since === undefined ? "" : ` since ${moment(at(outcome.since), now)}`}${outcome.by === undefined ? "" : ` by ${outcome.by}`}.`,
      ];
    case "draining":
      return [
        `Draining${outcome.since === undefined ? "" : ` since ${moment(at(outcome.since), now)}`}: no new runs start.`,
      ];
    case "pending":
      return ["Not decided yet."];
  }
}

type OutcomeOf<K extends FunctionOutcome["outcome"]["kind"]> = FunctionOutcome["outcome"] & {
  readonly kind: K;
};

function rateLimitedLine(outcome: OutcomeOf<"rate-limited">, now: number): Sentence {
  const limit =
    outcome.limit === undefined
      ? "The rate limit"
      : `Limit of ${count(outcome.limit)}${outcome.periodMs === undefined ? "" : ` ${perMs(outcome.periodMs)}`}`;
  return [
    limit,
    ...(outcome.key === undefined ? [] : [" for ", code(outcome.key)]),
    ", used up",
    ...(outcome.usedByRunId === undefined
      ? []
      : [" by run ", name(shortId(outcome.usedByRunId), `/runs/${outcome.usedByRunId}`)]),
    outcome.freeAt === undefined ? "." : `. Free again on ${moment(at(outcome.freeAt), now)}.`,
  ];
}

function debouncedLine(outcome: OutcomeOf<"debounced">, now: number): Sentence {
  if (outcome.runId !== undefined)
    return ["Put into run ", name(shortId(outcome.runId), `/runs/${outcome.runId}`), "."];
  if (outcome.supersededByEventId !== undefined)
    return [
      "A later event took its place: ",
      name(shortId(outcome.supersededByEventId), `/events/${outcome.supersededByEventId}`),
      ".",
    ];
  return [
    outcome.startsAt === undefined
      ? "Put into the next run, once no more events come."
      : `Put into the run that starts at ${moment(at(outcome.startsAt), now)}, unless another event comes.`,
  ];
}
