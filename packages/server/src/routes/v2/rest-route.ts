// Routes under /api/v2: schemas in, data out; the envelope and the refusals are made here (protocol §7.0, §7.2).

import type { Answer, ListAnswer, Metadata, PageInfo, RestErrorCode } from "@stepwell/protocol/rest";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import { readBody } from "../../http/body-schema.ts";
import { readQuery, searchParams } from "../../http/query.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Method, Route, RouteTag } from "../../http/route.ts";
import { answerSchema, listAnswerSchema } from "../../schemas/envelope.ts";
import type { ServerContext } from "../../server-context.ts";
import { timestamp } from "../../views/time.ts";

type QuerySchema<Q> = z.ZodType<Q> & z.ZodObject;

/** What a handler gets: everything that its schemas have read. */
export interface RestRequest<Q, B> {
  readonly server: ServerContext;
  /** A part of the path by name. */
  readonly param: (name: string) => string;
  /** All named parts of the path. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Q;
  readonly body: B;
}

interface RestHead<Q, B> {
  readonly method: Method;
  /** Without `/api/v2`: `/runs/:id`. */
  readonly path: string;
  readonly id: string;
  readonly tag: RouteTag;
  readonly summary: string;
  readonly description?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: QuerySchema<Q>;
  readonly body?: {
    readonly schema: z.ZodType<B>;
    /** What an empty body stands for; without it an empty body is refused with `missing`. */
    readonly fallback?: B;
    readonly missing?: string;
    /** Longest body, in bytes; default that of the server. */
    readonly bytesMax?: (server: ServerContext) => number;
  };
  /** Beside those of every route: a bad query or body, and what authentication and the store may answer. */
  readonly refusals?: readonly RestErrorCode[];
}

export interface RestSpec<Q, B, D> extends RestHead<Q, B> {
  readonly answer: z.ZodType<D>;
  /** Of a success; default 200. */
  readonly status?: ContentfulStatusCode;
  readonly handle: (request: RestRequest<Q, B>) => Promise<D> | D;
}

export interface RestPage<T> {
  readonly rows: readonly T[];
  readonly page: PageInfo;
}

export interface RestListSpec<Q, B, T> extends RestHead<Q, B> {
  readonly item: z.ZodType<T>;
  readonly handle: (request: RestRequest<Q, B>) => Promise<RestPage<T>>;
}

/** A list that is given as a whole. */
export function wholeList<T>(rows: readonly T[]): RestPage<T> {
  return { rows, page: { hasMore: false, limit: rows.length, total: rows.length } };
}

/** A route that answers one thing. */
export function restRoute<D, Q = object, B = undefined>(spec: RestSpec<Q, B, D>): Route {
  const status = spec.status ?? 200;
  return {
    ...headOf(spec),
    answers: { [status]: { description: "Success.", schema: answerSchema(spec.answer) } },
    async serve(context, server) {
      const begunAt = server.clock.elapsed();
      const data = await spec.handle(await requestOf(context, server, spec));
      const body: Answer<D> = { data, metadata: metadata(server, begunAt) };
      return context.json(body, status);
    },
  };
}

/** A route that answers a list, by pages or as a whole. */
export function restList<T, Q = object, B = undefined>(spec: RestListSpec<Q, B, T>): Route {
  return {
    ...headOf(spec),
    answers: { 200: { description: "Success.", schema: listAnswerSchema(spec.item) } },
    async serve(context, server) {
      const begunAt = server.clock.elapsed();
      const { rows, page } = await spec.handle(await requestOf(context, server, spec));
      const body: ListAnswer<T> = { data: rows, metadata: metadata(server, begunAt), page };
      return context.json(body);
    },
  };
}

function headOf<Q, B>(spec: RestHead<Q, B>): Omit<Route, "answers" | "serve"> {
  const { method, path, id, tag, summary, description, params, query, body, refusals = [] } = spec;
  return {
    method,
    path: `/api/v2${path}`,
    id,
    tag,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body: { schema: body.schema, isRequired: body.fallback === undefined } }),
    refusals: ["invalid_request", ...refusals],
    errors: "v2",
  };
}

async function requestOf<Q, B>(
  context: Context,
  server: ServerContext,
  spec: RestHead<Q, B>,
): Promise<RestRequest<Q, B>> {
  const params = searchParams(context);
  const query = spec.query === undefined ? readNoQuery(params) : readQuery(params, spec.query, true);
  return {
    server,
    param: (name) => paramOf(context, name),
    path: context.req.param(),
    query: query as Q,
    body: (spec.body === undefined ? undefined : await readBody(context, server, spec.body)) as B,
  };
}

function readNoQuery(params: URLSearchParams): object {
  const [key] = [...params.keys()];
  if (key === undefined) return {};
  throw new Refusal(
    "invalid_request",
    `There is no query parameter ${JSON.stringify(key)}. This address has none.`,
  );
}

function paramOf(context: Context, name: string): string {
  const value = context.req.param(name);
  if (value === undefined) throw new Error(`The route ${context.req.path} has no part "${name}".`);
  return value;
}

function metadata(server: ServerContext, begunAt: number): Metadata {
  return {
    fetchedAt: timestamp(server.clock.now()),
    cachedUntil: null,
    tookMs: Math.round((server.clock.elapsed() - begunAt) * 10) / 10,
  };
}
