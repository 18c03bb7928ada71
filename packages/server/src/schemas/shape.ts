// How schemas are written: one entry for each field of the type that they describe, so that a field that is added to
// a type of `@stepwell/protocol/rest` is missed by the compiler here, and named ones for the document.

import type { Json, JsonObject } from "@stepwell/protocol";
import { z } from "zod";

/** A schema for every field of a type. */
export type Shape<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };

/** The schemas that have a name of their own in the document. */
export const components = z.registry<{ readonly id: string }>();

/** An object of a type, with a name in the document. */
export function named<T>(id: string, shape: Shape<T>): z.ZodType<T> {
  return objectOf<T>(shape).register(components, { id });
}

/** An object of a type, without a name. */
export function objectOf<T>(shape: Shape<T>): z.ZodType<T> {
  // The shape has a schema for each field, so what it describes is the type.
  return z.object(shape as z.ZodRawShape) as unknown as z.ZodType<T>;
}

/** A field that may be left out; `null` does not stand for that. */
export function optional<T>(schema: z.ZodType<T>): z.ZodExactOptional<z.ZodType<T>> {
  return z.exactOptional(schema);
}

export const json: z.ZodType<Json> = z
  .unknown()
  .meta({ description: "Any JSON value." }) as unknown as z.ZodType<Json>;
export const jsonObject: z.ZodType<JsonObject> = z
  .record(z.string(), z.unknown())
  .meta({ description: "A JSON object." }) as unknown as z.ZodType<JsonObject>;
export const text = z.string();
export const flag = z.boolean();
export const count = z.int().min(0);
export const milliseconds = z.number().min(0).meta({ description: "Milliseconds." });
export const timestampText = z.iso
  .datetime()
  .meta({ description: "RFC 3339 with milliseconds, in UTC.", examples: ["2026-11-24T14:02:00.000Z"] });

export function list<T>(item: z.ZodType<T>): z.ZodType<readonly T[]> {
  return z.array(item);
}

/** One word of several. */
export function word<const T extends readonly [string, ...string[]]>(...words: T): z.ZodType<T[number]> {
  return z.enum(words) as unknown as z.ZodType<T[number]>;
}

/** What tells the kinds of a union apart. */
export function literal<const T extends string>(value: T): z.ZodType<T> {
  return z.literal(value) as unknown as z.ZodType<T>;
}
