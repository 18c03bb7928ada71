// Completion: what may come next, from the commands themselves, and the scripts that ask for it.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { returned } from "../../server/test/rig.ts";
import { createProgram } from "../src/program.ts";
import { type CliRig, cliRig, stepwell } from "./cli-rig.ts";

const bin = fileURLToPath(new URL("../bin/stepwell.js", import.meta.url));

/** The values that complete the last of some words. */
async function completed(words: readonly string[], world?: CliRig): Promise<readonly string[]> {
  const { out, err, code } = await stepwell(world, ["complete-words", "--", ...words]);
  expect([code, err]).toEqual([0, ""]);
  return out.split("\n").flatMap((line) => (line === "" ? [] : [line.split("\t")[0] ?? ""]));
}

describe("what may come next", () => {
  test("every command that the help shows, and no hidden one", async () => {
    const shown = createProgram("1", async () => {})
      .commands.map((command) => command.name())
      .filter((name) => name !== "complete-words");
    expect((await completed([""])).toSorted()).toEqual([...shown, "help"].toSorted());
  });

  test.each([
    ["a command that began", ["fun"], ["functions", "function"]],
    ["a subcommand", ["function", "pau"], ["pause"]],
    ["a flag", ["runs", "--st"], ["--status"]],
    ["a flag of the command above", ["function", "pause", "--js"], ["--json"]],
    ["a flag's values", ["runs", "--status", "c"], ["completed", "cancelled"]],
    ["the same behind an equals sign", ["runs", "--status=f"], ["--status=failed"]],
    ["an argument's choices", ["completion", ""], ["bash", "zsh", "fish"]],
    ["the second argument", ["function", "override", "slug", "thr"], ["throttle"]],
    ["an operation of the API", ["api", "get-event-r"], ["get-event-runs"]],
    ["a flag of an alias", ["api", "get-run", "x", "--include"], ["--include-output"]],
    ["files are left to the shell", ["send", "--file", ""], [":files"]],
    ["hidden flags are not shown", ["dev", "--redis"], []],
    ["nothing behind everything", ["run", "a", ""], []],
  ] as const)("%s", async (_, words, expected) => expect(await completed(words)).toEqual(expected));

  test("names and ids that the server knows", async () => {
    const world = await cliRig({}, () => returned());
    await world.register("shop", { ship: { triggers: [{ event: "a" }] }, bill: { triggers: [] } });
    const { body } = await world.post("/e/k", { name: "a", data: {} });
    await world.engine.whenIdle();
    expect((await completed(["function", "shop-"], world)).toSorted()).toEqual(["shop-bill", "shop-ship"]);
    expect(await completed(["runs", "--app", ""], world)).toEqual(["shop"]);
    expect(await completed(["event", ""], world)).toEqual(body.ids);
    const [run = ""] = await completed(["cancel", "x", ""], world);
    expect((await world.request(`/api/v2/runs/${run}`)).status).toBe(200);
  });

  test("without a server there is nothing to say, and no error", async () => {
    expect(await completed(["run", ""])).toEqual([]);
  });
});

describe("the scripts", () => {
  function folder(): string {
    const directory = mkdtempSync(join(tmpdir(), "stepwell-completion-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    return directory;
  }

  test("bash loads its own and completes with it", async () => {
    const directory = folder();
    const { out } = await stepwell(undefined, "completion bash");
    writeFileSync(join(directory, "completion.bash"), out);
    execFileSync("bash", ["-n", join(directory, "completion.bash")]);
    writeFileSync(join(directory, "stepwell"), `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`, {
      mode: 0o755,
    });
    const asked = (...words: readonly string[]): string =>
      execFileSync(
        "bash",
        [
          "-c",
          `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _stepwell; printf '%s\\n' "\${COMPREPLY[@]}"`,
          join(directory, "completion.bash"),
          "stepwell",
          ...words,
        ],
        { encoding: "utf8", env: { PATH: `${directory}:${process.env["PATH"] ?? ""}`, HOME: directory } },
      );
    expect(asked("can")).toBe("cancel\n");
    expect(asked("runs", "--status", "fa")).toBe("failed\n");
    expect(asked("runs", "--no-such")).toBe("\n");
  });

  test.each(["zsh", "fish"])("%s reads its own, where it is installed", async (shell) => {
    const { out } = await stepwell(undefined, `completion ${shell}`);
    expect(out).toContain("stepwell complete-words --");
    const file = join(folder(), "completion");
    writeFileSync(file, out);
    const { error, status, stderr } = spawnSync(shell, ["-n", file], { encoding: "utf8" });
    if (error === undefined) expect([status, stderr]).toEqual([0, ""]);
  });

  test("an unknown shell leads to the known ones", async () => {
    const { code, err } = await stepwell(undefined, "completion powershell");
    expect([code, err]).toEqual([2, expect.stringContaining("Allowed choices are bash, zsh, fish.")]);
  });
});
