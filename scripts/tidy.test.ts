// The repository lints itself: arrows between packages, ambient time, sizes, names, and what must never be in it.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  ambientUse,
  cycles,
  fileProblems,
  forbiddenImports,
  functionLengths,
  leaksIn,
} from "./tidy/rules.ts";
import { parseFile, readSources, root, trackedPaths } from "./tidy/source-files.ts";

const paths = trackedPaths();
const sources = readSources(paths.filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".d.ts")));
const shipped = sources.filter((file) => /^packages\/[^/]+\/src\//.test(file.path));

describe("the repository", () => {
  test("imports follow the arrows", () => {
    expect(sources.flatMap(forbiddenImports)).toEqual([]);
  });

  test("there are no import cycles", () => {
    expect(cycles(shipped)).toEqual([]);
  });

  test("nothing reads the machine's time or chance outside of adapters", () => {
    expect(sources.flatMap(ambientUse)).toEqual([]);
  });

  test("files have one subject, functions fit on a screen", () => {
    expect(sources.flatMap(fileProblems)).toEqual([]);
    const lines = shipped.map((file) => ({ path: file.path, lines: file.text.split("\n").length }));
    const longest = lines.sort((left, right) => right.lines - left.lines).slice(0, 10);
    const functions = shipped
      .flatMap(functionLengths)
      .sort((left, right) => right.lines - left.lines)
      .slice(0, 10);
    console.log(["Longest files:", ...longest.map((file) => `  ${file.lines} ${file.path}`)].join("\n"));
    console.log(
      ["Longest functions:", ...functions.map(({ place, lines: count }) => `  ${count} ${place}`)].join("\n"),
    );
  });

  test("no text names a machine, a registry or unfinished work", () => {
    const texts = paths.filter(
      (path) =>
        /\.(ts|tsx|mjs|js|json|md|css|html|sh)$|^\.ci\/run$/.test(path) && !path.startsWith("bench/peers/"),
    );
    expect(texts.flatMap((path) => leaksIn(path, readFileSync(`${root}/${path}`, "utf8")))).toEqual([]);
  });
});

describe("the rules can fail", () => {
  const file = (path: string, text: string) => parseFile(path, text);

  test("arrows", () => {
    expect(
      forbiddenImports(file("packages/sdk/src/a.ts", 'import { x } from "@stepwell/core";')),
    ).toHaveLength(1);
    expect(forbiddenImports(file("packages/core/src/a.ts", 'import { x } from "node:fs";'))).toHaveLength(1);
    expect(
      forbiddenImports(file("packages/server/src/a.ts", 'export * from "@stepwell/store-sqlite";')),
    ).toHaveLength(1);
    expect(forbiddenImports(file("packages/engine/src/a.ts", 'import { x } from "@stepwell/core";'))).toEqual(
      [],
    );
  });

  test("ambient time and chance", () => {
    for (const text of ["Date.now()", "new Date()", "Math.random()", "setTimeout(f, 1)"]) {
      expect([text, ambientUse(file("packages/core/src/a.ts", text)).length]).toEqual([text, 1]);
    }
    expect(ambientUse(file("packages/core/src/a.ts", "new Date(5)"))).toEqual([]);
  });

  test("names, headers, sizes and default exports", () => {
    expect(fileProblems(file("packages/core/src/utils.ts", "// x"))).toHaveLength(1);
    expect(fileProblems(file("packages/core/src/a.ts", "export const a = 1;"))).toHaveLength(1);
    expect(fileProblems(file("packages/core/src/a.ts", "// x\nexport default 1;"))).toHaveLength(1);
    expect(
      fileProblems(file("packages/core/src/a.ts", `// x\nfunction f() {${"\n".repeat(80)}}`)),
    ).toHaveLength(1);
  });

  test("cycles and leaks", () => {
    const a = file("packages/core/src/a.ts", 'import "./b.ts";');
    const b = file("packages/core/src/b.ts", 'import "./a.ts";');
    expect(cycles([a, b])).toHaveLength(1);
    expect(leaksIn("a.md", `see ${"/wo"}rk/x`)).toHaveLength(1);
  });
});
