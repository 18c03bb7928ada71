import { describe, expect, test } from "vitest";
import { createLog, type Log } from "../src/log.ts";
import type { LogLevel } from "../src/settings.ts";

function logTo(
  level: LogLevel,
  isJson: boolean,
  secrets: readonly string[] = [],
): { readonly log: Log; readonly out: string[]; readonly err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  const stream = (lines: string[]) => ({ write: (text: string) => lines.push(text) });
  return { log: createLog(level, isJson, { out: stream(out), err: stream(err) }, secrets), out, err };
}

describe("the log", () => {
  test("a line per thing; what went wrong goes to stderr; further lines are indented", () => {
    const { log, out, err } = logTo("info", false);
    log.debug("unseen");
    log.info("Ready.", { detail: 1 });
    log.warn("First.\nSecond.");
    expect(out).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d {3}Ready\.\n$/)]);
    expect(err).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d ! First\.\n {11}Second\.\n$/)]);
  });

  test("details are shown when everything was asked for", () => {
    const { log, out } = logTo("debug", false);
    log.info("Ready.", { port: 1 });
    expect(out[0]).toContain('Ready. {"port":1}');
  });

  test("silent is silent", () => {
    const { log, err } = logTo("silent", false);
    log.error("unseen");
    expect(err).toEqual([]);
  });

  test("JSON lines carry message, level and details", () => {
    const { log, out } = logTo("warn", true);
    log.info("unseen");
    log.warn("Look.", { runId: "r" });
    expect(out).toHaveLength(1);
    expect(JSON.parse(out[0] ?? "")).toMatchObject({ msg: "Look.", level: 40, runId: "r" });
  });

  test("secrets stand in no line, whatever brought them there", () => {
    const secret = 'a"quoted-secret';
    for (const isJson of [true, false]) {
      const { log, out, err } = logTo("debug", isJson, [secret, "short"]);
      log.info(`The key is ${secret}.`, { headers: { authorization: `Bearer ${secret}` } });
      log.error("A short story.", { secret });
      const text = [...out, ...err].join("");
      expect(text).not.toContain("quoted-secret");
      expect(text).toContain("[secret]");
      expect(text).toContain("A short story.");
    }
  });
});
