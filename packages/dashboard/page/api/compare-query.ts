// The value that stands at the same place as a payload in another run or event.

import {
  type EventView,
  eventPath,
  type Json,
  type RunDetailView,
  runPath,
  type TraceSpan,
  type TraceView,
  tracePath,
} from "@stepwell/protocol/rest";
import { eventPart, runPart, type Sentence } from "@stepwell/protocol/words";
import { queryOptions } from "@tanstack/react-query";
import { data, optional } from "./queries.ts";

/** Where a payload comes from, and so what is its like elsewhere. */
export type PayloadSource =
  /** `originalRunId` where the run repeats another: what it is compared with first. */
  | { readonly kind: "run-output"; readonly originalRunId?: string }
  | { readonly kind: "event"; readonly part: "data" | "user" }
  | { readonly kind: "step"; readonly name: string; readonly part: "output" | "input" };

export type OtherValue =
  | { readonly kind: "found"; readonly value: Json; readonly where: Sentence }
  /** It is there, and has nothing of this kind. */
  | { readonly kind: "nothing"; readonly sentence: Sentence };

/** @param id of a run; for an event's payload also that of an event. */
export const otherValueQuery = (source: PayloadSource, id: string) =>
  queryOptions({
    queryKey: ["compare", source, id],
    queryFn: ({ signal }) => otherValue(source, id, signal),
  });

async function otherValue(source: PayloadSource, id: string, signal: AbortSignal): Promise<OtherValue> {
  switch (source.kind) {
    case "run-output":
      return outputOf(await data<RunDetailView>(runPath(id), signal));
    case "event":
      return await eventPartOf(source.part, id, signal);
    case "step":
      return stepPartOf(source, await data<TraceView>(tracePath(id), signal));
  }
}

function outputOf(run: RunDetailView): OtherValue {
  const where = ["the output of run ", runPart(run.id)];
  if (run.output !== undefined) return { kind: "found", value: run.output, where };
  const why =
    run.outputBytes === undefined ? " has no output." : " has an output too large to be shown here.";
  return { kind: "nothing", sentence: ["Run ", runPart(run.id), why] };
}

/** Of the event itself, or of the first one that started the run. */
async function eventPartOf(part: "data" | "user", id: string, signal: AbortSignal): Promise<OtherValue> {
  const event =
    (await optional<EventView>(eventPath(id), signal)) ??
    (await triggerOf(await data<RunDetailView>(runPath(id), signal), signal));
  if (event === undefined)
    return { kind: "nothing", sentence: ["The event that started run ", runPart(id), " is no longer kept."] };
  const value = event[part];
  if (value === undefined)
    return { kind: "nothing", sentence: ["Event ", eventPart(event.id), ` has no ${part}.`] };
  return { kind: "found", value, where: ["event ", eventPart(event.id)] };
}

async function triggerOf(run: RunDetailView, signal: AbortSignal): Promise<EventView | undefined> {
  const [first] = run.events;
  return first === undefined ? undefined : await data<EventView>(eventPath(first.id), signal);
}

function stepPartOf(
  { name, part }: Extract<PayloadSource, { kind: "step" }>,
  { runId, rootSpan }: TraceView,
): OtherValue {
  const step = rootSpan.children.find((span) => span.name === name);
  const value = step === undefined ? undefined : part === "input" ? stepInput(step) : step.output;
  if (value !== undefined) return { kind: "found", value, where: [`step ${name} of run `, runPart(runId)] };
  const what = step === undefined ? ` has no step ${name}.` : `: step ${name} has no ${part}.`;
  return { kind: "nothing", sentence: ["Run ", runPart(runId), what] };
}

/** One argument stands for itself; several stay a list. */
export function stepInput({ input }: TraceSpan): Json | undefined {
  return Array.isArray(input) && input.length === 1 ? input[0] : input;
}
