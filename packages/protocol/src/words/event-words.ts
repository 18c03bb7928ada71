// What an event did: two or three words for lists, one sentence for itself, and one line per function that listens,
// which says why it ran or why not (decisions row 6).

import type { EventEffects } from "../rest/event.ts";
import type { EventOutcomes, FunctionOutcome, Outcome } from "../rest/outcome.ts";
import { at, dueWords, moment, onMoment } from "./moment.ts";
import { count, counted, perMs } from "./number.ts";
import { code, eventPart, listed, name, runPart, type Sentence } from "./part.ts";

/** The column "What it did"; empty while that is not known. */
export function effectsLine(effects: EventEffects | undefined): {
  readonly kind: "unknown" | "did" | "duplicate" | "nobody";
  readonly text: string;
} {
  if (effects === undefined) return { kind: "unknown", text: "" };
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

/** The first words of an event by itself. */
export function eventSentence(eventName: string, outcomes: EventOutcomes): Sentence {
  const others = outcomes.functions.filter((item) => item.outcome.kind !== "run-created");
  const started = outcomes.functions.length - others.length;
  const resumed = outcomes.waits.filter((wait) => wait.kind === "resumed").length;
  const cancelled = outcomes.waits.length - resumed;
  const sentences: Sentence[] = [];
  if (started > 0) sentences.push(["Started ", name(counted(started, "run")), "."]);
  if (resumed > 0) sentences.push(["Resumed ", name(counted(resumed, "waiting run")), "."]);
  if (cancelled > 0) sentences.push(["Cancelled ", name(counted(cancelled, "run")), "."]);
  if (others.length > 0) {
    const more = sentences.length === 0 ? "" : "more ";
    const lead = counted(others.length, `${more}function listens`, `${more}functions listen`);
    sentences.push([`${lead} to this name: ${listed(groupedReasons(others))}.`]);
  }
  if (sentences.length === 0) return nobodyListens(eventName, outcomes);
  return sentences.flatMap((sentence, index): Sentence => (index === 0 ? sentence : [" ", ...sentence]));
}

export function nobodyListens(eventName: string, { closest = [] }: Pick<EventOutcomes, "closest">): Sentence {
  const [nearest] = closest;
  return [
    "No function listens to ",
    name(eventName),
    ".",
    ...(nearest === undefined
      ? []
      : [" Closest: ", name(nearest.name), `, with ${counted(nearest.functions, "function")}.`]),
  ];
}

function groupedReasons(outcomes: readonly FunctionOutcome[]): readonly string[] {
  const times = new Map<Outcome["kind"], number>();
  for (const { outcome } of outcomes) times.set(outcome.kind, (times.get(outcome.kind) ?? 0) + 1);
  return [...times].map(([kind, many]) => {
    const [forOne, forMany] = reasonWords[kind] ?? ["did not start", "did not start"];
    return many === 1 ? `one ${forOne}` : `${count(many)} ${forMany}`;
  });
}

/** Said of one function, and of several; a newer server may give reasons that have no words here. */
const reasonWords: Readonly<Partial<Record<Outcome["kind"], readonly [string, string]>>> = {
  filtered: ["filter was false", "filters were false"],
  "expression-error": ["filter could not be evaluated", "filters could not be evaluated"],
  deduplicated: ["had already had it", "had already had it"],
  "rate-limited": ["had used up its rate limit", "had used up their rate limits"],
  debounced: ["waits for a quiet moment", "wait for a quiet moment"],
  batched: ["gathers a batch", "gather batches"],
  "singleton-skipped": ["was still running", "were still running"],
  paused: ["is paused", "are paused"],
  draining: ["is draining", "are draining"],
  pending: ["is not decided yet", "are not decided yet"],
};

/** Why a function ran, or why not. */
export function reasonLine({ outcome, expression }: FunctionOutcome, now: number): Sentence {
  switch (outcome.kind) {
    case "run-created":
      return [
        expression === undefined ? "No filter. Run " : "Filter true. Run ",
        runPart(outcome.runId),
        ...(outcome.cancelledRunId === undefined ? [] : [", in place of ", runPart(outcome.cancelledRunId)]),
      ];
    case "filtered":
      return ["The filter was false: ", code(outcome.expression)];
    case "expression-error":
      return [`The filter could not be evaluated: ${outcome.message} (`, code(outcome.expression), ")"];
    case "deduplicated":
      return deduplicatedLine(outcome, now);
    case "rate-limited":
      return rateLimitedLine(outcome, now);
    case "debounced":
      return debouncedLine(outcome, now);
    case "batched":
      return batchedLine(outcome, now);
    case "singleton-skipped":
      return [
        "Not started: ",
        ...(outcome.runId === undefined ? ["a run"] : ["run ", runPart(outcome.runId)]),
        " for the same key is still running.",
      ];
    case "paused":
      return [`Paused${sinceWords(outcome, now)}.`];
    case "draining":
      return [`Draining${sinceWords(outcome, now)}: no new runs start.`];
    case "pending":
      return ["Not decided yet."];
    default:
      return unknownReason(outcome);
  }
}

/** What a newer server says. */
function unknownReason(outcome: { readonly kind: string }): Sentence {
  return [`Not started: ${outcome.kind.replaceAll("-", " ")}.`];
}

type OutcomeOf<K extends Outcome["kind"]> = Outcome & { readonly kind: K };

function sinceWords({ since, by }: OutcomeOf<"paused" | "draining">, now: number): string {
  const start = since === undefined ? "" : ` since ${moment(at(since), now)}`;
  return `${start}${by === undefined ? "" : ` by ${by}`}`;
}

function deduplicatedLine(outcome: OutcomeOf<"deduplicated">, now: number): Sentence {
  const isById = outcome.idempotencyKey === undefined;
  const until = outcome.until === undefined ? undefined : moment(at(outcome.until), now);
  return [
    isById ? "Same id as event " : "Same idempotency key as event ",
    eventPart(outcome.byEventId),
    ...(outcome.runId === undefined ? ["."] : [", which started run ", runPart(outcome.runId), "."]),
    until === undefined ? "" : ` ${isById ? "Ids count" : "The key counts"} until ${until}.`,
  ];
}

function rateLimitedLine(outcome: OutcomeOf<"rate-limited">, now: number): Sentence {
  const period = outcome.periodMs === undefined ? "" : ` ${perMs(outcome.periodMs)}`;
  return [
    outcome.limit === undefined ? "The rate limit" : `Limit of ${count(outcome.limit)}${period}`,
    ...(outcome.key === undefined ? [] : [" for ", code(outcome.key)]),
    outcome.limit === undefined ? " is used up" : ", used up",
    ...(outcome.usedByRunId === undefined ? [] : [" by run ", runPart(outcome.usedByRunId)]),
    outcome.freeAt === undefined ? "." : `. Free again ${onMoment(at(outcome.freeAt), now)}.`,
  ];
}

function debouncedLine(outcome: OutcomeOf<"debounced">, now: number): Sentence {
  if (outcome.runId !== undefined) return ["Put into run ", runPart(outcome.runId), "."];
  if (outcome.supersededByEventId !== undefined)
    return ["A later event took its place: ", eventPart(outcome.supersededByEventId), "."];
  return [
    outcome.startsAt === undefined
      ? "Put into the next run, once no more events come."
      : `Put into the run that starts ${dueWords(at(outcome.startsAt), now)}, unless another event comes.`,
  ];
}

function batchedLine(outcome: OutcomeOf<"batched">, now: number): Sentence {
  const most = outcome.maxSize === undefined ? "" : `, at most ${outcome.maxSize}`;
  const batch = `Put into a batch${outcome.size === undefined ? "" : ` of ${outcome.size}${most}`}.`;
  if (outcome.runId !== undefined) return [`${batch} Run `, runPart(outcome.runId)];
  if (outcome.startsAt === undefined) return [batch];
  return [`${batch} It starts ${onMoment(at(outcome.startsAt), now)} at the latest.`];
}
