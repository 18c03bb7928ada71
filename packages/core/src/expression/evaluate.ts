// Evaluating a compiled expression for each of its uses. Errors are results: nothing is thrown.

import type { Json } from "@stepwell/protocol";
import type { Expression } from "./compile.ts";
import { evaluationStepsMax } from "./program.ts";
import { EvaluationError, missing, textOf, type Value } from "./value.ts";

/** What an expression may read. */
export interface Scope {
  readonly event?: Json;
  readonly async?: Json;
  readonly output?: Json;
  /** Unix ms, for `now()`. */
  readonly now: number;
}

export type Evaluation =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "error"; readonly reason: string };

export function evaluate(expression: Expression, scope: Scope): Evaluation {
  const roots: Readonly<Record<string, Value>> = {
    event: rootOf(scope.event),
    async: rootOf(scope.async),
    output: rootOf(scope.output),
  };
  try {
    const value = expression.program({
      roots,
      now: scope.now,
      locals: {},
      budget: { steps: evaluationStepsMax },
    });
    return { kind: "value", value };
  } catch (error) {
    if (error instanceof EvaluationError) return { kind: "error", reason: error.message };
    // A stack overflow in deep data is the event's fault, not the engine's.
    if (error instanceof RangeError) return { kind: "error", reason: error.message };
    throw error;
  }
}

function rootOf(value: Json | undefined): Value {
  return value === undefined ? missing : (value as Value);
}

export type MatchResult =
  | { readonly kind: "matched" }
  | { readonly kind: "unmatched" }
  | { readonly kind: "error"; readonly reason: string };

/** Evaluates to a yes or no; anything but a boolean is an error (semantics E3.6). */
export function matches(expression: Expression, scope: Scope): MatchResult {
  const result = evaluate(expression, scope);
  if (result.kind === "error") return result;
  if (result.value === true) return { kind: "matched" };
  if (result.value === false || result.value === missing) return { kind: "unmatched" };
  return { kind: "error", reason: `it gives ${textOf(result.value)} where true or false is needed` };
}

export type KeyResult =
  | { readonly kind: "value"; readonly text: string }
  /** The field is missing, which reads as false (semantics E4.1). */
  | { readonly kind: "missing" }
  | { readonly kind: "error"; readonly reason: string };

/** Evaluates to the text of a key. */
export function keyText(expression: Expression, scope: Scope): KeyResult {
  const result = evaluate(expression, scope);
  if (result.kind === "error") return result;
  if (result.value === missing || result.value === false) return { kind: "missing" };
  return { kind: "value", text: textOf(result.value) };
}

/** Evaluates to an int of the language; undefined for anything else, such as a number of the event's JSON (C9.2). */
export function integer(expression: Expression, scope: Scope): number | undefined {
  const result = evaluate(expression, scope);
  if (result.kind === "error" || typeof result.value !== "bigint") return undefined;
  const number = Number(result.value);
  return Number.isSafeInteger(number) ? number : undefined;
}
