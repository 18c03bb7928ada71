// Values while an expression is evaluated. JSON numbers are doubles; `missing` is what a path without a value gives.

export const missing: unique symbol = Symbol("missing");

/** A moment, in unix ms. */
export class Timestamp {
  readonly at: number;
  constructor(at: number) {
    this.at = at;
  }
}

/** A length of time, in ms. */
export class Duration {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** A type's name, as `type(x)` gives it. */
export class TypeName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Timestamp
  | Duration
  | TypeName
  | readonly Value[]
  | ValueMap
  | typeof missing;

export interface ValueMap {
  readonly [key: string]: Value | undefined;
}

/** An expression cannot be evaluated on this event; never leaves the folder as an exception. */
export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
}

export function isMap(value: Value): value is ValueMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Timestamp) &&
    !(value instanceof Duration) &&
    !(value instanceof TypeName)
  );
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isNumeric(value: Value): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** JavaScript's truth, with missing as false (semantics E3.4). */
export function isTruthy(value: Value): boolean {
  if (value === missing || value === null || value === false || value === "") return false;
  return value !== 0 && value !== 0n && !Number.isNaN(value);
}

/** The field of a map; a map without it, or anything but a map, gives missing (semantics E4). */
export function fieldOf(value: Value, key: string): Value {
  if (!isMap(value) || !Object.hasOwn(value, key)) return missing;
  return value[key] ?? (value[key] === null ? null : missing);
}

export function typeOf(value: Value): string {
  if (value === null) return "null_type";
  if (value === missing) return "missing";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "double";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof Timestamp) return "google.protobuf.Timestamp";
  if (value instanceof Duration) return "google.protobuf.Duration";
  if (value instanceof TypeName) return "type";
  return isList(value) ? "list" : "map";
}

/** The text form, for `+` of different types and for keys. Doubles without a fraction print as integers. */
export function textOf(value: Value): string {
  if (typeof value === "string") return value;
  if (value === missing) return "false";
  if (value instanceof Timestamp) return new Date(value.at).toISOString();
  if (value instanceof Duration) return `${value.ms / 1000}s`;
  if (value instanceof TypeName) return value.name;
  if (value instanceof Uint8Array) return bytesToText(value);
  return jsonText(value);
}

function jsonText(value: Value): string {
  if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(jsonText).join(",")}]`;
  if (!isMap(value)) return JSON.stringify(textOf(value));
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${jsonText(value[key] ?? null)}`).join(",")}}`;
}

/** UTF-8 bytes as text; invalid sequences become the replacement character. */
export function bytesToText(bytes: Uint8Array): string {
  let encoded = "";
  for (const byte of bytes) encoded += `%${byte.toString(16).padStart(2, "0")}`;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return String.fromCharCode(...bytes);
  }
}
