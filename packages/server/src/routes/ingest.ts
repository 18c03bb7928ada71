// POST /e/{key}: events come in (protocol §2, semantics A6).

import {
  equalInConstantTime,
  eventBytesDefault,
  eventBytesLimit,
  type EventInput,
  eventsPerRequestMax,
  header,
  type Json,
  parseEventIdSeed,
  parseEventInput,
  parseJson,
} from "@stepwell/protocol";
import type { Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ServerOptions } from "../options.ts";

export function ingestRoutes(app: Hono, options: ServerOptions): void {
  app.post("/e/:key", (context) => ingest(context, options, context.req.param("key")));
  app.post("/e/", (context) => ingest(context, options, ""));
  app.post("/e", (context) => ingest(context, options, ""));
}

async function ingest(context: Context, options: ServerOptions, key: string): Promise<Response> {
  const refusal = checkKey(options, key);
  if (refusal !== undefined) return context.json({ ...refusal, message: "" }, refusal.status);
  const text = await readBody(context);
  if (text.trim() === "") return context.json({ ids: [], status: 200 });
  const { events, error } = parseEvents(text, Math.min(options.eventBytesMax ?? eventBytesDefault, eventBytesLimit));
  // Events before a bad one are accepted, and the answer says which (semantics A6.1).
  const outcome = await options.engine.ingest(events, parseEventIdSeed(context.req.header(header.eventIdSeed)));
  if (outcome.kind === "unavailable") return context.json({ ids: [], status: 503, error: outcome.reason }, 503);
  if (error !== undefined) return context.json({ ids: outcome.ids, status: 400, error }, 400);
  return context.json({ ids: outcome.ids, status: 200 });
}

function checkKey(options: ServerOptions, key: string): { status: ContentfulStatusCode; error: string } | undefined {
  const keys = options.eventKeys ?? [];
  if (options.mode === "dev" || (keys.length === 0 && options.isInsecure)) return undefined;
  if (keys.length === 0) return { status: 503, error: "Event keys are required to process events securely" };
  if (key === "") return { status: 401, error: "Event key is required" };
  const isKnown = keys.map((known) => equalInConstantTime(key, known)).includes(true);
  return isKnown ? undefined : { status: 401, error: "Event key not found" };
}

/** JSON as it is; a form becomes an object whose values are arrays of strings (protocol §2.1). */
async function readBody(context: Context): Promise<string> {
  const type = context.req.header("content-type") ?? "";
  if (!type.startsWith("multipart/form-data") && !type.startsWith("application/x-www-form-urlencoded")) {
    return await context.req.text();
  }
  const text = await context.req.raw.clone().text();
  if (/^\s*[{[]/.test(text)) return text;
  const form = await context.req.raw.formData();
  const fields: Record<string, string[]> = {};
  for (const [name, value] of form.entries()) {
    if (typeof value === "string") (fields[name] ??= []).push(value);
  }
  return JSON.stringify(fields);
}

interface ParsedEvents {
  /** The valid events before the first bad one. */
  readonly events: readonly EventInput[];
  readonly error?: string;
}

export function parseEvents(text: string, bytesMax: number): ParsedEvents {
  const value = parseJson(text);
  if (value.kind === "invalid") return { events: [], error: `The request's body is not JSON: ${value.reason}` };
  const isArray = Array.isArray(value.value);
  const items: readonly Json[] = isArray ? (value.value as readonly Json[]) : [value.value];
  const events: EventInput[] = [];
  for (const [index, item] of items.entries()) {
    if (index >= eventsPerRequestMax) {
      return { events, error: `Cannot have more than ${eventsPerRequestMax} events in a batch` };
    }
    const size = Buffer.byteLength(isArray ? JSON.stringify(item) : text);
    if (size > bytesMax) return { events, error: `Event is over the max size: Max ${bytesMax} bytes / Size ${size} bytes` };
    const event = parseEventInput(item);
    if (event.kind === "invalid") return { events, error: event.reason };
    events.push(event.value);
  }
  return { events };
}
