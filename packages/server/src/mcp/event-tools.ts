// Tools on events: sending one, what it started and why nothing else (semantics G5.3).

import { isJsonObject, type Json, type JsonObject } from "@stepwell/protocol";
import {
  type EventOutcomes,
  eventOutcomesPath,
  eventRunsPath,
  eventsPath,
  type RunView,
  type SendEventAnswer,
} from "@stepwell/protocol/rest";
import { z } from "zod";
import type { RestCaller } from "./rest-caller.ts";
import { asJson, pause, type Tool, type ToolWorld, tool } from "./tool.ts";

const eventId = z.string().describe("The event's internal id, 26 characters.");

/** What a sent event starts is looked at for so long. */
const lookMs = 2000;
const lookEveryMs = 50;

export const eventTools: readonly Tool[] = [
  tool({
    name: "send_event",
    description:
      "Sends an event. Answers with its id, the ids of the runs that it started, and for each listening function why it ran or did not.",
    isWrite: true,
    input: {
      name: z.string().min(1),
      data: z.json().optional().describe("An object; anything else is sent as {value: …}."),
      user: z.record(z.string(), z.json()).optional(),
      id: z.string().optional().describe("A second event with the same id within 24 hours starts nothing."),
      ts: z.number().optional().describe("Unix milliseconds; later than now starts runs then."),
      v: z.string().optional().describe("Version of the data's shape."),
    },
    run: async (input, world) => {
      const { name, data, user, id, ts, v } = input;
      const event: JsonObject = {
        name,
        data: dataOf(data as Json | undefined),
        ...(user === undefined ? {} : { user: asJson(user) }),
        ...(id === undefined ? {} : { id }),
        ...(ts === undefined ? {} : { ts }),
        ...(v === undefined ? {} : { v }),
      };
      const { data: sent } = await world.rest.post<SendEventAnswer>(eventsPath(), event);
      const outcomes = await decided(sent.eventId, world);
      const runIds = outcomes.functions.flatMap(({ outcome }) =>
        outcome.kind === "run-created" ? [outcome.runId] : [],
      );
      return asJson({ eventId: sent.eventId, runIds, ...outcomes });
    },
  }),
  tool({
    name: "get_event_runs",
    description: "Lists the runs that an event started.",
    input: { eventId },
    run: async (input, { rest }) =>
      asJson((await rest.get<readonly RunView[]>(eventRunsPath(input.eventId))).data),
  }),
  tool({
    name: "get_event_outcomes",
    description:
      "Tells for each function that listens to an event's name why it ran or did not, and, when nobody listens, the nearest names.",
    input: { eventId },
    run: async (input, { rest }) => asJson(await outcomesOf(input.eventId, rest)),
  }),
];

function dataOf(data: Json | undefined): JsonObject {
  if (data === undefined || data === null) return {};
  return isJsonObject(data) ? data : { value: data };
}

async function outcomesOf(id: string, rest: RestCaller): Promise<EventOutcomes> {
  return (await rest.get<EventOutcomes>(eventOutcomesPath(id))).data;
}

/** What came of an event, once it is known for every function, or after a while as far as it is. */
async function decided(id: string, { rest, signal }: ToolWorld): Promise<EventOutcomes> {
  const begun = performance.now();
  for (;;) {
    const outcomes = await outcomesOf(id, rest);
    const isPending = outcomes.functions.some(({ outcome }) => outcome.kind === "pending");
    if (!isPending || performance.now() - begun >= lookMs || signal.aborted) return outcomes;
    await pause(lookEveryMs, signal);
  }
}
