// Taking an expression apart over one event: which part was true, which false or not reached, and what it found. For
// people who ask why a filter did not match (decisions row 6); routing never does this.

import type { Json } from "@stepwell/protocol";
import { compileNode, type Expression } from "./compile.ts";
import { evaluate, type Scope } from "./evaluate.ts";
import type { Node } from "./node.ts";
import { pathsOf, pathText, valueAt } from "./paths.ts";
import { sourceOf } from "./source.ts";
import { isTruthy } from "./value.ts";

export interface Truth {
  /** Source text of this part. */
  readonly text: string;
  readonly value: "true" | "false" | "error" | "not-reached";
  /** How the parts below are joined; absent on a leaf. */
  readonly join?: "all" | "any" | "not";
  readonly parts?: readonly Truth[];
  /** The first path that a leaf reads, without `event.`; where there is an awaited event, without `async.`. */
  readonly path?: string;
  /** What the leaf found there; absent where there is nothing. */
  readonly found?: Json;
  /** Why a leaf erred. */
  readonly message?: string;
}

/** Evaluates each part in the order in which the whole is: what a short cut leaves out is `not-reached` (E3.4). */
export function truthOf(expression: Expression, scope: Scope): Truth {
  return partOf(expression.node, expression, scope, true);
}

function partOf(node: Node, whole: Expression, scope: Scope, isReached: boolean): Truth {
  if (node.kind === "and" || node.kind === "or") return joined(node, whole, scope, isReached);
  if (node.kind === "not" && (node.of.kind === "and" || node.of.kind === "or")) {
    const parts = [partOf(node.of, whole, scope, isReached)];
    return { ...valued(node, whole, scope, isReached), join: "not", parts };
  }
  const [path] = pathsOf(node, scope.async === undefined ? "event" : "async");
  const found = path === undefined ? undefined : valueAt(scope.async ?? scope.event, path.keys);
  return {
    ...valued(node, whole, scope, isReached),
    ...(path === undefined ? {} : { path: pathText(path) }),
    ...(found === undefined || !isReached ? {} : { found }),
  };
}

/** `a && b && c` is one list of three, however the parser nested it. */
function joined(
  node: Extract<Node, { kind: "and" | "or" }>,
  whole: Expression,
  scope: Scope,
  isReached: boolean,
): Truth {
  const stopsAt = node.kind === "or" ? "true" : "false";
  const parts: Truth[] = [];
  let goesOn = isReached;
  for (const operand of operandsOf(node, node.kind)) {
    const part = partOf(operand, whole, scope, goesOn);
    parts.push(part);
    // An operand that errs counts as false.
    if (part.value === stopsAt || (part.value === "error" && stopsAt === "false")) goesOn = false;
  }
  return { ...valued(node, whole, scope, isReached), join: node.kind === "or" ? "any" : "all", parts };
}

function operandsOf(node: Node, kind: "and" | "or"): readonly Node[] {
  return node.kind === kind && (node.kind === "and" || node.kind === "or")
    ? [...operandsOf(node.left, kind), ...operandsOf(node.right, kind)]
    : [node];
}

function valued(
  node: Node,
  whole: Expression,
  scope: Scope,
  isReached: boolean,
): Pick<Truth, "text" | "value" | "message"> {
  const text = asWritten(sourceOf(node), whole.source);
  if (!isReached) return { text, value: "not-reached" };
  const compiled = compileNode(node, text, whole.use);
  if (compiled.kind === "invalid") return { text, value: "error", message: compiled.reason };
  const result = evaluate(compiled.expression, scope);
  if (result.kind === "error") return { text, value: "error", message: result.reason };
  return { text, value: isTruthy(result.value) ? "true" : "false" };
}

/** Texts keep the quotes of their author. */
export function asWritten(text: string, source: string): string {
  return text.replaceAll(/"([^"'\\]*)"/g, (quoted: string, inner: string) =>
    !source.includes(quoted) && source.includes(`'${inner}'`) ? `'${inner}'` : quoted,
  );
}
