// The help of every command: what it does, examples, exit codes.

import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram } from "../src/program.ts";
import { withAllBelow } from "../src/subcommands.ts";
import { stepwell } from "./cli-rig.ts";

const pathOf = (command: Command): readonly string[] =>
  command.parent === null ? [] : [...pathOf(command.parent), command.name()];

const all = withAllBelow(createProgram("1.0.0", async () => {})).filter(
  (command) => command.parent !== null && command.name() !== "complete-words",
);

describe("--help", () => {
  test.each(all.map((command) => [pathOf(command).join(" "), command] as const))(
    "of %s",
    async (path, command) => {
      const { out, err, code } = await stepwell(undefined, [...pathOf(command), "--help"]);
      expect([code, err]).toEqual([0, ""]);
      expect(out.replace(/\s+/g, " ")).toContain(command.description());
      expect(out).toMatch(new RegExp(`\\nExamples:\\n  (.*)stepwell ${path}`));
      for (const option of command.options.filter(({ hidden }) => !hidden)) {
        expect([option.long, out.includes(option.long ?? "")]).toEqual([option.long, true]);
        expect([option.long, option.description.length > 3]).toEqual([option.long, true]);
      }
    },
  );

  test("of everything: each command in its group, the exit codes", async () => {
    const { out } = await stepwell(undefined, ["--help"]);
    expect(out).toMatch(
      /Run a server:\n {2}dev .*Look and steer:\n {2}send .*Scripts and shells:\n {2}api /s,
    );
    expect(out).toContain(
      "Exit codes: 0 done, 1 refused or failed, 2 wrong command line, 3 no server answered",
    );
    expect(out).not.toContain("complete-words");
  });
});
