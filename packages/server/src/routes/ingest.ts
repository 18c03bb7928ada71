// POST /e/{key}: events come in (protocol §2, semantics A6). Its answers have a shape of their own.

import { createHash, timingSafeEqual } from "node:crypto";
import { header, parseEventIdSeed } from "@stepwell/protocol";
import type { Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { readText } from "../http/body.ts";
import type { Route } from "../http/route.ts";
import { traceOfRequest } from "../http/trace.ts";
import type { ServerOptions } from "../options.ts";
import { ingestFailureSchema } from "../schemas/envelope.ts";
import { eventBody, ingestAnswer } from "../schemas/wire.ts";
import type { ServerContext } from "../server-context.ts";
import { parseEventBatch } from "./event-batch.ts";

const head = {
  method: "post",
  tag: "Apps' own calls",
  body: { schema: eventBody, isRequired: false },
  answers: {
    200: { description: "The internal ids of the events, in their order.", schema: ingestAnswer },
    401: { description: "There is no such event key.", schema: ingestFailureSchema },
    413: { description: "The body is too large.", schema: ingestFailureSchema },
  },
  refusals: ["invalid_request"],
  errors: "ingest",
  isOpen: true,
} as const;

export const ingestRoutes: readonly Route[] = [
  {
    ...head,
    path: "/e/:key",
    id: "ingest",
    summary: "Send events, as SDKs do",
    description:
      "One event, or an array of at most 5,000. Events before the first bad one are received, and their ids told.",
    params: { key: "An event key; in dev any text." },
    serve: (context, server) => ingest(context, server, context.req.param("key") ?? ""),
  },
  {
    ...head,
    path: "/e",
    id: "ingestWithoutKey",
    summary: "Send events without an event key, where none is needed",
    serve: (context, server) => ingest(context, server, ""),
  },
];

/** `/e/` is `/e`: an SDK without an event key leaves its place empty. */
export function emptyKeyRoute(app: Hono, server: ServerContext): void {
  app.post("/e/", (context) => ingest(context, server, ""));
}

async function ingest(context: Context, server: ServerContext, key: string): Promise<Response> {
  const refusal = checkKey(server.options, key);
  if (refusal !== undefined) return context.json({ message: "", ...refusal }, refusal.status);
  const text = await readEvents(context, server.requestBytesMax);
  if (text.trim() === "") return context.json({ ids: [], status: 200 });
  const { events, error } = parseEventBatch(text, server.eventBytesMax);
  const outcome = await server.engine.ingest(
    events,
    parseEventIdSeed(context.req.header(header.eventIdSeed)),
    traceOfRequest(context),
  );
  if (outcome.kind === "unavailable") {
    context.header("retry-after", "1");
    return refused(context, 503, outcome.reason);
  }
  if (error !== undefined) return context.json({ ids: outcome.ids, status: 400, error }, 400);
  return context.json({ ids: outcome.ids, status: 200 });
}

function refused(context: Context, status: ContentfulStatusCode, error: string): Response {
  return context.json({ ids: [], status, error }, status);
}

/** Who may send (semantics A6.4): in dev everybody, else whoever has one of the keys. */
function checkKey(
  options: ServerOptions,
  key: string,
): { readonly status: ContentfulStatusCode; readonly error: string } | undefined {
  const keys = options.eventKeys ?? [];
  if (options.mode === "dev") return undefined;
  if (keys.length === 0 && options.isInsecure === true) return undefined;
  if (keys.length === 0) return { status: 503, error: "Event keys are required to process events securely" };
  if (key === "") return { status: 401, error: "Event key is required" };
  // All keys are compared, by digests of one length, so that the time taken tells nothing about them.
  const given = digest(key);
  const matches = keys.map((known) => timingSafeEqual(digest(known), given));
  return matches.includes(true) ? undefined : { status: 401, error: "Event key not found" };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

const formTypes = /^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i;

/** JSON whatever its content type says; a form becomes an object whose values are arrays of strings (protocol §2.1). */
async function readEvents(context: Context, bytesMax: number): Promise<string> {
  const text = await readText(context, bytesMax);
  const type = context.req.header("content-type") ?? "";
  if (!formTypes.test(type) || /^\s*([{[]|$)/.test(text)) return text;
  let form: FormData;
  try {
    form = await new Response(text, { headers: { "content-type": type } }).formData();
  } catch {
    // A form that cannot be read is told like any other body that is no event.
    return text;
  }
  const fields = new Map<string, string[]>();
  for (const [name, value] of form.entries()) {
    if (typeof value === "string") fields.set(name, [...(fields.get(name) ?? []), value]);
  }
  return JSON.stringify(Object.fromEntries(fields));
}
