// Schemas of events (protocol §7.2 SendEvent).

import type {
  EventEffects,
  EventFieldView,
  EventNameView,
  EventSource,
  EventView,
  FieldValue,
  SendEventAnswer,
  SendEventRequest,
  SendEventsAnswer,
  SendEventsRequest,
} from "@stepwell/protocol/rest";
import { eventsAtOnceMax, eventsLimit, fieldTypes } from "@stepwell/protocol/rest";
import { z } from "zod";
import { flagField, limitField, textField, timeField } from "../http/query.ts";
import { inOrder } from "./run-query.ts";
import {
  count,
  flag,
  json,
  jsonObject,
  list,
  literal,
  named,
  objectOf,
  optional,
  text,
  timestampText,
  word,
} from "./shape.ts";

type Source<K extends EventSource["kind"]> = Extract<EventSource, { readonly kind: K }>;

const source = z.union([
  objectOf<Source<"api">>({ kind: literal("api") }),
  objectOf<Source<"engine">>({ kind: literal("engine"), runId: optional(text) }),
  objectOf<Source<"run">>({
    kind: literal("run"),
    runId: text,
    functionName: optional(text),
    stepName: optional(text),
  }),
]);

const effects = objectOf<EventEffects>({
  runs: count,
  notStarted: count,
  resumed: optional(count),
  cancelled: optional(count),
  duplicateOf: optional(text),
});

export const eventView = named<EventView>("Event", {
  id: text,
  externalId: text,
  name: text,
  receivedAt: timestampText,
  ts: timestampText,
  isSystem: flag,
  data: optional(json),
  dataBytes: optional(count),
  user: optional(json),
  v: optional(text),
  source: optional(source),
  effects: optional(effects),
});

export const sendEventRequest = named<SendEventRequest>("SendEvent", {
  name: text,
  data: optional(jsonObject),
  user: optional(jsonObject),
  id: optional(text),
  ts: optional(z.number().meta({ description: "Unix time in ms." })),
  v: optional(text),
});

export const sendRequest: z.ZodType<SendEventRequest | SendEventsRequest> = z.union([
  sendEventRequest,
  z.array(sendEventRequest).min(1).max(eventsAtOnceMax),
]);

export const sendAnswer: z.ZodType<SendEventAnswer | SendEventsAnswer> = z.union([
  named<SendEventAnswer>("SentEvent", { eventId: text }),
  named<SendEventsAnswer>("SentEvents", { eventIds: list(text) }),
]);

export const eventsQuery = inOrder(
  z.object({
    name: z.exactOptional(textField.meta({ description: "A name, or a prefix that ends in `*`." })),
    from: z.exactOptional(timeField),
    until: z.exactOptional(timeField),
    includeInternal: z.exactOptional(
      flagField.meta({ description: "Whether system events are listed too. Default false." }),
    ),
    query: z.exactOptional(textField.meta({ description: "Free words, searched in ids and names." })),
    expression: z.exactOptional(
      textField.meta({
        description: "An expression over `event`; an event for which it errs does not match.",
        examples: ['event.data.metadata.source == "stripe_webhook"'],
      }),
    ),
    cursor: z.exactOptional(textField.meta({ description: "The `page.cursor` of the page before." })),
    limit: limitField(eventsLimit),
  }),
);

/** As the reference has it: 1 to 40 runs, unless asked for more. */
export const eventRunsQuery = z.object({
  limit: limitField({ fallback: 40, max: 1000 }),
  includeOutput: z.exactOptional(flagField),
});

export const eventNameView = named<EventNameView>("EventName", {
  name: text,
  functions: count,
  received: optional(count),
  lastReceivedAt: optional(timestampText),
  sample: optional(json),
});

export const eventFieldView = named<EventFieldView>("EventField", {
  path: text,
  types: list(word(...fieldTypes)),
  share: z.number(),
  distinct: optional(count),
  values: list(objectOf<FieldValue>({ value: json, count })),
});
