// The rules that the repository holds itself to. Each returns what is wrong, with the place and what to do instead.

import { lineOf, type Node, type SourceFile, walk } from "./source-files.ts";

/** What a package may import of ours (design: parts and arrows). */
export const arrows: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  core: ["@stepwell/protocol"],
  engine: ["@stepwell/core", "@stepwell/protocol"],
  "store-sqlite": ["@stepwell/core", "@stepwell/engine", "@stepwell/protocol"],
  sdk: ["@stepwell/protocol"],
  server: ["@stepwell/engine", "@stepwell/core", "@stepwell/protocol"],
  dashboard: ["@stepwell/protocol"],
  cli: [
    "@stepwell/server",
    "@stepwell/engine",
    "@stepwell/core",
    "@stepwell/protocol",
    "@stepwell/store-sqlite",
    "@stepwell/dashboard",
  ],
};

function packageOf(path: string): string | undefined {
  return /^packages\/([^/]+)\/src\//.exec(path)?.[1];
}

/** Every module name that a file imports. */
export function importsOf(file: SourceFile): readonly { readonly from: string; readonly node: Node }[] {
  const found: { from: string; node: Node }[] = [];
  walk(file.program, (node) => {
    const source = node["source"] as { readonly value?: unknown } | null | undefined;
    if (typeof source?.value === "string" && /^(Import|Export)/.test(node.type))
      found.push({ from: source.value, node });
  });
  return found;
}

export function forbiddenImports(file: SourceFile): readonly string[] {
  const owner = packageOf(file.path);
  const problems: string[] = [];
  for (const { from, node } of importsOf(file)) {
    const place = lineOf(file, node);
    if (/^(stepwell|@stepwell\/[^/]+)\/(src|dist)\//.test(from))
      problems.push(`${place} reaches into ${from}; import the package by its name.`);
    if (owner === undefined) continue;
    const ours =
      from === "stepwell" || from.startsWith("stepwell/") ? "stepwell" : /^@stepwell\/[^/]+/.exec(from)?.[0];
    if (ours !== undefined && !arrows[owner]?.includes(ours))
      problems.push(
        `${place} imports ${from}; ${owner} may import only ${arrows[owner]?.join(", ") || "nothing of ours"}.`,
      );
    if (from === "@stepwell/engine/testing") problems.push(`${place} imports test doubles; only tests may.`);
    if (["core", "protocol"].includes(owner) && from.startsWith("node:"))
      problems.push(`${place} imports ${from}; ${owner} runs without Node.`);
  }
  return problems;
}

/** Files that may know the machine's time and chance, each with the reason. */
export const ambientAllowed: Readonly<Record<string, string>> = {
  "packages/engine/src/adapters/": "the adapters to the machine",
  "packages/engine/src/testing/manual-clock.ts": "lets promises settle between virtual moments",
  "packages/sdk/src/clock.ts": "the SDK's only access to time",
  "packages/sdk/src/errors.ts": "formats, does not read the clock",
  "packages/server/": "requests, timeouts and discovery are of the real world",
  "packages/cli/": "a process of the real world",
  "packages/dashboard/": "a page in a browser",
  "packages/store-sqlite/": "worker threads and file locks are of the real world",
};

const ambient = new Set([
  "Date.now",
  "Math.random",
  "performance.now",
  "crypto.randomUUID",
  "crypto.getRandomValues",
]);
const timers = new Set(["setTimeout", "setInterval", "setImmediate"]);

export function ambientUse(file: SourceFile): readonly string[] {
  if (
    packageOf(file.path) === undefined ||
    Object.keys(ambientAllowed).some((path) => file.path.startsWith(path))
  )
    return [];
  const problems: string[] = [];
  walk(file.program, (node) => {
    const callee = node["callee"] as Node | undefined;
    if (callee === undefined) return;
    const name = calleeName(callee);
    const isBareDate =
      node.type === "NewExpression" &&
      name === "Date" &&
      (node["arguments"] as readonly unknown[]).length === 0;
    if (ambient.has(name) || timers.has(name) || isBareDate) {
      problems.push(
        `${lineOf(file, node)} uses ${name}; take \`now\` as a parameter, or the Clock and Random ports.`,
      );
    }
  });
  return problems;
}

function calleeName(callee: Node): string {
  if (callee.type === "Identifier") return String(callee["name"]);
  if (callee.type !== "MemberExpression") return "";
  const object = callee["object"] as Node;
  const property = callee["property"] as Node;
  return object.type === "Identifier" ? `${String(object["name"])}.${String(property["name"])}` : "";
}

export const functionLinesMax = 70;
export const fileLinesMax = 450;

/** Functions with their length in lines, the longest first. */
export function functionLengths(
  file: SourceFile,
): readonly { readonly place: string; readonly lines: number }[] {
  const lengths: { place: string; lines: number }[] = [];
  walk(file.program, (node) => {
    if (!["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"].includes(node.type)) return;
    lengths.push({
      place: lineOf(file, node),
      lines: file.text.slice(node.start, node.end).split("\n").length,
    });
  });
  return lengths.sort((left, right) => right.lines - left.lines);
}

const grabBags = /(^|\/)(utils?|helpers?|types|misc|common)\.tsx?$/;

export function fileProblems(file: SourceFile): readonly string[] {
  const problems: string[] = [];
  if (grabBags.test(file.path)) problems.push(`${file.path} is named after nothing; name the concept.`);
  if (packageOf(file.path) === undefined) return problems;
  if (!file.text.startsWith("//") && !file.text.startsWith("/*"))
    problems.push(`${file.path} does not say what it is; open it with a comment of one to five lines.`);
  const lines = file.text.split("\n").length;
  if (lines > fileLinesMax) problems.push(`${file.path} has ${lines} lines; look for its second subject.`);
  for (const { place, lines: length } of functionLengths(file)) {
    if (length > functionLinesMax && !isSuite(file))
      problems.push(`${place} has a function of ${length} lines; at most ${functionLinesMax}.`);
  }
  walk(file.program, (node) => {
    if (node.type === "ExportDefaultDeclaration")
      problems.push(`${lineOf(file, node)} exports a default; give it a name.`);
  });
  return problems;
}

/** A function that builds a table of closures, such as a suite of tests or an object of methods, is not one thing to read. */
function isSuite(file: SourceFile): boolean {
  return (
    file.path.includes("/testing/contract/") ||
    file.path.endsWith(".tsx") ||
    file.path === "packages/engine/src/create-engine.ts"
  );
}

/** Words that never belong into the repository, in any tracked text. */
const leaks: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`/(work|home)/${"[a-z]"}`), "a path of a machine"],
  [new RegExp(["registry", "npmjs", "org"].join("\\.")), "the host name of a package registry"],
  [new RegExp(`\\b${["TO", "DO"].join("")}\\b|\\b${["FIX", "ME"].join("")}\\b`), "unfinished behaviour"],
];

export function leaksIn(path: string, text: string): readonly string[] {
  return leaks
    .filter(([pattern]) => pattern.test(text))
    .map(([pattern, what]) => `${path} has ${what}: ${pattern.exec(text)?.[0]}`);
}

/** Import cycles among the files of one package, as paths joined by arrows. Types alone make no cycle at run time. */
export function cycles(files: readonly SourceFile[]): readonly string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === "done") return;
    if (state.get(path) === "open") {
      found.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
      return;
    }
    state.set(path, "open");
    const file = byPath.get(path);
    for (const { from, node } of file === undefined ? [] : importsOf(file)) {
      if (!from.startsWith(".") || node["importKind"] === "type" || node["exportKind"] === "type") continue;
      const target = new URL(from, `file:///${path}`).pathname.slice(1);
      if (byPath.has(target)) visit(target, [...trail, path]);
    }
    state.set(path, "done");
  };
  for (const path of byPath.keys()) visit(path, []);
  return found;
}
