// The JSON form of a type: what is left of a value once it was stored and read again (semantics D1.5).

import type { Json } from "@stepwell/protocol";

/** What `JSON.parse` gives: data whose shape nobody declared. */
export type LooseValue = ReturnType<JSON["parse"]>;
export type LooseRecord = Record<string, LooseValue>;

type IsLoose<T> = 0 extends 1 & T ? true : false;
type Dropped = undefined | symbol | ((...args: never) => unknown);

/** Dates become strings, functions and `undefined` members vanish, `undefined` by itself becomes null. */
export type JsonForm<T> =
  IsLoose<T> extends true
    ? T
    : T extends { toJSON(): infer R }
      ? JsonForm<R>
      : T extends string | number | boolean | null
        ? T
        : T extends bigint
          ? never
          : T extends Dropped
            ? null
            : T extends readonly unknown[]
              ? { -readonly [K in keyof T]: JsonForm<T[K]> }
              : T extends object
                ? { [K in keyof T as T[K] extends Dropped ? never : K]: JsonForm<Exclude<T[K], undefined>> }
                : T extends void
                  ? null
                  : unknown;

/** The text under which a value is stored. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

/** A value in its JSON form. */
export function fromJsonText(text: string): Json {
  return JSON.parse(text) as Json;
}
