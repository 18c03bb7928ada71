// Events as they travel: what a sender gives and what a handler sees (protocol §2, semantics A1).

import { invalid, isJsonObject, type Json, type JsonObject, type Parsed, parsed, stringAt } from "./json.ts";
import { mergeSessions } from "./session.ts";

/** Most events in one request. */
export const eventsPerRequestMax = 5000;
/** Size of one event's JSON in bytes unless configured otherwise, and the most that may be configured. */
export const eventBytesDefault = 512 * 1024;
export const eventBytesLimit = 3 * 1024 * 1024;
export const eventNameLengthMax = 256;
/** Names under this prefix, in any case, are the engine's own. */
export const reservedNamePrefix = "inngest/";

/** 1980-01-01 and 2100-01-01 UTC in unix ms: a `ts` outside was most likely given in seconds or nanoseconds. */
export const eventTimeMin = 315_532_800_000;
export const eventTimeMax = 4_102_444_800_000;

export const systemEvent = {
  failed: "inngest/function.failed",
  finished: "inngest/function.finished",
  cancelled: "inngest/function.cancelled",
  invoked: "inngest/function.invoked",
  scheduled: "inngest/scheduled.timer",
} as const;

/** What a sender gives. Absent `ts` means the time of receipt. */
export interface EventInput {
  readonly name: string;
  readonly data: JsonObject;
  /** The sender's idempotency key. */
  readonly id?: string;
  /** Unix ms. */
  readonly ts?: number;
  readonly v?: string;
  readonly user?: JsonObject;
  readonly meta?: JsonObject;
}

/** What a handler, an expression and an awaiting run see. */
export interface EventPayload {
  readonly name: string;
  readonly data: JsonObject;
  readonly user: JsonObject;
  readonly id: string;
  readonly ts: number;
  readonly v?: string;
  readonly meta?: JsonObject;
}

/**
 * Checks one event of a request (semantics A1, A3). Reserved names are refused, `data._inngest` is dropped, absent
 * data becomes `{}`, and inherited sessions are merged with the given ones.
 */
export function parseEventInput(value: unknown): Parsed<EventInput> {
  if (!isJsonObject(value))
    return invalid("Request body must contain an event object or an array of event objects");
  const name = value["name"];
  if (typeof name !== "string" || name === "") return invalid("event name is empty: give every event a name");
  if (name.length > eventNameLengthMax) {
    return invalid(`event name is ${name.length} characters long: at most ${eventNameLengthMax} are allowed`);
  }
  if (name.toLowerCase().startsWith(reservedNamePrefix)) {
    return invalid(`event name is reserved for internal use: ${name}`);
  }
  return parseEventFields(name, value);
}

/** As `parseEventInput`, for the fields beside the name. */
export function parseEventFields(name: string, value: JsonObject): Parsed<EventInput> {
  const { data, id, ts, v, user, meta } = value;
  if (!isAbsent(data) && !isJsonObject(data)) return invalid(`event ${name}: data must be an object`);
  if (!isAbsent(id) && typeof id !== "string") return invalid(`event ${name}: id must be a string`);
  if (!isAbsent(v) && typeof v !== "string") return invalid(`event ${name}: v must be a string`);
  if (!isAbsent(user) && !isJsonObject(user)) return invalid(`event ${name}: user must be an object`);
  if (!isAbsent(meta) && !isJsonObject(meta)) return invalid(`event ${name}: meta must be an object`);
  const time = parseEventTime(name, ts);
  if (time.kind === "invalid") return time;
  const merged = mergeSessions(isJsonObject(meta) ? meta : {});
  if (merged.kind === "invalid") return invalid(`event ${name}: ${merged.reason}`);
  return parsed({
    name,
    data: withoutReserved(isJsonObject(data) ? data : {}),
    ...(typeof id === "string" && id !== "" ? { id } : {}),
    ...(time.value === undefined ? {} : { ts: time.value }),
    ...(typeof v === "string" ? { v } : {}),
    ...(isJsonObject(user) ? { user } : {}),
    ...(merged.value === undefined ? {} : { meta: merged.value }),
  });
}

function parseEventTime(name: string, ts: Json | undefined): Parsed<number | undefined> {
  if (isAbsent(ts) || ts === 0) return parsed(undefined);
  if (typeof ts !== "number" || !Number.isInteger(ts)) {
    return invalid(`event ${name}: ts must be an integer of unix milliseconds`);
  }
  if (ts < eventTimeMin) {
    return invalid(`event ${name}: timestamp is before Jan 1, 1980; ts counts milliseconds, not seconds`);
  }
  if (ts > eventTimeMax) return invalid(`event ${name}: timestamp is after Jan 1, 2100`);
  return parsed(ts);
}

function withoutReserved(data: JsonObject): JsonObject {
  if (!("_inngest" in data)) return data;
  const { _inngest: _, ...rest } = data;
  return rest;
}

function isAbsent(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}

/** The event as handlers get it, from an accepted input. */
export function eventPayload(input: EventInput, internalId: string, receivedAt: number): EventPayload {
  return {
    name: input.name,
    data: input.data,
    user: input.user ?? {},
    id: input.id ?? internalId,
    ts: input.ts ?? receivedAt,
    ...(input.v === undefined ? {} : { v: input.v }),
    ...(input.meta === undefined ? {} : { meta: input.meta }),
  };
}

/** Reads a stored event's text. */
export function parseEventPayload(text: string): EventPayload {
  const value = JSON.parse(text) as EventPayload;
  if (stringAt(value as unknown as JsonObject, "name") === undefined)
    throw new Error("A stored event has no name.");
  return value;
}
