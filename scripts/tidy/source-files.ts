// The repository's source files, parsed once.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A node of the syntax tree, as far as the rules read it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface SourceFile {
  /** Path from the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Node;
}

/** Every tracked path. */
export function trackedPaths(): readonly string[] {
  return execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter((path) => path !== "");
}

export function parseFile(path: string, text: string): SourceFile {
  return { path, text, program: parseSync(path, text).program as unknown as Node };
}

export function readSources(paths: readonly string[]): readonly SourceFile[] {
  return paths.map((path) => parseFile(path, readFileSync(`${root}/${path}`, "utf8")));
}

/** Visits a tree from the top down. */
export function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visit);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  if (typeof (node as Node).type === "string") visit(node as Node);
  for (const value of Object.values(node)) if (typeof value === "object") walk(value, visit);
}

export function lineOf(file: SourceFile, node: Node): string {
  return `${file.path}:${file.text.slice(0, node.start).split("\n").length}`;
}
