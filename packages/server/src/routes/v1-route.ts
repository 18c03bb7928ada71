// Routes of REST v1: schemas in, data out, in the envelope of protocol §7.0. Unknown parts of a query are passed over,
// as the reference does.

import type { RestErrorCode } from "@stepwell/protocol/rest";
import type { Context } from "hono";
import { z } from "zod";
import { readBody } from "../http/body-schema.ts";
import { readQuery, searchParams } from "../http/query.ts";
import { Refusal } from "../http/refusal.ts";
import type { Method, Route } from "../http/route.ts";
import { v1AnswerSchema } from "../schemas/envelope.ts";
import type { ServerContext } from "../server-context.ts";

export interface V1Request<Q, B> {
  readonly server: ServerContext;
  readonly param: (name: string) => string;
  readonly query: Q;
  readonly body: B;
}

export interface V1Spec<Q, B, D> {
  readonly method: Method;
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: z.ZodType<Q> & z.ZodObject;
  readonly body?: { readonly schema: z.ZodType<B>; readonly missing: string };
  /** Absent for an answer without a body. */
  readonly answer?: z.ZodType<D>;
  /** The answer stands by itself, without the envelope. */
  readonly isBare?: boolean;
  readonly refusals?: readonly RestErrorCode[];
  readonly handle: (request: V1Request<Q, B>) => Promise<D> | D;
}

export function v1Route<D, Q = object, B = undefined>(spec: V1Spec<Q, B, D>): Route {
  const { method, path, id, summary, params, query, body, answer, isBare, refusals = [] } = spec;
  const schema = answer === undefined || isBare ? answer : v1AnswerSchema(answer);
  return {
    method,
    path,
    id,
    tag: "REST v1",
    summary,
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body: { schema: body.schema, isRequired: true } }),
    answers: { 200: { description: "Success.", ...(schema === undefined ? {} : { schema }) } },
    refusals: ["invalid_request", ...refusals],
    errors: "v1",
    async serve(context, server) {
      const data = await spec.handle({
        server,
        param: (name) => context.req.param(name) ?? "",
        query: readQuery(searchParams(context), query ?? z.object({}), false) as Q,
        body: (body === undefined ? undefined : await readBody(context, server, body)) as B,
      });
      return answered(context, server, data, spec);
    },
  };
}

function answered<D>(
  context: Context,
  server: ServerContext,
  data: D,
  { answer, isBare }: Pick<V1Spec<never, never, D>, "answer" | "isBare">,
): Response {
  if (answer === undefined) return context.body(null, 200);
  if (isBare) return context.json(data);
  return context.json({ data, metadata: { fetched_at: new Date(server.clock.now()).toISOString() } });
}

/** @throws Refusal */
export function assertId(isId: boolean, what: string, id: string): void {
  if (!isId) throw new Refusal("invalid_request", `Invalid ${what} ID: ${id}`);
}
