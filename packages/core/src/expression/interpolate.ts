// Interpolation: what depends on the trigger alone becomes a literal when a wait is stored, and stays fixed for the
// wait's life (semantics E6).

import type { Json } from "@stepwell/protocol";
import { compileNode, type Expression } from "./compile.ts";
import { boundName, childrenOf, type Literal, type Node } from "./node.ts";
import { evaluationStepsMax, programOf } from "./program.ts";
import { sourceOf } from "./source.ts";
import {
  Duration,
  EvaluationError,
  isList,
  isMap,
  isTruthy,
  missing,
  Timestamp,
  TypeName,
  type Value,
} from "./value.ts";

/**
 * The expression with the trigger's values in place, over `async` alone; `true` or `false` when nothing is left.
 *
 * @param event the triggering event. Paths that it lacks become null (E6.2).
 */
export function interpolate(expression: Expression, event: Json, now: number): Expression | boolean {
  const node = simplify(replace(expression.node, { event: event as Value }, now));
  if (node.kind === "literal") return node.value === true;
  const compiled = compileNode(node, sourceOf(node), "wait");
  return compiled.kind === "compiled" ? compiled.expression : expression;
}

export function interpolatedSource(expression: Expression): string {
  return expression.source;
}

/** Whether the value of a node can be told from the trigger alone, now and later. */
function isFixed(node: Node, bound: ReadonlySet<string>): boolean {
  if (node.kind === "name") return node.name === "event" || bound.has(node.name);
  if (node.kind === "call" && ["now", "now_plus", "now_minus"].includes(node.name)) return false;
  const name = boundName(node);
  const inner = name === undefined ? bound : new Set([...bound, name]);
  return childrenOf(node).every((child) => isFixed(child, inner));
}

/** Replaces each largest fixed part by its value; parts inside a macro that use its variable stay as they are. */
function replace(node: Node, roots: Readonly<Record<string, Value>>, now: number): Node {
  if (node.kind !== "literal" && isFixed(node, new Set())) {
    const literal = literalNode(fixedValue(node, roots, now));
    if (literal !== undefined) return literal;
  }
  const go = (child: Node) => replace(child, roots, now);
  switch (node.kind) {
    case "literal":
    case "name":
      return node;
    case "select":
      return { ...node, from: go(node.from) };
    case "index":
      return { ...node, from: go(node.from), key: go(node.key) };
    case "call":
      return node.name === "has" ? node : { ...node, args: node.args.map(go) };
    case "method":
      return {
        ...node,
        on: go(node.on),
        args: node.args.map((arg, index) => (index === 0 && boundName(node) ? arg : go(arg))),
      };
    case "list":
      return { ...node, items: node.items.map(go) };
    case "map":
      return { ...node, entries: node.entries.map(([key, value]) => [go(key), go(value)]) };
    case "ternary":
      return {
        ...node,
        condition: go(node.condition),
        whenTrue: go(node.whenTrue),
        whenFalse: go(node.whenFalse),
      };
    case "not":
    case "negate":
      return { ...node, of: go(node.of) };
    default:
      return { ...node, left: go(node.left), right: go(node.right) };
  }
}

function fixedValue(node: Node, roots: Readonly<Record<string, Value>>, now: number): Value {
  try {
    return programOf(node)({ roots, now, locals: {}, budget: { steps: evaluationStepsMax } });
  } catch (error) {
    if (error instanceof EvaluationError) return missing;
    throw error;
  }
}

/** A value as a literal; undefined for kinds that have no literal form. */
function literalNode(value: Value): Node | undefined {
  if (value === missing) return { kind: "literal", value: null };
  if (value instanceof Timestamp) return call("timestamp", new Date(value.at).toISOString());
  if (value instanceof Duration) return call("duration", `${value.ms}ms`);
  if (value instanceof TypeName) return undefined;
  if (isList(value)) {
    const items = value.map(literalNode);
    return items.every((item) => item !== undefined) ? { kind: "list", items } : undefined;
  }
  if (value !== null && isMap(value)) return mapNode(value);
  const scalar: Literal = value;
  if (typeof scalar === "number" && !Number.isFinite(scalar)) return undefined;
  return { kind: "literal", value: scalar };
}

function mapNode(value: { readonly [key: string]: Value | undefined }): Node | undefined {
  const entries: (readonly [Node, Node])[] = [];
  for (const [key, member] of Object.entries(value)) {
    const node = literalNode(member ?? null);
    if (node === undefined) return undefined;
    entries.push([{ kind: "literal", value: key }, node]);
  }
  return { kind: "map", entries };
}

function call(name: string, text: string): Node {
  return { kind: "call", name, args: [{ kind: "literal", value: text }] };
}

/** Logic with a literal operand, as far as it cannot change whether the whole matches. */
function simplify(node: Node): Node {
  if (node.kind !== "and" && node.kind !== "or") return node;
  const left = simplify(node.left);
  const right = simplify(node.right);
  const stopsAt = node.kind === "or";
  if (left.kind === "literal") return isTruthy(left.value) === stopsAt ? left : right;
  // Behind `x &&` a false makes the whole unmatched whatever x is; behind `x ||` a true might hide a non-boolean x.
  if (node.kind === "and" && right.kind === "literal" && right.value === false) return right;
  if (right.kind === "literal" && typeof right.value === "boolean" && isBoolean(left)) {
    return right.value === stopsAt ? right : left;
  }
  return { ...node, left, right };
}

const comparisons: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">=", "in"]);

/** Whether a node gives true or false whatever the event is. */
function isBoolean(node: Node): boolean {
  if (node.kind === "binary") return comparisons.has(node.operator);
  if (node.kind === "and" || node.kind === "or") return isBoolean(node.left) && isBoolean(node.right);
  return node.kind === "not";
}
