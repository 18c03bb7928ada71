// JSON values and their canonical text. Canonical text (RFC 8785) is what signatures are computed over.

/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. A key that is absent and one that is `undefined` are the same thing once it is text. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Whether a value that came from `JSON.parse` is an object (neither null nor an array). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * RFC 8785 text of a JSON value: keys sorted by UTF-16 code units, no white space (protocol §4.4).
 *
 * @param value a value as `JSON.parse` gives it; members that are `undefined` are left out.
 */
export function canonicalJson(value: Json | undefined): string {
  if (value === undefined) return "null";
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(",")}]`;
  const members: string[] = [];
  const object: JsonObject = isJsonObject(value) ? value : {};
  for (const key of Object.keys(object).sort()) {
    const member = object[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(",")}}`;
}

/** The result of parsing input from outside: a typed value, or a sentence that says what is wrong. */
export type Parsed<T> =
  | { readonly kind: "parsed"; readonly value: T }
  | { readonly kind: "invalid"; readonly reason: string };

export function parsed<T>(value: T): Parsed<T> {
  return { kind: "parsed", value };
}

export function invalid(reason: string): { readonly kind: "invalid"; readonly reason: string } {
  return { kind: "invalid", reason };
}

/** Parses JSON text; the reason of a failure is the parser's own sentence. */
export function parseJson(text: string): Parsed<Json> {
  try {
    return parsed(JSON.parse(text) as Json);
  } catch (cause) {
    return invalid(cause instanceof Error ? cause.message : String(cause));
  }
}

/** The string at `key`, or undefined when it is absent or no string. */
export function stringAt(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === "string" ? value : undefined;
}

/** The finite number at `key`, or undefined. */
export function numberAt(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The object at `key`, or undefined. */
export function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key];
  return isJsonObject(value) ? value : undefined;
}
