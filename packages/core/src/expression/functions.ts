// The functions and methods of the language (semantics E2). None but `size`, `has` and the macros ever sees a missing
// operand: calling anything on what is missing is false (E4).

import { parseDuration, parseJson } from "@stepwell/protocol";
import { dateOfNumber, parseDate } from "./date.ts";
import { matchesPattern } from "./pattern.ts";
import {
  bytesToText,
  Duration,
  EvaluationError,
  isList,
  isMap,
  isNumeric,
  Timestamp,
  TypeName,
  textOf,
  typeOf,
  type Value,
} from "./value.ts";

export type Call = (args: readonly Value[], now: number) => Value;

/** A method is a function whose first argument stands before the dot. */
export const functions: Readonly<Record<string, { readonly arity: readonly number[]; readonly call: Call }>> =
  {
    size: { arity: [1], call: ([value]) => BigInt(sizeOf(value ?? null)) },
    contains: { arity: [2], call: strings((text, part) => text.includes(part)) },
    startsWith: { arity: [2], call: strings((text, part) => text.startsWith(part)) },
    endsWith: { arity: [2], call: strings((text, part) => text.endsWith(part)) },
    matches: { arity: [2], call: strings(matchesPattern) },
    lowercase: { arity: [1], call: string1((text) => text.toLowerCase()) },
    uppercase: { arity: [1], call: string1((text) => text.toUpperCase()) },
    lowerAscii: { arity: [1], call: string1((text) => text.toLowerCase()) },
    upperAscii: { arity: [1], call: string1((text) => text.toUpperCase()) },
    trim: { arity: [1], call: string1((text) => text.trim()) },
    b64decode: { arity: [1], call: string1(decodeBase64) },
    json_parse: { arity: [1], call: string1(parseMap) },
    date: { arity: [1], call: ([value]) => new Timestamp(dateOf(value ?? null)) },
    timestamp: { arity: [1], call: ([value]) => new Timestamp(dateOf(value ?? null)) },
    duration: {
      arity: [1],
      call: ([value]) => (value instanceof Duration ? value : new Duration(durationMs(value ?? null))),
    },
    now: { arity: [0], call: (_, now) => new Timestamp(now) },
    now_plus: { arity: [1], call: ([value], now) => new Timestamp(now + durationMs(value ?? null)) },
    now_minus: { arity: [1], call: ([value], now) => new Timestamp(now - durationMs(value ?? null)) },
    int: { arity: [1], call: ([value]) => toInt(value ?? null) },
    uint: { arity: [1], call: ([value]) => toUint(value ?? null) },
    double: { arity: [1], call: ([value]) => toDouble(value ?? null) },
    string: { arity: [1], call: ([value]) => textOf(value ?? null) },
    bool: { arity: [1], call: ([value]) => toBool(value ?? null) },
    bytes: {
      arity: [1],
      call: ([value]) => (value instanceof Uint8Array ? value : textToBytes(textOf(value ?? null))),
    },
    type: { arity: [1], call: ([value]) => new TypeName(typeOf(value ?? null)) },
    dyn: { arity: [1], call: ([value]) => value ?? null },
    getFullYear: getter((date) => date.getUTCFullYear(), undefined),
    getMonth: getter((date) => date.getUTCMonth(), undefined),
    getDate: getter((date) => date.getUTCDate(), undefined),
    getDayOfMonth: getter((date) => date.getUTCDate() - 1, undefined),
    getDayOfWeek: getter((date) => date.getUTCDay(), undefined),
    getDayOfYear: getter(dayOfYear, undefined),
    getHours: getter((date) => date.getUTCHours(), 3_600_000),
    getMinutes: getter((date) => date.getUTCMinutes(), 60_000),
    getSeconds: getter((date) => date.getUTCSeconds(), 1000),
    getMilliseconds: getter((date) => date.getUTCMilliseconds(), 1),
  };

/** What `int(x)` and its kin are called, for the restrictive policy (semantics E5.1). */
export const numericConversions: ReadonlySet<string> = new Set(["int", "uint", "double"]);

function sizeOf(value: Value): number {
  if (typeof value === "string") return [...value].length;
  if (value instanceof Uint8Array || isList(value)) return value.length;
  if (value !== null && isMap(value)) return Object.keys(value).length;
  throw new EvaluationError(`size() is not defined for ${typeOf(value)}`);
}

function strings(call: (left: string, right: string) => Value): Call {
  return ([left, right]) => {
    if (typeof left === "string" && typeof right === "string") return call(left, right);
    throw new EvaluationError(`a text function got ${typeOf(left ?? null)} and ${typeOf(right ?? null)}`);
  };
}

function string1(call: (text: string) => Value): Call {
  return ([value]) => {
    if (typeof value === "string") return call(value);
    throw new EvaluationError(`a text function got ${typeOf(value ?? null)}`);
  };
}

function parseMap(text: string): Value {
  const value = parseJson(text);
  if (value.kind === "parsed") return value.value as Value;
  throw new EvaluationError(`json_parse() got text that is not JSON: ${value.reason}`);
}

function dateOf(value: Value): number {
  if (value instanceof Timestamp) return value.at;
  if (typeof value === "string") return parseDate(value);
  if (isNumeric(value)) return dateOfNumber(Number(value));
  throw new EvaluationError(`date() is not defined for ${typeOf(value)}`);
}

function durationMs(value: Value): number {
  const ms = typeof value === "string" ? parseDuration(value.replace(/^-/, "")) : undefined;
  if (ms === undefined) throw new EvaluationError(`${textOf(value)} is no duration such as 1h or 7d`);
  return typeof value === "string" && value.startsWith("-") ? -ms : ms;
}

function toInt(value: Value): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isFinite(value)) return BigInt(Math.trunc(value));
  if (typeof value === "string" && /^[+-]?\d{1,19}$/.test(value.trim())) return BigInt(value.trim());
  if (value instanceof Timestamp) return BigInt(Math.floor(value.at / 1000));
  throw new EvaluationError(`int() cannot convert ${typeOf(value)} ${textOf(value)}`);
}

function toUint(value: Value): bigint {
  const integer = toInt(value);
  if (integer < 0n) throw new EvaluationError(`uint() cannot convert the negative ${integer}`);
  return integer;
}

function toDouble(value: Value): number {
  if (isNumeric(value)) return Number(value);
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  if (Number.isNaN(number))
    throw new EvaluationError(`double() cannot convert ${typeOf(value)} ${textOf(value)}`);
  return number;
}

function toBool(value: Value): boolean {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "True" || value === "TRUE" || value === "1" || value === "t") return true;
  if (value === "false" || value === "False" || value === "FALSE" || value === "0" || value === "f")
    return false;
  throw new EvaluationError(`bool() cannot convert ${typeOf(value)} ${textOf(value)}`);
}

function textToBytes(text: string): Uint8Array {
  const encoded = encodeURIComponent(text);
  const bytes: number[] = [];
  for (let position = 0; position < encoded.length; position += 1) {
    if (encoded.charAt(position) === "%") {
      bytes.push(Number.parseInt(encoded.slice(position + 1, position + 3), 16));
      position += 2;
    } else {
      bytes.push(encoded.charCodeAt(position));
    }
  }
  return Uint8Array.from(bytes);
}

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function decodeBase64(text: string): string {
  const digits = text.replace(/-/g, "+").replace(/_/g, "/").replace(/=+$/, "");
  if (/[^A-Za-z0-9+/]/.test(digits)) throw new EvaluationError("b64decode() got text that is not base64");
  const bytes: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const digit of digits) {
    buffer = ((buffer << 6) | base64Alphabet.indexOf(digit)) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((buffer >> bits) & 255);
  }
  return bytesToText(Uint8Array.from(bytes));
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000);
}

/** Getters read a timestamp, in a zone given as an offset or UTC, or the whole units of a duration. */
function getter(read: (date: Date) => number, unitMs: number | undefined) {
  const call: Call = ([value, zone]) => {
    if (value instanceof Duration && unitMs !== undefined) return BigInt(Math.trunc(value.ms / unitMs));
    if (!(value instanceof Timestamp))
      throw new EvaluationError(`a time getter got ${typeOf(value ?? null)}`);
    return BigInt(read(new Date(value.at + offsetMs(zone))));
  };
  return { arity: [1, 2], call };
}

function offsetMs(zone: Value | undefined): number {
  if (zone === undefined || zone === "UTC" || zone === "Z") return 0;
  const offset = typeof zone === "string" ? /^([+-]?)(\d{1,2}):(\d{2})$/.exec(zone) : null;
  if (offset === null)
    throw new EvaluationError(`the zone ${textOf(zone)} is not known; give an offset such as +02:00`);
  const minutes = Number(offset[2]) * 60 + Number(offset[3]);
  return (offset[1] === "-" ? -minutes : minutes) * 60_000;
}
