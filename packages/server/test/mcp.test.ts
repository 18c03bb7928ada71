// G5: /mcp with the official client, over real HTTP.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ServerOptions } from "../src/options.ts";
import { answered, type Loose, op, type Rig, returned, rig, type Script } from "./rig.ts";

interface Agent {
  readonly world: Rig;
  readonly url: string;
  readonly client: Client;
  /** The value of a tool's answer; fails when the tool does. */
  call(name: string, input?: object): Promise<Loose>;
  /** The sentence of a tool that failed. */
  refusal(name: string, input?: object): Promise<string>;
}

async function agent(
  options: Partial<ServerOptions> = {},
  script: Script = () => returned({ answer: 42 }),
  headers: Record<string, string> = {},
): Promise<Agent> {
  const world = await rig(options, script);
  const listening = await world.server.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => listening.close());
  const client = new Client({ name: "test", version: "1.0.0" });
  const transport = new StreamableHTTPClientTransport(new URL("/mcp", listening.url), {
    requestInit: { headers },
  });
  // The transport's own type is looser than the one that the client asks for.
  await client.connect(transport as Parameters<Client["connect"]>[0]);
  onTestFinished(() => client.close());
  const asked = async (name: string, input: object): Promise<Loose> =>
    await client.callTool({ name, arguments: { ...input } });
  return {
    world,
    url: listening.url,
    client,
    call: async (name, input = {}) => {
      const { isError, content } = await asked(name, input);
      if (isError) throw new Error(content[0].text);
      return jsonOr(content[0].text);
    },
    refusal: async (name, input = {}) => {
      const { isError, content } = await asked(name, input);
      expect(isError).toBe(true);
      return content[0].text;
    },
  };
}

function jsonOr(text: string): Loose {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const writing = { allowsMcpWrites: true };
const signingKey = "signkey-prod-0123456789abcdef";

describe("the tools", () => {
  test("are those of the reference, old and new, each with what it takes", async () => {
    const { client } = await agent();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual(
      [
        ...["send_event", "list_functions", "invoke_function", "get_run_status", "poll_run_status"],
        ...["grep_docs", "read_doc", "list_docs"],
        ...["get_function", "get_run", "get_run_trace", "get_event_runs", "list_runs", "rerun", "cancel_run"],
        ...["get_apps", "sync_app", "health", "get_app", "get_event_outcomes"],
      ].sort(),
    );
    for (const { name, inputSchema, description } of tools) {
      expect([name, inputSchema.type, (description ?? "").length > 20]).toEqual([name, "object", true]);
    }
    const writes = tools.filter(({ annotations }) => annotations?.readOnlyHint === false);
    expect(writes.map(({ name }) => name).sort()).toEqual([
      "cancel_run",
      "invoke_function",
      "rerun",
      "send_event",
      "sync_app",
    ]);
  });

  test("an unknown one leads to the nearest", async () => {
    const { refusal } = await agent();
    expect(await refusal("send_events")).toBe("There is no tool send_events. Did you mean send_event?");
  });

  test("a wrong input is told by its field", async () => {
    const { refusal } = await agent();
    expect(await refusal("get_run", {})).toMatch(/get_run cannot be called so\..*\n.*runId/s);
    expect(await refusal("list_runs", { statsu: ["FAILED"] })).toContain("statsu");
    expect(await refusal("grep_docs", { pattern: "a", limit: 0 })).toContain("limit");
  });

  test("what the API refuses is the tool's answer", async () => {
    const { refusal } = await agent();
    expect(await refusal("get_run", { runId: "x" })).toBe(
      "invalid_field_format: x is no run id: it has 26 capital letters and digits.",
    );
  });
});

describe("reading", () => {
  test("runs, their traces, their events, functions, apps, health", async () => {
    const { world, call } = await agent({ version: "1.2.3" }, (call) =>
      call.steps.length === 0 ? answered(op.ran("one", { a: 1 })) : returned({ answer: 42 }),
    );
    await world.register("app", { f: { triggers: [{ event: "a", expression: "event.data.x == 1" }] } });
    const { body } = await world.post("/e/k", { name: "a", data: { x: 1 } });
    await world.engine.whenIdle();
    const [run] = (await call("list_runs", { status: ["COMPLETED"], functionId: ["app-f"] })).data;
    expect(run).toMatchObject({ status: "COMPLETED", function: { slug: "app-f" } });
    expect(await call("list_runs", { expression: "event.data.x == 2" })).toMatchObject({ data: [] });
    expect((await call("list_runs", { expression: "event.data.x == 1" })).data).toMatchObject([
      { id: run.id },
    ]);
    expect(await call("list_runs", { from: "2030-01-01T00:00:00Z" })).toMatchObject({ data: [] });
    expect(await call("get_run", { runId: run.id })).toMatchObject({ events: [{ data: { x: 1 } }] });
    const trace = await call("get_run_trace", { runId: run.id });
    expect(trace.rootSpan.children[0]).toMatchObject({ name: "one", output: { a: 1 } });
    expect(await call("get_run_status", { runId: run.id })).toMatchObject({
      runId: run.id,
      hasEnded: true,
      status: "COMPLETED",
      function: "app-f",
      output: { answer: 42 },
    });
    expect(await call("get_event_runs", { eventId: body.ids[0] })).toMatchObject([{ id: run.id }]);
    expect((await call("get_event_outcomes", { eventId: body.ids[0] })).functions).toHaveLength(1);
    expect(await call("list_functions", { appId: "app" })).toMatchObject([{ slug: "app-f" }]);
    expect(await call("get_function", { functionId: "app-f" })).toMatchObject({ maxAttempts: 5 });
    expect(await call("get_apps")).toMatchObject([{ name: "app" }]);
    expect(await call("get_app", { appId: "app" })).toMatchObject({ functionCount: 1 });
    expect(await call("health")).toMatchObject({ status: "ok", version: "1.2.3", mode: "dev" });
  });

  test("poll_run_status waits for the end, and says how it stands when the time is over", async () => {
    const { world, call } = await agent({}, () => answered(op.sleep("nap", "1h")));
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    await world.post("/e/k", { name: "a", data: {} });
    await world.engine.whenIdle();
    const [{ id }] = (await call("list_runs")).data;
    const still = await call("poll_run_status", { runIds: [id], timeout: 0 });
    expect(still).toMatchObject({
      haveAllEnded: false,
      runs: [{ runId: id, activity: { kind: "sleeping" } }],
    });
    const waiting = call("poll_run_status", { runIds: [id], pollInterval: 100 });
    await world.engine.cancelRun(id);
    expect(await waiting).toMatchObject({ haveAllEnded: true, runs: [{ status: "CANCELLED" }] });
  });

  test("the guides: listed, read, searched", async () => {
    const { call, refusal } = await agent();
    const listed = await call("list_docs");
    expect(listed).toContainEqual({ path: "serving.md", title: expect.any(String) });
    expect(await call("read_doc", { path: "serving.md" })).toMatch(/^# /);
    expect(await call("read_doc", { path: "serving" })).toMatch(/^# /);
    expect(await refusal("read_doc", { path: "../../package.json" })).toContain("There is no guide");
    const { matches, total } = await call("grep_docs", {
      pattern: "no such word at all|STEPWELL",
      limit: 1,
    });
    expect(matches).toEqual([
      {
        path: expect.stringMatching(/\.md$/),
        line: expect.any(Number),
        text: expect.stringMatching(/stepwell/i),
      },
    ]);
    expect(total).toBeGreaterThan(1);
  });
});

describe("writing", () => {
  test("is refused with what to do, and nothing happens", async () => {
    const { world, refusal } = await agent();
    for (const name of ["send_event", "invoke_function", "rerun", "cancel_run", "sync_app"]) {
      expect(await refusal(name, { name: "a" })).toBe(
        `${name} changes something, and this server's MCP endpoint is read-only. Start the server with --mcp-write to allow it.`,
      );
    }
    expect((await world.request("/api/v2/events")).body.data).toEqual([]);
  });

  test("G5.3 send_event gives the event's id and the runs, and wraps what is no object", async () => {
    const { world, call } = await agent(writing);
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    const sent = await call("send_event", { name: "a", data: [1, 2] });
    const { body } = await world.request(`/api/v2/events/${sent.eventId}`);
    expect(body.data.data).toEqual({ value: [1, 2] });
    expect(sent.runIds).toHaveLength(1);
    expect((await world.request(`/api/v2/runs/${sent.runIds[0]}`)).status).toBe(200);
    const lost = await call("send_event", { name: "aa" });
    expect(lost).toMatchObject({ runIds: [], closest: [{ name: "a" }] });
  });

  test("invoke_function waits for the result, or answers at once", async () => {
    const { world, call } = await agent(writing);
    await world.register("app", { f: { triggers: [] } });
    expect(await call("invoke_function", { functionId: "app-f", data: { x: 1 } })).toMatchObject({
      runId: expect.any(String),
      status: "COMPLETED",
      output: { answer: 42 },
    });
    const at = await call("invoke_function", { functionId: "app-f", timeout: 0 });
    expect(at).not.toHaveProperty("status");
  });

  test("rerun and cancel_run", async () => {
    const { world, call } = await agent(writing, () => answered(op.sleep("nap", "1h")));
    await world.register("app", { f: { triggers: [{ event: "a" }] } });
    const { runIds } = await call("send_event", { name: "a" });
    const again = await call("rerun", { runId: runIds[0] });
    expect(again.runId).not.toBe(runIds[0]);
    expect(await call("cancel_run", { runId: again.runId })).toEqual({ runId: again.runId });
  });
});

test("its library is loaded at the first request, not when a server starts", () => {
  const source = fileURLToPath(new URL("../src/", import.meta.url));
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    // Types alone are not there at run time; a call of import() is not followed.
    for (const [, from = ""] of readFileSync(path, "utf8").matchAll(
      /^(?:import|export) (?!type )(?:[^"']*? from )?"([^"]+)";/gms,
    )) {
      if (from.startsWith(".")) visit(join(dirname(path), from));
      else seen.add(from);
    }
  };
  visit(join(source, "index.ts"));
  visit(join(source, "app.ts"));
  expect(seen.has(join(source, "mcp/mcp-routes.ts"))).toBe(true);
  expect(seen.has(join(source, "mcp/mcp-endpoint.ts"))).toBe(false);
  expect([...seen].filter((name) => name.startsWith("@modelcontextprotocol"))).toEqual([]);
});

describe("who may ask", () => {
  const start = { mode: "start", signingKey, eventKeys: ["k"], ...writing } as const;

  test("with keys the signing key is asked for, and tools act under it", async () => {
    await expect(agent(start)).rejects.toThrow(/401|Authentication/);
    const { call } = await agent(start, undefined, { authorization: `Bearer ${signingKey}` });
    expect(await call("list_runs")).toMatchObject({ data: [] });
  });

  test("in dev only pages of this machine, also when a foreign name points at it", async () => {
    const world = await rig();
    const ask = (headers: Record<string, string>) =>
      world.post(
        "/mcp",
        { jsonrpc: "2.0", id: 1, method: "ping" },
        { accept: "application/json, text/event-stream", ...headers },
      );
    const status = async (origin: string, host: string) => (await ask({ origin, host })).status;
    expect(await status("http://evil.example:8288", "evil.example:8288")).toBe(403);
    expect(await status("http://localhost:8288", "localhost:8288")).toBe(200);
    expect((await ask({})).body).toEqual({ jsonrpc: "2.0", id: 1, result: {} });
  });

  test("there are no streams: anything but POST is told so", async () => {
    const world = await rig();
    const { status, headers } = await world.request("/mcp");
    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("a request that is too large is refused unread", async () => {
    const world = await rig({ limits: { requestBytesMax: 1000 } });
    const { status } = await world.post("/mcp", "x".repeat(2000), {
      accept: "application/json, text/event-stream",
    });
    expect(status).toBe(413);
  });
});
