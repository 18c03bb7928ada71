// The OpenAPI 3.1 document, written from the declarations of the routes and the schemas that read their requests.

import type { Json, JsonObject } from "@stepwell/protocol";
import type { RestErrorCode } from "@stepwell/protocol/rest";
import type { z } from "zod";
import { restStatus } from "../http/failure.ts";
import type { Route, RouteAnswer } from "../http/route.ts";
import { ingestFailureSchema, plainFailureSchema, restFailureSchema } from "../schemas/envelope.ts";
import { plainText, Schemas } from "./schemas.ts";

/** @param version of the server. */
export function openApiDocument(routes: readonly Route[], version: string): JsonObject {
  const schemas = new Schemas(routes);
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: operation(route, schemas) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Stepwell",
      version,
      summary: "Events, runs, functions and apps of a Stepwell server.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    security: [{ signingKey: [] }],
    paths,
    components: {
      schemas: schemas.named,
      securitySchemes: {
        signingKey: {
          type: "http",
          scheme: "bearer",
          description: "The signing key, plain or hashed. A dev server asks for none.",
        },
      },
    },
  };
}

function operation(route: Route, schemas: Schemas): JsonObject {
  const parameters = [...pathParameters(route), ...queryParameters(route, schemas)];
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.isOpen ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: route.body.isRequired,
            content: { "application/json": { schema: schemas.of(route.body.schema) } },
          },
        }),
    responses: responsesOf(route, schemas),
  };
}

function pathParameters(route: Route): readonly Json[] {
  return [...route.path.matchAll(/:(\w+)/g)].map(([, name = ""]): Json => {
    const description = route.params?.[name];
    return {
      name,
      in: "path",
      required: true,
      ...(description === undefined ? {} : { description }),
      schema: { type: "string" },
    };
  });
}

function queryParameters(route: Route, schemas: Schemas): readonly Json[] {
  return Object.entries(route.query?.shape ?? {}).map(([name, field]): Json => {
    const { description, ...rest } = schemas.of(field as z.ZodType);
    return {
      name,
      in: "query",
      ...(description === undefined ? {} : { description }),
      required: !isOptional(field as z.ZodType),
      schema: rest,
      ...(rest.type === "array" ? { style: "form", explode: true } : {}),
    };
  });
}

function isOptional(field: z.ZodType): boolean {
  return field.safeParse(undefined).success || field._zod.optin === "optional";
}

/** What every route of a kind may answer besides: without a key, and when the store is away. */
const always = {
  401: "The signing key is missing or not this server's.",
  503: "The server is busy. Try again.",
};

function responsesOf(route: Route, schemas: Schemas): JsonObject {
  const responses: Record<string, Json> = {};
  for (const [status, answer] of Object.entries(route.answers))
    responses[status] = responseOf(answer, schemas);
  const schema = failureSchemaOf(route);
  for (const code of route.refusals) {
    const status = restStatus(code);
    responses[status] ??= responseOf({ description: refusalWords(route, status), schema }, schemas);
  }
  if (route.body !== undefined) {
    responses["413"] ??= responseOf({ description: "The request's body is too large.", schema }, schemas);
  }
  if (!route.isOpen) {
    // REST v1 and its like answer a missing key with plain text, as the reference does.
    const isText = route.errors === "v1" && !route.path.startsWith("/fn/");
    responses["401"] ??= responseOf(
      {
        description: always[401],
        ...(isText ? { schema: plainText, contentType: "text/plain" } : { schema }),
      },
      schemas,
    );
  }
  responses["503"] ??= responseOf({ description: always[503], schema }, schemas);
  responses["500"] ??= responseOf(
    { description: "An unexpected error; the server's log has it.", schema },
    schemas,
  );
  return responses;
}

function refusalWords(route: Route, status: number): string {
  const codes: readonly RestErrorCode[] = route.refusals.filter((code) => restStatus(code) === status);
  return route.errors === "v2" ? codes.map((code) => `\`${code}\``).join(", ") : "Refused.";
}

function failureSchemaOf(route: Route): z.ZodType {
  switch (route.errors) {
    case "v2":
      return restFailureSchema;
    case "v1":
      return plainFailureSchema;
    case "ingest":
      return ingestFailureSchema;
  }
}

function responseOf(
  { description, schema, contentType = "application/json" }: RouteAnswer,
  schemas: Schemas,
): JsonObject {
  if (schema === undefined) return { description };
  return { description, content: { [contentType]: { schema: schemas.of(schema) } } };
}
