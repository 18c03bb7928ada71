// A route, declared once: its address, the schemas of what goes in and comes out, and the handler. The router serves
// from this declaration, and the OpenAPI document is written from it, so that they cannot part.

import type { RestErrorCode } from "@stepwell/protocol/rest";
import type { Context } from "hono";
import type { z } from "zod";
import type { ServerContext } from "../server-context.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** The groups of the document, in its order. */
export type RouteTag =
  | "Events"
  | "Runs"
  | "Functions"
  | "Apps"
  | "Failures"
  | "Figures"
  | "Bulk operations"
  | "Server"
  | "REST v1"
  | "Apps' own calls";

/** One documented answer. */
export interface RouteAnswer {
  readonly description: string;
  /** Absent for an answer without a body. */
  readonly schema?: z.ZodType;
  /** Default `application/json`. */
  readonly contentType?: string;
}

export interface RouteBody {
  readonly schema: z.ZodType;
  readonly isRequired: boolean;
}

export interface Route {
  readonly method: Method;
  /** As the router writes it: `/api/v2/runs/:id`. */
  readonly path: string;
  /** Unique; the document's operation id. */
  readonly id: string;
  readonly tag: RouteTag;
  /** A few words without a full stop. */
  readonly summary: string;
  /** Sentences. */
  readonly description?: string;
  /** What the parts of the path mean; a part that is not told is a text. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: z.ZodObject;
  readonly body?: RouteBody;
  /** By status; the refusals below are added. */
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  readonly refusals: readonly RestErrorCode[];
  /** Which error body it answers with. */
  readonly errors: "v2" | "v1" | "ingest";
  /** Whether it needs no signing key. */
  readonly isOpen?: boolean;
  readonly serve: (context: Context, server: ServerContext) => Response | Promise<Response>;
}
