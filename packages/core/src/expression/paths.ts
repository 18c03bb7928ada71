// The paths that an expression reads, such as `data.plan` of `event.data.plan`, and what stands there in an event.

import { isJsonObject, type Json } from "@stepwell/protocol";
import { childrenOf, type Node } from "./node.ts";

/** A path below a root: `event` and `["data", "plan"]`. */
export interface Path {
  readonly root: string;
  readonly keys: readonly string[];
}

/** The path that the node is, if it is nothing else. */
export function pathOf(node: Node): Path | undefined {
  if (node.kind === "name") return { root: node.name, keys: [] };
  const key = node.kind === "select" ? node.key : node.kind === "index" ? indexKey(node.key) : undefined;
  if (key === undefined || (node.kind !== "select" && node.kind !== "index")) return undefined;
  const from = pathOf(node.from);
  return from === undefined ? undefined : { root: from.root, keys: [...from.keys, key] };
}

function indexKey(node: Node): string | undefined {
  if (node.kind !== "literal") return undefined;
  return typeof node.value === "string" || typeof node.value === "bigint" ? String(node.value) : undefined;
}

/** Every longest path below `root` that the node reads, in the order of the text, each once. */
export function pathsOf(node: Node, root: string): readonly Path[] {
  const found = new Map<string, Path>();
  const visit = (current: Node): void => {
    const path = pathOf(current);
    if (path === undefined) {
      for (const child of childrenOf(current)) visit(child);
    } else if (path.root === root && path.keys.length > 0) {
      found.set(JSON.stringify(path.keys), path);
    }
  };
  visit(node);
  return [...found.values()];
}

/** `data.plan`. */
export function pathText(path: Path): string {
  return path.keys.join(".");
}

/** What stands at the keys; undefined where there is nothing. */
export function valueAt(value: Json | undefined, keys: readonly string[]): Json | undefined {
  let at: Json | undefined = value;
  for (const key of keys) {
    if (Array.isArray(at)) at = (at as readonly Json[])[Number(key)];
    else at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return at;
}
