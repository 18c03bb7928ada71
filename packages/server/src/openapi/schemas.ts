// The schemas of all routes as JSON Schema. They are converted together, so that each named one is written once and
// referred to from everywhere else.

import type { Json, JsonObject } from "@stepwell/protocol";
import { z } from "zod";
import type { Route } from "../http/route.ts";
import { ingestFailureSchema, plainFailureSchema, restFailureSchema } from "../schemas/envelope.ts";
import { components } from "../schemas/shape.ts";

const reference = (id: string): string => `#/components/schemas/${id}`;

export class Schemas {
  /** Those with a name of their own. */
  readonly named: JsonObject;
  readonly #ids = new Map<z.ZodType, string>();
  readonly #nameless = new Map<string, JsonObject>();

  constructor(routes: readonly Route[]) {
    const registry = z.registry<{ readonly id: string }>();
    for (const [id, schema] of components._idmap) registry.add(schema, { id });
    for (const schema of routes.flatMap(schemasOf)) {
      if (components.has(schema) || this.#ids.has(schema)) continue;
      const id = `part-${this.#ids.size}`;
      this.#ids.set(schema, id);
      // A copy: the schema itself may be part of others, which must not refer to it.
      registry.add(schema.meta({}), { id });
    }
    // What a field is turned into says more than what it is read from; where that is no JSON, its own words stand.
    const converted = z.toJSONSchema(registry, { uri: reference, io: "output", unrepresentable: "any" });
    const named: Record<string, Json> = {};
    for (const [id, schema] of Object.entries(converted.schemas)) {
      if (components._idmap.has(id)) named[id] = plain(schema);
      else this.#nameless.set(id, plain(schema));
    }
    this.named = named;
  }

  of(schema: z.ZodType): JsonObject {
    const own = components.get(schema)?.id;
    if (own !== undefined) return { $ref: reference(own) };
    const found = this.#nameless.get(this.#ids.get(schema) ?? "");
    if (found === undefined) throw new Error("A schema is asked for that no route has.");
    return found;
  }
}

function schemasOf({ query, body, answers }: Route): readonly z.ZodType[] {
  return [
    ...(Object.values(query?.shape ?? {}) as z.ZodType[]),
    ...(body === undefined ? [] : [body.schema]),
    ...Object.values(answers).flatMap(({ schema }) => (schema === undefined ? [] : [schema])),
    restFailureSchema,
    plainFailureSchema,
    ingestFailureSchema,
    plainText,
  ];
}

/** What some addresses answer without a key. */
export const plainText = z.string();

/** Without what a part of a document has no need of. */
function plain(schema: unknown): JsonObject {
  const text = JSON.stringify(schema, function (this: Record<string, unknown>, key, value: unknown) {
    if (key === "$schema" || key === "$id") return undefined;
    // Answers may grow fields.
    if (key === "additionalProperties" && value === false) return undefined;
    // The format says it; the pattern of a time is long.
    return key === "pattern" && this.format === "date-time" ? undefined : value;
  });
  return JSON.parse(text) as JsonObject;
}
