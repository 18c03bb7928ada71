// Events from a text that somebody pasted or a file: one JSON object, a JSON list, or one object a line. Says where
// the first mistake is.

import {
  eventsAtOnceMax,
  isJsonObject,
  type Json,
  type JsonObject,
  type Parsed,
  parseJson,
  type SendEventRequest,
} from "@stepwell/protocol/rest";
import { count } from "@stepwell/protocol/words";
import { jsonProblem } from "../words/json-problem.ts";

export type ParsedEvents = Parsed<readonly SendEventRequest[]>;

/** `invalid` gives a sentence that names the event or line. */
export function parseEvents(text: string): ParsedEvents {
  const trimmed = text.trim();
  if (trimmed === "") return invalid("There is no event yet.");
  const whole = parseJson(trimmed);
  if (whole.kind === "parsed") {
    return Array.isArray(whole.value) ? eventsOf(whole.value, "Event") : eventsOf([whole.value], "The event");
  }
  const lines = trimmed.split("\n").filter((line) => line.trim() !== "");
  if (lines.length < 2 || parseJson(lines[0] ?? "").kind === "invalid") return invalid(jsonProblem(trimmed));
  const values: Json[] = [];
  for (const [index, line] of lines.entries()) {
    const value = parseJson(line);
    if (value.kind === "invalid") return invalid(`Line ${index + 1} is no JSON: ${jsonProblem(line)}`);
    values.push(value.value);
  }
  return eventsOf(values, "Line");
}

function invalid(reason: string): ParsedEvents {
  return { kind: "invalid", reason };
}

function eventsOf(values: readonly Json[], word: string): ParsedEvents {
  if (values.length === 0) return invalid("The list has no event.");
  if (values.length > eventsAtOnceMax)
    return invalid(
      `There are ${count(values.length)} events; at most ${count(eventsAtOnceMax)} can be sent at once.`,
    );
  const events: SendEventRequest[] = [];
  for (const [index, value] of values.entries()) {
    const where = word === "The event" ? word : `${word} ${count(index + 1)}`;
    const problem = problemOf(value);
    if (problem !== undefined) return invalid(`${where} ${problem}`);
    events.push(asEvent(value as JsonObject));
  }
  return { kind: "parsed", value: events };
}

function problemOf(value: Json): string | undefined {
  if (!isJsonObject(value)) return 'is no object. Write {"name":"…","data":{…}}.';
  if (typeof value.name !== "string" || value.name === "") return "has no name.";
  if (value.name.startsWith("inngest/"))
    return `is named ${value.name}; names that begin with inngest/ are the engine's own.`;
  if (value.data !== undefined && value.data !== null && !isJsonObject(value.data))
    return "has data that is no object.";
  if (value.user !== undefined && value.user !== null && !isJsonObject(value.user))
    return "has a user that is no object.";
  if (value.id !== undefined && typeof value.id !== "string") return "has an id that is no text.";
  if (value.ts !== undefined && typeof value.ts !== "number")
    return "has a ts that is no number; it is a time in milliseconds.";
  return undefined;
}

/** Only what senders may set: an exported event carries receipt times and internal ids too. */
function asEvent({ name, data, user, id, ts, v }: JsonObject): SendEventRequest {
  return {
    name: String(name),
    ...(isJsonObject(data) ? { data } : {}),
    ...(isJsonObject(user) ? { user } : {}),
    ...(typeof id === "string" && id !== "" ? { id } : {}),
    ...(typeof ts === "number" ? { ts } : {}),
    ...(typeof v === "string" && v !== "" ? { v } : {}),
  };
}
