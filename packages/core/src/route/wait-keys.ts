// From an expression over trigger and awaited event to what is stored with a wait: the expression with the trigger's
// values in place (semantics E6) and the keys under which an event finds it.

import type { EventPayload, Json } from "@stepwell/protocol";
import {
  compile,
  type ExpressionUse,
  indexKey,
  interpolate,
  interpolatedSource,
  shape,
  split,
} from "../expression/index.ts";
import type { WaitKey } from "../model/wait.ts";

export type WaitCondition =
  | {
      readonly kind: "wait";
      readonly expression?: string;
      readonly keys: readonly WaitKey[];
      /** What the restrictive policy would refuse (semantics E5.1). */
      readonly warnings: readonly string[];
    }
  /** No event can ever match. */
  | { readonly kind: "never" }
  | { readonly kind: "invalid"; readonly reason: string };

const anyEvent: readonly WaitKey[] = [{ shape: "", values: "" }];

/** @param now unix ms, for expressions that speak of the present. */
export function waitFor(
  source: string | undefined,
  trigger: EventPayload,
  use: Extract<ExpressionUse, "wait" | "cancel">,
  now: number,
): WaitCondition {
  if (source === undefined) return { kind: "wait", keys: anyEvent, warnings: [] };
  const compiled = compile(source, use);
  if (compiled.kind === "invalid") return compiled;
  const { warnings } = compiled.expression;
  const interpolated = interpolate(compiled.expression, trigger as unknown as Json, now);
  if (interpolated === false) return { kind: "never" };
  if (interpolated === true) return { kind: "wait", keys: anyEvent, warnings };
  const keys = split(interpolated).map((branch) => ({ shape: shape(branch), values: indexKey(branch) }));
  return { kind: "wait", expression: interpolatedSource(interpolated), keys, warnings };
}
