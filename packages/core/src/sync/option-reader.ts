// Reads one option of a registration field by field. What is wrong becomes a problem that names the field, and the
// reader gives undefined.

import { isJsonObject, type Json, type JsonObject, parseDuration } from "@stepwell/protocol";
import type { Problems } from "./problems.ts";

const secondMs = 1000;

export class OptionReader {
  readonly #name: string;
  readonly #value: JsonObject;
  readonly #problems: Problems;

  constructor(name: string, value: JsonObject, problems: Problems) {
    this.#name = name;
    this.#value = value;
    this.#problems = problems;
  }

  /** The option as an object; undefined when it is absent or none. */
  static of(name: string, value: Json | undefined, problems: Problems): OptionReader | undefined {
    if (value === undefined || value === null) return undefined;
    if (isJsonObject(value)) return new OptionReader(name, value, problems);
    problems.add(`${name}:`, `must be an object, not ${JSON.stringify(value)}.`);
    return undefined;
  }

  problem(field: string, reason: string): undefined {
    this.#problems.add(`${this.#name}.${field}:`, reason);
    return undefined;
  }

  raw(field: string): Json | undefined {
    const value = this.#value[field];
    return value === null ? undefined : value;
  }

  /** A whole number within bounds; a missing one is a problem unless there is a default. */
  number(field: string, min: number, max: number, absent?: number): number | undefined {
    const value = this.raw(field);
    if (value === undefined && absent !== undefined) return absent;
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
    const bounds = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`;
    const given = value === undefined ? "It is missing." : `It is ${JSON.stringify(value)}.`;
    return this.problem(field, `must be a whole number, ${bounds}. ${given}`);
  }

  /** A duration within bounds, in ms, cut to whole seconds. */
  duration(field: string, minMs: number, maxMs: number, bounds: string): number | undefined {
    const value = this.raw(field);
    const ms = typeof value === "string" ? parseDuration(value) : undefined;
    if (ms === undefined) {
      const given = value === undefined ? "It is missing." : `It is ${JSON.stringify(value)}.`;
      return this.problem(field, `must be a duration such as "30s" or "2h". ${given}`);
    }
    if (ms < minMs || ms > maxMs) return this.problem(field, `must be ${bounds}. It is ${value}.`);
    return Math.floor(ms / secondMs) * secondMs;
  }

  /** An expression that gives a key; an empty text is none. */
  expression(field: string, use: "value" | "trigger"): string | undefined {
    const value = this.raw(field);
    if (value === undefined || value === "") return undefined;
    if (typeof value !== "string")
      return this.problem(field, `must be an expression as text, not ${JSON.stringify(value)}.`);
    this.#problems.expression(`${this.#name}.${field}`, value, use);
    return value;
  }
}

/** Leaves out what is undefined, for fields that may be absent but not undefined. */
export function defined<T extends object>(fields: T): { readonly [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { readonly [K in keyof T]: Exclude<T[K], undefined> };
}
