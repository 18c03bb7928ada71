// G3: stepwell api, the names of the reference over REST v2.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { returned } from "../../server/test/rig.ts";
import { operations } from "../src/commands/api/operations.ts";
import { type CliRig, cliRig } from "./cli-rig.ts";

async function shop(): Promise<CliRig & { readonly runId: string; readonly eventId: string }> {
  const world = await cliRig({}, () => returned(42));
  await world.register("shop", { ship: { triggers: [{ event: "a" }] } });
  const { body } = await world.post("/e/k", { name: "a", data: {} });
  await world.engine.whenIdle();
  const runs = await world.request("/api/v2/runs");
  return { ...world, runId: runs.body.data[0].id, eventId: body.ids[0] };
}

describe("names", () => {
  test("those of the reference and of its documentation are there", () => {
    const names = operations.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(names).toEqual(
      expect.arrayContaining([
        ...["health", "get-function-run", "get-run", "get-function-trace", "get-run-trace", "get-event-runs"],
        ...[
          "get-function-runs",
          "rerun",
          "cancel-run",
          "get-app",
          "get-apps",
          "get-function",
          "get-functions",
        ],
        ...["send-event", "invoke-function", "invoke-function-by-slug", "sync-app", "get-account"],
        ...["get-account-envs", "create-env", "patch-env", "get-account-event-keys", "get-webhooks"],
      ]),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  test("each is asked at an address that the server documents, or that it does not have", async () => {
    const world = await cliRig();
    const nameless = (path: string): string => path.replace(/\{[\w-]+\}/g, "{}");
    const { paths } = (await world.request("/openapi.json")).body;
    const served = new Set(
      Object.entries<object>(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${nameless(path)}`),
      ),
    );
    const missing = operations.filter(
      ({ method, path }) => !served.has(`${method} /api/v2${nameless(path)}`),
    );
    const unserved = /^(create-score|.*(account|env|key|webhook|insights).*)$/;
    expect(missing.map(({ name }) => name).filter((name) => !unserved.test(name))).toEqual([]);
    const asked = new Set(operations.map(({ method, path }) => `${method} /api/v2${nameless(path)}`));
    // What streams is no answer to print.
    const others = [...served].filter(
      (address) => address.includes(" /api/v2/") && !address.endsWith("/live"),
    );
    expect(others.filter((address) => !asked.has(address))).toEqual([]);
  });

  test("an unknown one leads to the nearest; none is told what there is", async () => {
    const world = await cliRig();
    expect((await world.stepwell("api get-runz")).err).toContain("Did you mean get-runs?");
    expect(await world.stepwell("api")).toMatchObject({
      code: 2,
      err: expect.stringContaining("Name an operation."),
    });
  });
});

describe("requests", () => {
  const asked = async (line: string | readonly string[], input = "") => {
    const world = await cliRig();
    let request: Request | undefined;
    const ended = await world.stepwell(line, {
      input,
      fetch: async (url, init) => {
        request = new Request(url, init);
        return Response.json({ data: null });
      },
    });
    if (request === undefined) throw new Error(ended.err);
    const text = await request.text();
    const { pathname, search } = new URL(request.url);
    return {
      request: `${request.method} ${pathname}${search}`,
      body: text === "" ? undefined : JSON.parse(text),
      headers: request.headers,
    };
  };

  test.each([
    ["api health", "GET /api/v2/health", undefined],
    ["api get-run R", "GET /api/v2/runs/R", undefined],
    ["api get-function-trace R --include-output", "GET /api/v2/runs/R/trace?includeOutput=true", undefined],
    ["api get-event-runs E --limit 5", "GET /api/v2/events/E/runs?limit=5", undefined],
    [
      "api get-runs --status FAILED --status CANCELLED --app-id shop --time-field endedAt",
      "GET /api/v2/runs?timeField=endedAt&status=FAILED&status=CANCELLED&appId=shop",
      undefined,
    ],
    ["api get-function shop ship/a", "GET /api/v2/apps/shop/functions/ship%2Fa", undefined],
    ["api cancel-run R", "POST /api/v2/runs/R/cancel", {}],
    [
      'api rerun R --from-step {"stepId":"pay"}',
      "POST /api/v2/runs/R/rerun",
      { fromStep: { stepId: "pay" } },
    ],
    [
      'api invoke-function shop ship --data {"a":1} --idempotency-key k',
      "POST /api/v2/apps/shop/functions/ship/invoke",
      { data: { a: 1 }, idempotencyKey: "k" },
    ],
    ["api invoke-function-by-slug shop-ship", "POST /api/v2/functions/shop-ship/invoke", {}],
    ["api send-event --name a --ts 5", "POST /api/v2/events", { name: "a", ts: 5 }],
    ['api sync-app shop --body {"url":"http://b/"}', "POST /api/v2/apps/shop/syncs", { url: "http://b/" }],
    ['api send-event --body {"name":"a","id":"1"} --id 2', "POST /api/v2/events", { name: "a", id: "2" }],
    [
      'api start-bulk --kind cancel --selection {"functionId":["f"]}',
      "POST /api/v2/bulks",
      { kind: "cancel", selection: { functionId: ["f"] } },
    ],
    [
      "api remove-override shop-ship concurrency.0",
      "DELETE /api/v2/functions/shop-ship/overrides/concurrency.0",
      undefined,
    ],
    [
      "api get-events --include-internal --expression true",
      "GET /api/v2/events?includeInternal=true&expression=true",
      undefined,
    ],
    ["api patch-env E --body-file -", "PATCH /api/v2/envs/E", { from: "input" }],
  ])("%s", async (line, request, body) => {
    expect(await asked(line, '{"from":"input"}')).toMatchObject({ request, body });
  });

  test("flags may stand before the operation, and --env goes along", async () => {
    const { headers } = await asked("api --env staging --api-key k get-runs");
    expect([headers.get("x-inngest-env"), headers.get("authorization")]).toEqual(["staging", "Bearer k"]);
  });

  test("--body-file reads a file", async () => {
    const directory = mkdtempSync(join(tmpdir(), "stepwell-api-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    writeFileSync(join(directory, "body.json"), '{"name":"a"}');
    expect((await asked(["api", "send-event", "--body-file", join(directory, "body.json")])).body).toEqual({
      name: "a",
    });
  });

  test.each([
    ["api get-runs --prod", "Stepwell runs where you run it. Name your server with --url."],
    ["api send-event --body {} --body-file x", "Give either --body or --body-file."],
    ["api send-event --body [] --name a", "leaves no place for fields"],
    ["api send-event --ts soon", '--ts is "soon", but must be a whole number.'],
    ["api send-event --data {", "--data is not JSON"],
    ["api get-run", "missing required argument 'run-id'"],
  ])("refused: %s", async (line, sentence) => {
    const world = await cliRig();
    const { code, err, requests } = await world.stepwell(line);
    expect([code, requests]).toEqual([2, []]);
    expect(err).toContain(sentence);
  });
});

describe("answers", () => {
  test("as they came to a pipe, indented on a screen unless raw", async () => {
    const world = await shop();
    const timeless = (text: string) => text.replace(/"tookMs": ?[\d.]+/, "");
    const { text } = await world.request(`/api/v2/runs/${world.runId}`);
    for (const [words, columns] of [
      ["", undefined],
      [" --raw", 80],
      [" --json", 80],
    ] as const) {
      const { out } = await world.stepwell(
        `api get-run ${world.runId}${words}`,
        columns === undefined ? {} : { columns },
      );
      expect(timeless(out)).toBe(`${timeless(text)}\n`);
    }
    const { out } = await world.stepwell(`api get-run ${world.runId}`, { columns: 80 });
    expect(out).toContain('\n    "status": "COMPLETED",\n');
  });

  test("of the real server: reading, invoking, sending, rerunning", async () => {
    const world = await shop();
    const data = async (line: string) => JSON.parse((await world.stepwell(line)).out).data;
    expect(await data("api health")).toMatchObject({ status: "ok" });
    expect(await data(`api get-function-trace ${world.runId}`)).toMatchObject({ runId: world.runId });
    expect(await data(`api get-event-runs ${world.eventId}`)).toMatchObject([{ id: world.runId }]);
    expect(await data("api get-function shop ship")).toMatchObject({ slug: "shop-ship" });
    expect(await data("api get-functions shop")).toMatchObject([{ slug: "shop-ship" }]);
    expect(await data("api get-apps")).toMatchObject([{ name: "shop" }]);
    expect(await data("api invoke-function shop ship")).toMatchObject({ runId: expect.any(String) });
    expect(await data(`api rerun ${world.runId}`)).toMatchObject({ runId: expect.any(String) });
    expect(await data("api send-event --name a")).toMatchObject({ eventId: expect.any(String) });
  });

  test("what the server refuses is printed as it came, with code 1", async () => {
    const world = await cliRig();
    const { code, out } = await world.stepwell("api get-run x --json");
    expect([code, JSON.parse(out).errors[0].code]).toEqual([1, "invalid_field_format"]);
  });
});
