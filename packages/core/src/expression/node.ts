// The syntax tree of an expression, as our evaluator reads it: the parser's tree, reduced to a closed union.

import type { ASTNode } from "@marcbachmann/cel-js";

/** Integers are bigint, doubles are numbers, as CEL keeps them apart (semantics E1.2). */
export type Literal = null | boolean | number | bigint | string | Uint8Array;

export type BinaryOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "+" | "-" | "*" | "/" | "%";

export type Node =
  | { readonly kind: "literal"; readonly value: Literal }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "select"; readonly from: Node; readonly key: string }
  | { readonly kind: "index"; readonly from: Node; readonly key: Node }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Node[] }
  | { readonly kind: "method"; readonly name: string; readonly on: Node; readonly args: readonly Node[] }
  | { readonly kind: "list"; readonly items: readonly Node[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Node, Node])[] }
  | { readonly kind: "ternary"; readonly condition: Node; readonly whenTrue: Node; readonly whenFalse: Node }
  | { readonly kind: "and" | "or"; readonly left: Node; readonly right: Node }
  | { readonly kind: "not" | "negate"; readonly of: Node }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node };

/** Macros bind a name over a collection: `list.exists(x, …)`. */
export const macros: ReadonlySet<string> = new Set(["exists", "exists_one", "all", "map", "filter"]);

/** @throws Error for syntax that our language does not have. */
export function fromSyntax(ast: ASTNode): Node {
  switch (ast.op) {
    case "value":
      return { kind: "literal", value: literalOf(ast.args) };
    case "id":
      return { kind: "name", name: ast.args };
    case ".":
    case ".?":
      return { kind: "select", from: fromSyntax(ast.args[0]), key: ast.args[1] };
    case "[]":
    case "[?]":
      return { kind: "index", from: fromSyntax(ast.args[0]), key: fromSyntax(ast.args[1]) };
    case "call":
      return { kind: "call", name: ast.args[0], args: ast.args[1].map(fromSyntax) };
    case "rcall":
      return {
        kind: "method",
        name: ast.args[0],
        on: fromSyntax(ast.args[1]),
        args: ast.args[2].map(fromSyntax),
      };
    case "list":
      return { kind: "list", items: ast.args.map(fromSyntax) };
    case "map":
      return { kind: "map", entries: ast.args.map(([key, value]) => [fromSyntax(key), fromSyntax(value)]) };
    case "?:":
      return {
        kind: "ternary",
        condition: fromSyntax(ast.args[0]),
        whenTrue: fromSyntax(ast.args[1]),
        whenFalse: fromSyntax(ast.args[2]),
      };
    case "&&":
      return { kind: "and", left: fromSyntax(ast.args[0]), right: fromSyntax(ast.args[1]) };
    case "||":
      return { kind: "or", left: fromSyntax(ast.args[0]), right: fromSyntax(ast.args[1]) };
    case "!_":
      return { kind: "not", of: fromSyntax(ast.args) };
    case "-_":
      return { kind: "negate", of: fromSyntax(ast.args) };
    default:
      return {
        kind: "binary",
        operator: ast.op,
        left: fromSyntax(ast.args[0]),
        right: fromSyntax(ast.args[1]),
      };
  }
}

function literalOf(value: unknown): Literal {
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "bigint")
    return value;
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  // The parser's wrapper for unsigned literals prints as its number.
  return BigInt(String(value).replace(/u$/, ""));
}

/** The nodes directly below one. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "literal":
    case "name":
      return [];
    case "select":
      return [node.from];
    case "index":
      return [node.from, node.key];
    case "call":
      return node.args;
    case "method":
      return [node.on, ...node.args];
    case "list":
      return node.items;
    case "map":
      return node.entries.flat();
    case "ternary":
      return [node.condition, node.whenTrue, node.whenFalse];
    case "not":
    case "negate":
      return [node.of];
    default:
      return [node.left, node.right];
  }
}

/** The name that a macro binds, if the node is one. */
export function boundName(node: Node): string | undefined {
  if (node.kind !== "method" || !macros.has(node.name)) return undefined;
  const variable = node.args[0];
  return variable?.kind === "name" ? variable.name : undefined;
}
