// Near misses: the smallest change to a filter after which an event would have matched, such as a number that came as
// text. Each is checked by evaluating the whole expression with it, so that none is told that would not help.

import { isJsonObject, type Json } from "@stepwell/protocol";
import { compile, type Expression } from "./compile.ts";
import { matches, type Scope } from "./evaluate.ts";
import type { BinaryOperator, Literal, Node } from "./node.ts";
import { pathOf, valueAt } from "./paths.ts";
import { sourceOf } from "./source.ts";
import { asWritten } from "./truth.ts";

export interface NearMiss {
  /** What stands in the way. */
  readonly sentence: string;
  /** The whole expression as it would match. */
  readonly expression: string;
  /** The changed part of it. */
  readonly part: string;
}

interface Change {
  readonly sentence: string;
  readonly node: Node;
}

/** Undefined when no single change known here would let the event match. */
export function nearMiss(expression: Expression, scope: Scope): NearMiss | undefined {
  for (const { node, replace } of comparisonsOf(expression.node, (changed) => changed)) {
    for (const change of changesOf(node, scope)) {
      const part = asWritten(sourceOf(change.node), expression.source);
      const text = rewritten(expression.source, node, part) ?? sourceOf(replace(change.node));
      const compiled = compile(text, expression.use);
      if (compiled.kind === "invalid" || matches(compiled.expression, scope).kind !== "matched") continue;
      return { sentence: change.sentence, expression: text, part };
    }
  }
  return undefined;
}

/** The author's own text with one part changed, where that part stands in it just once. */
function rewritten(source: string, node: Node, part: string): string | undefined {
  const before = asWritten(sourceOf(node), source);
  const at = source.indexOf(before);
  if (at < 0 || source.indexOf(before, at + 1) >= 0) return undefined;
  return source.slice(0, at) + part + source.slice(at + before.length);
}

type Comparison = Extract<Node, { kind: "binary" }>;

interface Place {
  readonly node: Comparison;
  /** The whole expression with another node in this one's place. */
  readonly replace: (node: Node) => Node;
}

function comparisonsOf(node: Node, replace: (node: Node) => Node): readonly Place[] {
  switch (node.kind) {
    case "and":
    case "or":
      return [
        ...comparisonsOf(node.left, (left) => replace({ ...node, left })),
        ...comparisonsOf(node.right, (right) => replace({ ...node, right })),
      ];
    case "not":
      return comparisonsOf(node.of, (of) => replace({ ...node, of }));
    case "binary":
      return [{ node, replace }];
    default:
      return [];
  }
}

/** Those that fit what the event holds, the likeliest first. */
function changesOf(node: Comparison, scope: Scope): readonly Change[] {
  const path = pathOf(node.left);
  if (path?.root !== "event" || path.keys.length === 0) return [];
  const field = path.keys.at(-1) ?? "";
  const found = valueAt(scope.event, path.keys);
  if (found === undefined) return nearFields(node, path.keys, scope);
  if (node.operator === "in") return itemChanges(node, field, found);
  if (node.right.kind !== "literal") return [];
  return literalChanges(node, node.right.value, field, found);
}

function literalChanges(node: Comparison, literal: Literal, field: string, found: Json): readonly Change[] {
  const { operator } = node;
  const isNumber = typeof literal === "bigint" || typeof literal === "number";
  if (isNumber && typeof found === "string" && isNumeral(found)) {
    return [
      {
        sentence: `${field} holds the text ${JSON.stringify(found)}, and a text ${neverWords(operator)} a number.`,
        node: { ...node, left: { kind: "call", name: numberFunction(found), args: [node.left] } },
      },
    ];
  }
  if (typeof literal === "string" && typeof found === "number" && isNumeral(literal)) {
    return [
      {
        sentence: `${field} holds the number ${found}, and a number ${neverWords(operator)} a text.`,
        node: { ...node, left: { kind: "call", name: "string", args: [node.left] } },
      },
    ];
  }
  if (typeof literal === "boolean" && typeof found === "string" && found === String(literal)) {
    return [
      {
        sentence: `${field} holds the text ${JSON.stringify(found)}, which is not the value ${found}.`,
        node: { ...node, right: { kind: "literal", value: found } },
      },
    ];
  }
  if (typeof literal === "string" && typeof found === "string" && isSameButForm(literal, found)) {
    return [
      {
        sentence: `${field} holds ${JSON.stringify(found)}: ${formWords(literal, found)} count.`,
        node: { ...node, right: { kind: "literal", value: found } },
      },
    ];
  }
  if (
    isNumber &&
    typeof found === "number" &&
    (operator === "<" || operator === ">") &&
    found === Number(literal)
  ) {
    return [
      {
        sentence: `${field} is exactly ${found}, which ${operator} leaves out.`,
        node: { ...node, operator: `${operator}=` },
      },
    ];
  }
  return [];
}

function itemChanges(node: Comparison, field: string, found: Json): readonly Change[] {
  if (node.right.kind !== "list") return [];
  const { items } = node.right;
  const listed = items.flatMap((item) => (item.kind === "literal" ? [item.value] : []));
  const near = listed.find(
    (item) => typeof item === "string" && typeof found === "string" && isSameButForm(item, found),
  );
  if (near !== undefined && typeof found === "string") {
    const right: Node = {
      kind: "list",
      items: items.map((item) =>
        item.kind === "literal" && item.value === near ? { kind: "literal", value: found } : item,
      ),
    };
    return [
      {
        sentence: `${field} holds ${JSON.stringify(found)}: ${formWords(String(near), found)} count.`,
        node: { ...node, right },
      },
    ];
  }
  const asNumber = typeof found === "string" && isNumeral(found);
  const hasNumber = listed.some((item) => typeof item === "bigint" && String(item) === found);
  if (asNumber && hasNumber) {
    return [
      {
        sentence: `${field} holds the text ${JSON.stringify(found)}, and a text never equals a number.`,
        node: { ...node, left: { kind: "call", name: "int", args: [node.left] } },
      },
    ];
  }
  return [];
}

/** The event has no such field, but one beside it whose name is nearly the same. */
function nearFields(node: Comparison, keys: readonly string[], scope: Scope): readonly Change[] {
  const field = keys.at(-1) ?? "";
  const around = valueAt(scope.event, keys.slice(0, -1));
  if (!isJsonObject(around) || node.left.kind !== "select") return [];
  const { from } = node.left;
  return Object.keys(around)
    .filter((key) => isNearName(key, field))
    .map((key) => ({
      sentence: `The event has no ${keys.join(".")}, but it has ${[...keys.slice(0, -1), key].join(".")}.`,
      node: { ...node, left: { kind: "select", from, key } },
    }));
}

function isNumeral(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text.trim());
}

function numberFunction(text: string): "int" | "double" {
  return text.includes(".") ? "double" : "int";
}

function neverWords(operator: BinaryOperator): string {
  switch (operator) {
    case "==":
      return "never equals";
    case ">=":
      return "is never at least";
    case "<=":
      return "is never at most";
    case ">":
      return "is never more than";
    case "<":
      return "is never less than";
    default:
      return "is never compared with";
  }
}

function isSameButForm(left: string, right: string): boolean {
  return left !== right && left.trim().toLowerCase() === right.trim().toLowerCase();
}

function formWords(wanted: string, found: string): string {
  return wanted.trim() === found.trim() ? "spaces around it" : "small and capital letters";
}

/** The same letters in another form (`userId`, `user_id`, `UserID`), or one more letter at the end (`seat`, `seats`). */
function isNearName(key: string, wanted: string): boolean {
  const plain = (text: string): string => text.replaceAll(/[^a-zA-Z0-9]/g, "").toLowerCase();
  const [left, right] = [plain(key), plain(wanted)];
  return key !== wanted && (left === right || `${left}s` === right || left === `${right}s`);
}
