// From a tree back to text that compiles to the same meaning.

import type { Literal, Node } from "./node.ts";

/** Everything is put in parentheses where precedence could matter. */
export function sourceOf(node: Node): string {
  switch (node.kind) {
    case "literal":
      return literalSource(node.value);
    case "name":
      return node.name;
    case "select":
      return /^[A-Za-z_]\w*$/.test(node.key)
        ? `${operand(node.from)}.${node.key}`
        : `${operand(node.from)}[${JSON.stringify(node.key)}]`;
    case "index":
      return `${operand(node.from)}[${sourceOf(node.key)}]`;
    case "call":
      return `${node.name}(${node.args.map(sourceOf).join(", ")})`;
    case "method":
      return `${operand(node.on)}.${node.name}(${node.args.map(sourceOf).join(", ")})`;
    case "list":
      return `[${node.items.map(sourceOf).join(", ")}]`;
    case "map":
      return `{${node.entries.map(([key, value]) => `${sourceOf(key)}: ${sourceOf(value)}`).join(", ")}}`;
    case "ternary":
      return `${operand(node.condition)} ? ${operand(node.whenTrue)} : ${operand(node.whenFalse)}`;
    case "and":
      return `${operand(node.left)} && ${operand(node.right)}`;
    case "or":
      return `${operand(node.left)} || ${operand(node.right)}`;
    case "not":
      return `!${operand(node.of)}`;
    case "negate":
      return `-${operand(node.of)}`;
    case "binary":
      return `${operand(node.left)} ${node.operator} ${operand(node.right)}`;
  }
}

function operand(node: Node): string {
  const isSimple = ["literal", "name", "select", "index", "call", "method", "list", "map"].includes(
    node.kind,
  );
  const isNegative =
    node.kind === "literal" &&
    (typeof node.value === "number" || typeof node.value === "bigint") &&
    node.value < 0;
  return isSimple && !isNegative ? sourceOf(node) : `(${sourceOf(node)})`;
}

/** Doubles keep a decimal point, so that they stay doubles (semantics E6.1). */
function literalSource(value: Literal): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number")
    return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value);
  return `b"${[...value].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`;
}
