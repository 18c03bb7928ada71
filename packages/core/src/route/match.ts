// Whether an event matches: a function's triggers (semantics A8), and a wait.

import type { Json } from "@stepwell/protocol";
import { compile, matches } from "../expression/index.ts";
import { payloadOf, type StoredEvent } from "../model/event.ts";
import type { FunctionSettings } from "../model/function.ts";
import type { Wait } from "../model/wait.ts";

/**
 * The patterns under which a function may ask for an event's name: the name itself, and a wildcard behind every `/`
 * and every `.` (semantics A8.7).
 */
export function namePatterns(name: string): readonly string[] {
  const patterns = [name];
  for (let position = 0; position < name.length; position += 1) {
    const character = name.charAt(position);
    if (character === "/" || character === ".") patterns.push(`${name.slice(0, position + 1)}*`);
  }
  return patterns;
}

export type TriggerMatch =
  | { readonly kind: "matched" }
  | { readonly kind: "filtered"; readonly expression: string }
  | { readonly kind: "expression-error"; readonly expression: string; readonly message: string };

/** The first trigger whose name and expression match wins; an expression that errs counts as unmatched (A8.3–4). */
export function matchTriggers(
  settings: FunctionSettings,
  event: StoredEvent,
  now: number,
): TriggerMatch | undefined {
  const patterns = namePatterns(event.name);
  let miss: TriggerMatch | undefined;
  for (const trigger of settings.triggers) {
    if (trigger.kind !== "event" || !patterns.includes(trigger.event)) continue;
    if (trigger.expression === undefined) return { kind: "matched" };
    const result = matchesExpression(trigger.expression, event, now);
    if (result.kind === "matched") return result;
    miss ??= result;
  }
  return miss;
}

function matchesExpression(source: string, event: StoredEvent, now: number): TriggerMatch {
  const compiled = compile(source, "trigger");
  if (compiled.kind === "invalid")
    return { kind: "expression-error", expression: source, message: compiled.reason };
  const result = matches(compiled.expression, { event: payloadOf(event) as unknown as Json, now });
  if (result.kind === "matched") return { kind: "matched" };
  if (result.kind === "unmatched") return { kind: "filtered", expression: source };
  return { kind: "expression-error", expression: source, message: result.reason };
}

/** Whether an event ends a wait, whatever found the two for each other. */
export function matchesWait(wait: Wait, event: StoredEvent, now: number): boolean {
  if (wait.event !== event.name || wait.expiresAt < now) return false;
  return wait.expression === undefined || matchesWaitExpression(wait.expression, event, now);
}

/** Evaluates a stored wait's expression, in which only `async` is left. */
export function matchesWaitExpression(source: string, event: StoredEvent, now: number): boolean {
  const compiled = compile(source, "wait");
  if (compiled.kind === "invalid") return false;
  return matches(compiled.expression, { async: payloadOf(event) as unknown as Json, now }).kind === "matched";
}
