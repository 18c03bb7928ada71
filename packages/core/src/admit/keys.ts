// The keys of a function's limits, evaluated over the triggering event once, when it is admitted. A key without its
// field falls back as semantics E4 says; which ones did is remembered, for silent misconfiguration is the worst kind
// (decisions row 5).

import type { Json } from "@stepwell/protocol";
import { compile, integer, keyText, matches } from "../expression/index.ts";
import { payloadOf, type StoredEvent } from "../model/event.ts";

export type KeyValue =
  | { readonly kind: "value"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "error"; readonly reason: string };

/** All events whose key lacks its field share this value (semantics E4.1). */
const missingValue = "false";
/** All events for which a key cannot be evaluated share this one (semantics C10.6). */
const invalidValue = "<invalid>";

/** One evaluated key: which field of the configuration, and whether it found its value. */
export interface SeenKey {
  readonly field: string;
  readonly expression: string;
  readonly isMissing: boolean;
}

export class KeyReader {
  readonly #event: StoredEvent;
  readonly #now: number;
  readonly seen: SeenKey[] = [];

  /** @param now unix ms, for expressions that speak of the present. */
  constructor(event: StoredEvent, now: number) {
    this.#event = event;
    this.#now = now;
  }

  /** Fields whose key found nothing. */
  get missing(): readonly string[] {
    return this.seen.filter(({ isMissing }) => isMissing).map(({ field }) => field);
  }

  /** @param field where the key stands in the configuration, such as `throttle.key`. */
  read(field: string, expression: string): KeyValue {
    const compiled = compile(expression, "value");
    if (compiled.kind === "invalid") return { kind: "error", reason: compiled.reason };
    const value = keyText(compiled.expression, this.#scope);
    this.seen.push({ field, expression, isMissing: value.kind === "missing" });
    return value;
  }

  /** As `read`, where an event without a value shares the bucket of all such events; without a key all share one. */
  bucket(field: string, expression: string | undefined): string {
    if (expression === undefined) return "";
    const value = this.read(field, expression);
    switch (value.kind) {
      case "value":
        return value.text;
      case "missing":
        return missingValue;
      case "error":
        return invalidValue;
    }
  }

  /** A whole number; anything else is 0 (semantics C9.2). */
  wholeNumber(expression: string): number {
    const compiled = compile(expression, "value");
    return compiled.kind === "invalid" ? 0 : (integer(compiled.expression, this.#scope) ?? 0);
  }

  isTrue(expression: string): boolean {
    const compiled = compile(expression, "trigger");
    return compiled.kind === "compiled" && matches(compiled.expression, this.#scope).kind === "matched";
  }

  get #scope(): { readonly event: Json; readonly now: number } {
    return { event: payloadOf(this.#event) as unknown as Json, now: this.#now };
  }
}
