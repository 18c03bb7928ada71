// Splitting a wait's expression once into equality keys and the whole: an event finds by hash the waits whose keys it
// meets, and evaluates only those (design §4, waits; semantics E7).

import type { Json } from "@stepwell/protocol";
import type { Expression } from "./compile.ts";
import type { Node } from "./node.ts";
import { fieldOf, type Value } from "./value.ts";

/** One OR branch: the equalities that must hold for it to match. None means that any event may match it. */
export interface Branch {
  readonly equalities: readonly {
    readonly path: readonly string[];
    readonly value: string | number | boolean;
  }[];
}

const branchesMax = 16;
const everything: readonly Branch[] = [{ equalities: [] }];

/** @param expression an interpolated one, over `async` alone. */
export function split(expression: Expression): readonly Branch[] {
  const alternatives = operands(expression.node, "or");
  if (alternatives.length > branchesMax) return everything;
  const branches = alternatives.map((alternative) => ({ equalities: equalitiesOf(alternative) }));
  return branches.some((branch) => branch.equalities.length === 0) ? everything : branches;
}

function operands(node: Node, kind: "and" | "or"): readonly Node[] {
  if (node.kind !== kind) return [node];
  return [...operands(node.left, kind), ...operands(node.right, kind)];
}

function equalitiesOf(branch: Node): Branch["equalities"] {
  const byPath = new Map<string, Branch["equalities"][number]>();
  for (const operand of operands(branch, "and")) {
    const equality = equalityOf(operand);
    if (equality !== undefined) byPath.set(JSON.stringify(equality.path), equality);
  }
  return [...byPath.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, equality]) => equality);
}

function equalityOf(node: Node): Branch["equalities"][number] | undefined {
  if (node.kind !== "binary" || node.operator !== "==") return undefined;
  return pathEqualsLiteral(node.left, node.right) ?? pathEqualsLiteral(node.right, node.left);
}

function pathEqualsLiteral(side: Node, other: Node): Branch["equalities"][number] | undefined {
  const path = asyncPath(side);
  const value = other.kind === "literal" ? indexable(other.value) : undefined;
  return path === undefined || path.length === 0 || value === undefined ? undefined : { path, value };
}

/** The keys from `async` down, or undefined when the node is no plain path. */
function asyncPath(node: Node): readonly string[] | undefined {
  if (node.kind === "name") return node.name === "async" ? [] : undefined;
  if (node.kind === "select") {
    const from = asyncPath(node.from);
    return from === undefined ? undefined : [...from, node.key];
  }
  if (node.kind === "index" && node.key.kind === "literal" && typeof node.key.value === "string") {
    const from = asyncPath(node.from);
    return from === undefined ? undefined : [...from, node.key.value];
  }
  return undefined;
}

/** Null is not: a missing field equals it too. Integers beyond what a double holds are not either. */
function indexable(value: unknown): string | number | boolean | undefined {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
  return typeof value === "number" && (!Number.isInteger(value) || Number.isSafeInteger(value))
    ? value
    : undefined;
}

/** The paths that a branch compares, as text; empty when it has none. */
export function shape(branch: Branch): string {
  return branch.equalities.length === 0 ? "" : JSON.stringify(branch.equalities.map(({ path }) => path));
}

/** The values that a branch compares with, in the shape's order. */
export function indexKey(branch: Branch): string {
  return branch.equalities.length === 0 ? "" : valuesText(branch.equalities.map(({ value }) => value));
}

const paths = new Map<string, readonly (readonly string[])[]>();

/** What an event's values for a shape are, as text; null when one is missing or no scalar, so that nothing matches. */
export function probe(shapeText: string, event: Json): string | null {
  let compared = paths.get(shapeText);
  if (compared === undefined) {
    compared = JSON.parse(shapeText) as readonly (readonly string[])[];
    if (paths.size > 10_000) paths.clear();
    paths.set(shapeText, compared);
  }
  const values: (string | number | boolean)[] = [];
  for (const path of compared) {
    let value: Value = event as Value;
    for (const key of path) value = fieldOf(value, key);
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return null;
    values.push(value);
  }
  return valuesText(values);
}

/** -0 and 0 are equal, so they have one text. */
function valuesText(values: readonly (string | number | boolean)[]): string {
  return JSON.stringify(values.map((value) => (value === 0 ? 0 : value)));
}
