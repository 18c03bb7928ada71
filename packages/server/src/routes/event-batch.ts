// The body of the event API, read element by element: everything before the first bad event counts (semantics A6.1).

import {
  type EventInput,
  eventsPerRequestMax,
  isJsonObject,
  type Json,
  parseEventInput,
  parseJson,
} from "@stepwell/protocol";
import { isDeeperThan, jsonDepthMax, tooDeep } from "../http/body.ts";

export interface EventBatch {
  /** The valid events before the first bad one. */
  readonly events: readonly EventInput[];
  /** Why the next one is bad. */
  readonly error?: string;
}

const notAnEvent = "Request body must contain an event object or an array of event objects";

/** @param bytesMax most bytes of one event's JSON. */
export function parseEventBatch(text: string, bytesMax: number): EventBatch {
  const body = text.trim();
  if (!body.startsWith("{") && !body.startsWith("[")) return { events: [], error: notAnEvent };
  const value = parseJson(body);
  // A body that is small as a whole has no event that is too large, so its parts need not be looked for.
  if (value.kind === "parsed" && body.length * 3 <= bytesMax) return readValues(value.value);
  return readTexts(body, bytesMax);
}

function readValues(value: Json): EventBatch {
  const items: readonly Json[] = Array.isArray(value) ? value : [value];
  const events: EventInput[] = [];
  for (const item of items) {
    const error = take(events, item);
    if (error !== undefined) return { events, error };
  }
  return { events };
}

function readTexts(body: string, bytesMax: number): EventBatch {
  const events: EventInput[] = [];
  for (const part of body.startsWith("[") ? elementsOf(body) : [body]) {
    const size = Buffer.byteLength(part);
    if (size > bytesMax) {
      return { events, error: `Event is over the max size: Max ${bytesMax} bytes / Size ${size} bytes` };
    }
    const value = parseJson(part);
    const error =
      value.kind === "parsed" ? take(events, value.value) : `The request's body is not JSON: ${value.reason}`;
    if (error !== undefined) return { events, error };
  }
  return { events };
}

/** Adds the event, or says why it is none. */
function take(events: EventInput[], item: Json): string | undefined {
  if (events.length >= eventsPerRequestMax)
    return `Cannot have more than ${eventsPerRequestMax} events in a batch`;
  if (!isJsonObject(item)) return notAnEvent;
  if (isDeeperThan(item, jsonDepthMax)) return tooDeep;
  const event = parseEventInput(item);
  if (event.kind === "invalid") return event.reason;
  events.push(event.value);
  return undefined;
}

/** The texts of an array's elements, in order. Where the array is broken the last text is no JSON. */
function* elementsOf(body: string): Generator<string> {
  let depth = 0;
  let isInString = false;
  let start = 1;
  for (let position = 1; position < body.length; position += 1) {
    const character = body.charAt(position);
    if (isInString) {
      if (character === "\\") position += 1;
      else if (character === '"') isInString = false;
      continue;
    }
    if (character === '"') isInString = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (depth > 0 && (character === "}" || character === "]")) depth -= 1;
    else if (depth === 0 && (character === "," || character === "]")) {
      const part = body.slice(start, position).trim();
      const isEnd = character === "]";
      // An empty array has no element; an empty place between commas is an error of its own.
      if (part !== "" || !isEnd || start > 1) yield part;
      start = position + 1;
      if (!isEnd) continue;
      const rest = body.slice(start).trim();
      if (rest !== "") yield rest;
      return;
    }
  }
  // The end is missing: whatever is left may be whole by itself, what should follow is not.
  yield body.slice(start).trim();
  yield "";
}
