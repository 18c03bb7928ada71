// The command as a process: it starts, answers, ends on request, and keeps what it was told.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";

const bin = fileURLToPath(new URL("../bin/stepwell.js", import.meta.url));

interface Running {
  readonly process: ChildProcess;
  /** Everything written so far. */
  readonly output: () => string;
  /** The first match of a pattern in what it writes. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-cli-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function stepwell(
  args: readonly string[],
  directory: string,
  environment: Record<string, string> = {},
): Running {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [bin, ...args], { cwd: directory, env: { PATH, ...environment } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  let look = (): void => {};
  const add = (chunk: Buffer): void => {
    text += chunk.toString();
    look();
  };
  child.stdout.on("data", add);
  child.stderr.on("data", add);
  const ended = new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
  return {
    process: child,
    output: () => text,
    ended,
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        look = () => {
          const match = pattern.exec(text);
          if (match !== null) resolve(match);
        };
        look();
        void ended.then((code) =>
          reject(new Error(`It ended with ${code} before it wrote ${pattern}:\n${text}`)),
        );
      }),
  };
}

/** Starts `dev` on a free port, far from other apps of this machine. */
async function dev(
  directory: string,
  ...args: readonly string[]
): Promise<Running & { readonly url: string }> {
  const running = stepwell(["dev", "--port", "0", "--no-discovery", ...args], directory);
  const [, url = ""] = await running.waitFor(/(http:\/\/localhost:\d+)/);
  return { ...running, url };
}

const send = async (url: string, key = "any"): Promise<Response> =>
  fetch(`${url}/e/${key}`, { method: "POST", body: '{"name":"a","data":{}}' });

const countEvents = async (url: string): Promise<number> => {
  const { data } = (await (await fetch(`${url}/v1/events`)).json()) as { data: readonly unknown[] };
  return data.length;
};

describe("stepwell dev", () => {
  test("says where it is once it answers, keeps data in .stepwell, and has it after the next start", async () => {
    const directory = folder();
    const first = await dev(directory);
    expect((await fetch(`${first.url}/health`)).status).toBe(200);
    expect((await send(first.url)).status).toBe(200);
    expect(existsSync(join(directory, ".stepwell", "stepwell.db"))).toBe(true);
    first.process.kill("SIGINT");
    expect(await first.ended).toBe(0);
    const second = await dev(directory);
    expect(await countEvents(second.url)).toBe(1);
  });

  test("--no-persist leaves nothing behind", async () => {
    const directory = folder();
    const running = await dev(directory, "--no-persist");
    await send(running.url);
    expect(await countEvents(running.url)).toBe(1);
    expect(existsSync(join(directory, ".stepwell"))).toBe(false);
  });

  test("a port that is taken leads to the next free one, which is said", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const running = stepwell(["dev", "--port", String(port), "--no-discovery", "--no-persist"], folder());
    const [, taken, used] = await running.waitFor(/Port (\d+) is taken, so Stepwell listens on port (\d+)\./);
    expect(Number(taken)).toBe(port);
    expect(Number(used)).toBeGreaterThan(port);
    await running.waitFor(/ready/);
    expect((await fetch(`http://localhost:${used}/health`)).status).toBe(200);
  });

  test("SIGTERM ends it within seconds, with a live stream and a hanging call open", async () => {
    const running = await dev(folder(), "--no-persist");
    const stream = await fetch(`${running.url}/api/v2/live`);
    const begun = performance.now();
    running.process.kill("SIGTERM");
    expect(await running.ended).toBe(0);
    expect(performance.now() - begun).toBeLessThan(8000);
    await stream.body?.cancel();
  });

  test("JSON lines on request", async () => {
    const running = await dev(folder(), "--no-persist", "--json");
    const [line = ""] = running.output().trim().split("\n");
    expect(JSON.parse(line)).toMatchObject({ level: 30, msg: expect.stringContaining("ready") });
  });

  test("tools of /mcp only read, unless --mcp-write was given", async () => {
    const answerOf = async (
      url: string,
    ): Promise<{ readonly isError?: boolean; readonly content: unknown }> => {
      const params = { name: "send_event", arguments: { name: "a" } };
      const response = await fetch(`${url}/mcp`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
      });
      return (await response.json()).result;
    };
    const reading = await dev(folder(), "--no-persist");
    expect(await answerOf(reading.url)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("Start the server with --mcp-write to allow it.") }],
    });
    expect(await countEvents(reading.url)).toBe(0);
    const writing = await dev(folder(), "--no-persist", "--mcp-write");
    expect((await answerOf(writing.url)).isError).toBeUndefined();
    expect(await countEvents(writing.url)).toBe(1);
  });

  test("an app that is away is told in one sentence", async () => {
    const running = await dev(
      folder(),
      "--no-persist",
      "-u",
      "http://127.0.0.1:9/api/inngest",
      "--poll-interval",
      "100ms",
    );
    await running.waitFor(/No app answers at http:\/\/localhost:9\/api\/inngest: nothing listens there/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(running.output().split("No app answers")).toHaveLength(2);
  });
});

describe("stepwell start", () => {
  test("checks keys", async () => {
    const environment = { STEPWELL_EVENT_KEY: "good", INNGEST_SIGNING_KEY: "00ff00ff" };
    const running = stepwell(
      ["start", "--port", "0", "--host", "127.0.0.1", "--no-ui"],
      folder(),
      environment,
    );
    const [, url = ""] = await running.waitFor(/ready at (http:\/\/127\.0\.0\.1:\d+)/);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await send(url, "good")).status).toBe(200);
    expect((await send(url, "bad")).status).toBe(401);
    expect((await fetch(`${url}/v1/events`)).status).toBe(401);
    const authorization = "Bearer 00ff00ff";
    expect((await fetch(`${url}/v1/events`, { headers: { authorization } })).status).toBe(200);
    expect(running.output()).not.toContain("00ff00ff");
    expect(running.output()).not.toContain("good");
  });

  test("ends with a sentence when keys are missing, and warns when it was told to go without", async () => {
    const refused = stepwell(["start"], folder());
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toMatch(/^error: stepwell start needs --event-key and --signing-key/);
    const open = stepwell(["start", "--insecure", "--port", "0", "--host", "127.0.0.1"], folder());
    await open.waitFor(/"msg":"Running without keys: everybody/);
    await open.waitFor(/ready/);
  });

  test("a port that is taken is an error here", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const running = stepwell(
      ["start", "--insecure", "--host", "127.0.0.1", "--port", String(port)],
      folder(),
    );
    expect(await running.ended).toBe(1);
    expect(running.output()).toContain(`error: Port ${port} is taken. Choose another with --port.`);
  });

  test("a second server on the same data ends with a sentence", async () => {
    const directory = folder();
    await dev(directory);
    const second = stepwell(["dev", "--port", "0", "--no-discovery"], directory);
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/error: .*(database|stepwell\.db|process)/i);
    expect(second.output()).not.toMatch(/\n\s+at /);
  });
});

describe("commands that ask a server", () => {
  test("print to a pipe without colour, say what is wrong on standard error, and end with a code", async () => {
    const directory = folder();
    const { url } = await dev(directory, "--no-persist");
    const environment = { STEPWELL_URL: url };
    const sent = stepwell(["send", "order/paid", "--json"], directory, environment);
    expect(await sent.ended).toBe(0);
    const { eventId } = JSON.parse(sent.output()).data;
    const listed = stepwell(["events"], directory, environment);
    expect(await listed.ended).toBe(0);
    expect(listed.output()).toContain(eventId);
    expect(listed.output()).not.toContain("\u001b");
    const coloured = stepwell(["events"], directory, { ...environment, FORCE_COLOR: "1" });
    await coloured.ended;
    expect(coloured.output()).toContain("\u001b[2mevent");
    const unknown = stepwell(["event", "nonsense"], directory, environment);
    expect([await unknown.ended, unknown.output()]).toEqual([1, expect.stringMatching(/^error: /)]);
  });

  test("many events are read from standard input", async () => {
    const directory = folder();
    const { url } = await dev(directory, "--no-persist");
    const sent = stepwell(["send", "--file", "-"], directory, { STEPWELL_URL: url });
    sent.process.stdin?.end('{"name":"a"}\n{"name":"b","data":{}}\n');
    expect([await sent.ended, sent.output()]).toEqual([0, "Sent 2 events\n  a 1\n  b 1\n"]);
    expect(await countEvents(url)).toBe(2);
  });

  test("a reader that has seen enough ends them quietly", async () => {
    const running = stepwell(["--help"], folder());
    running.process.stdout?.destroy();
    expect(await running.ended).toBe(0);
    expect(running.output()).not.toContain("EPIPE");
  });

  test("without a server the exit code is 3", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    await new Promise((resolve) => other.close(resolve));
    const url = `http://127.0.0.1:${port}`;
    const asked = stepwell(["runs"], folder(), { STEPWELL_URL: url });
    expect([await asked.ended, asked.output()]).toEqual([
      3,
      expect.stringContaining(`No server answers at ${url}: nothing listens there.`),
    ]);
  });
});

test("help and version", async () => {
  const help = stepwell(["--help"], folder());
  expect(await help.ended).toBe(0);
  expect(help.output()).toContain("stepwell");
  const version = stepwell(["--version"], folder());
  expect(await version.ended).toBe(0);
  expect(version.output()).toMatch(/^\d+\.\d+\.\d+\n$/);
});
