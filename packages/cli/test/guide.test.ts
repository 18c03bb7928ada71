// The guide of the command line says what is true: its picture is what is drawn, its commands are those that exist.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { exitCode } from "../src/exit-code.ts";
import { createProgram } from "../src/program.ts";

const guide = readFileSync(fileURLToPath(new URL("../../../docs/guides/cli.md", import.meta.url)), "utf8");

describe("docs/guides/cli.md", () => {
  test("names every command, and no other", () => {
    const names = createProgram("1", async () => {})
      .commands.map((command) => command.name())
      .filter((name) => name !== "complete-words");
    const rows = [...guide.matchAll(/^\| `([^`]+)`(?:, `([^`]+)`)? /gm)].flatMap(([, one = "", other]) => [
      one.split(" ")[0] ?? "",
      ...(other === undefined ? [] : [other.split(" ")[0] ?? ""]),
    ]);
    const told = rows.filter((name) => !name.startsWith("-") && !name.includes("_"));
    expect([...told, "dev", "start"].toSorted()).toEqual(names.toSorted());
  });

  test("names every exit code", () => {
    const codes = [...guide.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
    expect(codes).toEqual(Object.values(exitCode));
  });
});
