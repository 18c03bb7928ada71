// Compiling: source text to an expression that can be evaluated, or a sentence that says why not. Bounded in size,
// depth and number of nodes; results are remembered.

import { type ASTNode, Environment, ParseError } from "@marcbachmann/cel-js";
import { functions, numericConversions } from "./functions.ts";
import { boundName, childrenOf, fromSyntax, macros, type Node } from "./node.ts";
import { type Program, programOf } from "./program.ts";

/** Where an expression stands; it decides the names it may use (semantics E1). */
export type ExpressionUse = "trigger" | "wait" | "cancel" | "value" | "filter";

export interface Expression {
  readonly source: string;
  readonly use: ExpressionUse;
  readonly node: Node;
  readonly program: Program;
  /** What the restrictive policy would refuse, where it only warns (semantics E5.1). */
  readonly warnings: readonly string[];
}

export type CompileResult =
  | { readonly kind: "compiled"; readonly expression: Expression }
  | {
      readonly kind: "invalid";
      readonly reason: string;
      /** Where the text stops making sense, in UTF-16 units, when it cannot be parsed. */
      readonly at?: number;
    };

export const expressionLengthMax = 10_000;
const depthMax = 60;
const nodesMax = 2000;
const cacheMax = 10_000;

const parser = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: nodesMax, maxDepth: depthMax },
});

const rootsOf: Readonly<Record<ExpressionUse, readonly string[]>> = {
  trigger: ["event"],
  value: ["event"],
  wait: ["event", "async"],
  cancel: ["event", "async"],
  filter: ["event", "output"],
};

const cache = new Map<string, CompileResult>();

/** @param source CEL text (semantics E2). */
export function compile(source: string, use: ExpressionUse): CompileResult {
  const key = `${use} ${source}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const result = compileFresh(source, use);
  if (cache.size >= cacheMax) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  if (source.length <= expressionLengthMax) cache.set(key, result);
  return result;
}

function compileFresh(source: string, use: ExpressionUse): CompileResult {
  if (source.length > expressionLengthMax) {
    return invalid(`it has ${source.length} characters; at most ${expressionLengthMax} are allowed.`);
  }
  const parsed = parse(source);
  return parsed.kind === "invalid" ? parsed : compileNode(parsed.node, source, use);
}

/** Compiles a tree that was made, not parsed, such as an interpolated one. */
export function compileNode(node: Node, source: string, use: ExpressionUse): CompileResult {
  const problem = nameProblem(node, new Set(rootsOf[use]));
  if (problem !== undefined) return invalid(problem);
  const warnings = use === "wait" || use === "cancel" ? policyProblems(node) : [];
  if (use === "cancel" && warnings[0] !== undefined) return invalid(warnings[0]);
  try {
    return { kind: "compiled", expression: { source, use, node, program: programOf(node), warnings } };
  } catch (error) {
    return invalid(messageOf(error));
  }
}

function parse(source: string): { readonly kind: "parsed"; readonly node: Node } | Invalid {
  try {
    const parsed: { readonly ast: ASTNode } = parser.parse(source);
    return { kind: "parsed", node: fromSyntax(parsed.ast) };
  } catch (error) {
    const reason = messageOf(error).split("\n")[0] ?? "it cannot be parsed.";
    const at = error instanceof ParseError ? error.range?.start : undefined;
    return { kind: "invalid", reason, ...(at === undefined ? {} : { at }) };
  }
}

type Invalid = CompileResult & { readonly kind: "invalid" };

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function invalid(reason: string): CompileResult {
  return { kind: "invalid", reason };
}

/** Unknown names and functions, and wrong numbers of arguments. */
function nameProblem(node: Node, names: ReadonlySet<string>): string | undefined {
  if (node.kind === "name" && !names.has(node.name)) {
    return `the name "${node.name}" is not known here; only ${[...names].join(" and ")} can be used. Text needs quotes.`;
  }
  if (node.kind === "call" || node.kind === "method") {
    const problem = callProblem(node);
    if (problem !== undefined) return problem;
  }
  const bound = boundName(node);
  if (node.kind === "method" && bound !== undefined) {
    const inner = new Set([...names, bound]);
    return nameProblem(node.on, names) ?? firstProblem(node.args.slice(1), inner);
  }
  return firstProblem(childrenOf(node), names);
}

function firstProblem(nodes: readonly Node[], names: ReadonlySet<string>): string | undefined {
  for (const node of nodes) {
    const problem = nameProblem(node, names);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function callProblem(node: Extract<Node, { kind: "call" | "method" }>): string | undefined {
  if (node.kind === "method" && macros.has(node.name)) {
    const isMacro =
      boundName(node) !== undefined &&
      node.args.length >= 2 &&
      node.args.length <= (node.name === "map" ? 3 : 2);
    return isMacro
      ? undefined
      : `${node.name}() needs a variable and an expression, as in list.${node.name}(x, x > 1).`;
  }
  if (node.kind === "call" && node.name === "has") {
    const only = node.args[0];
    const isPath = node.args.length === 1 && (only?.kind === "select" || only?.kind === "index");
    return isPath ? undefined : "has() needs one path, as in has(event.data.x).";
  }
  const known = Object.hasOwn(functions, node.name) ? functions[node.name] : undefined;
  if (known === undefined) return `there is no function "${node.name}".`;
  const given = node.args.length + (node.kind === "method" ? 1 : 0);
  return known.arity.includes(given) ? undefined : `${node.name}() does not take ${given} arguments.`;
}

/** The restrictive policy of cancellations and waits (semantics E5.1). */
function policyProblems(node: Node): readonly string[] {
  const problems: string[] = [];
  const visit = (current: Node): void => {
    if ((current.kind === "call" || current.kind === "method") && !numericConversions.has(current.name)) {
      problems.push(
        `the function "${current.name}" cannot be used here; only comparisons, logic and paths can.`,
      );
    }
    if (current.kind === "binary" && ["+", "-", "*", "/", "%"].includes(current.operator)) {
      problems.push(`"${current.operator}" cannot be used here; only comparisons, logic and paths can.`);
    }
    for (const child of childrenOf(current)) visit(child);
  };
  visit(node);
  return problems;
}
