import { describe, expect, test } from "vitest";
import { rig } from "./rig.ts";

const run = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

describe("input that makes no sense gets an answer that says so", () => {
  const cases: readonly (readonly [
    string,
    RequestInit & { method: string; body?: string },
    number,
    string,
  ])[] = [
    ["/nowhere", { method: "GET" }, 404, "There is nothing at GET /nowhere."],
    ["/nowhere", { method: "POST", body: "{}" }, 404, "There is nothing at POST /nowhere."],
    ["/v1/nowhere", { method: "GET" }, 404, "nothing at GET /v1/nowhere"],
    ["/api/v2/nowhere", { method: "GET" }, 404, "nothing at GET /api/v2/nowhere"],
    ["/v2/nowhere", { method: "DELETE" }, 404, "nothing at DELETE /v2/nowhere"],
    ["/invoke/app-f", { method: "POST", body: "{" }, 400, "not JSON"],
    ["/invoke/app-f", { method: "POST", body: "[]" }, 400, "must be a JSON object"],
    ["/invoke/app-f", { method: "POST", body: '{"data":5}' }, 400, "data must be an object"],
    ["/invoke/app-f", { method: "POST", body: '{"data":{}}' }, 404, "There is no function app-f."],
    ["/fn/register", { method: "POST", body: "{" }, 400, "Invalid request: The request's body is not JSON"],
    ["/fn/register", { method: "POST", body: "" }, 400, "must be a JSON object"],
    ["/fn/register", { method: "POST", body: "[]" }, 400, "must be a JSON object"],
    ["/fn/register", { method: "POST", body: "{}" }, 400, "App ID required"],
    ["/fn/register", { method: "POST", body: '{"appName":"a"}' }, 400, "functions must be an array"],
    [
      "/fn/register",
      { method: "POST", body: '{"appName":"a","functions":[1]}' },
      400,
      "Function 1 is not an object",
    ],
    [
      "/fn/register",
      { method: "POST", body: '{"appName":"a","functions":[{"id":"a-f"}]}' },
      400,
      "Function a-f has no name",
    ],
    ["/fn/remove?url=http://localhost:1/", { method: "DELETE" }, 404, "There is no app at"],
    [`/v0/runs/${run.slice(1)}/batch`, { method: "GET" }, 400, "The run ID specified is invalid"],
    [
      `/v0/runs/${run}/batch`,
      { method: "GET" },
      410,
      `runtime state is no longer available for runID: ${run}`,
    ],
    [`/v0/runs/${run}/actions`, { method: "GET" }, 410, "no longer available"],
    [`/v0/runs/${run}`, { method: "DELETE" }, 404, "There is no run"],
    [`/v1/checkpoint/${run}/async`, { method: "POST", body: "" }, 400, "must be a JSON object"],
    [`/v1/checkpoint/${run}/async`, { method: "POST", body: "{" }, 400, "not JSON"],
    [`/v1/checkpoint/nonsense/async`, { method: "POST", body: "{}" }, 400, "The run ID specified is invalid"],
    [`/v1/checkpoint/${run}/async`, { method: "POST", body: '{"steps":[]}' }, 400, "no qi_id"],
    [
      `/v1/checkpoint/${run}/async`,
      { method: "POST", body: '{"run_id":"other","qi_id":"q","steps":[]}' },
      400,
      "names run other",
    ],
    [
      `/v1/checkpoint/${run}/async`,
      { method: "POST", body: '{"qi_id":"q","steps":[5]}' },
      400,
      "is not an object",
    ],
    [
      `/v1/checkpoint/${run}/async`,
      { method: "POST", body: '{"qi_id":"q","steps":[]}' },
      409,
      "may not report any more",
    ],
    [
      `/v1/http/runs/${run}/async`,
      { method: "POST", body: '{"qi_id":"q","steps":[]}' },
      409,
      "may not report any more",
    ],
    ["/v1/events?limit=many", { method: "GET" }, 400, "limit must be a whole number"],
    ["/v1/events?received_after=yesterday", { method: "GET" }, 400, "received_after must be a time"],
    ["/v1/events?cursor=abc", { method: "GET" }, 400, "cursor must be an event's internal id"],
    [`/v1/events?cursor=${run}`, { method: "GET" }, 400, "names no event"],
    ["/v1/events/abc", { method: "GET" }, 400, "Invalid event ID: abc"],
    [`/v1/events/${run}`, { method: "GET" }, 404, "Event not found"],
    [`/v1/events/${run}/runs`, { method: "GET" }, 404, "Event not found"],
    ["/v1/runs/abc", { method: "GET" }, 400, "Invalid run ID: abc"],
    [`/v1/runs/${run}`, { method: "GET" }, 404, `Unable to load function run: ${run}`],
    [`/v1/runs/${run}/jobs`, { method: "GET" }, 404, "Unable to load function run"],
    [`/v1/runs/${run}`, { method: "DELETE" }, 404, "There is no run"],
    ["/v1/runs/abc", { method: "DELETE" }, 400, "Invalid run ID"],
    ["/v1/signals", { method: "POST", body: "{}" }, 400, "Name the signal"],
    ["/v1/signals", { method: "POST", body: "[" }, 400, "not JSON"],
    [
      "/v1/signals",
      { method: "POST", body: '{"signal":"nobody"}' },
      404,
      'No run waits for the signal "nobody"',
    ],
    ["/v1/apps/none/functions", { method: "GET" }, 404, 'There is no app "none"'],
    ["/v1/realtime/publish?channel=c", { method: "POST", body: "{}" }, 501, "Realtime is not offered yet"],
    ["/v1/checkpoint", { method: "POST", body: "{}" }, 501, "A durable endpoint"],
    ["/api/v2/runs?limit=0", { method: "GET" }, 400, "limit must be a whole number"],
    ["/api/v2/runs?status=BROKEN", { method: "GET" }, 400, "status has no value"],
    ["/api/v2/runs?from=later", { method: "GET" }, 400, "from must be a time"],
    [
      "/api/v2/runs?from=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z",
      { method: "GET" },
      400,
      "from must be before until",
    ],
    ["/api/v2/runs?cursor=nonsense", { method: "GET" }, 400, "cursor"],
    ["/api/v2/events?cursor=nonsense", { method: "GET" }, 400, "cursor"],
    ["/api/v2/runs/abc", { method: "GET" }, 400, "abc is no run id"],
    [`/api/v2/runs/${run}`, { method: "GET" }, 404, "There is no run"],
    [`/api/v2/runs/${run}/trace`, { method: "GET" }, 404, "There is no run"],
    [`/api/v2/runs/${run}/cancel`, { method: "POST" }, 404, "There is no run"],
    [`/api/v2/runs/${run}/rerun`, { method: "POST" }, 404, "There is no run"],
    [`/api/v2/runs/${run}/rerun`, { method: "POST", body: "{" }, 400, "not JSON"],
    [
      `/api/v2/runs/${run}/rerun`,
      { method: "POST", body: '{"fromStep":{"stepId":"a"}}' },
      404,
      "There is no run",
    ],
    ["/api/v2/events/abc", { method: "GET" }, 400, "abc is no event id"],
    [`/api/v2/events/${run}/outcomes`, { method: "GET" }, 404, "There is no event"],
    ["/api/v2/events", { method: "POST", body: "" }, 400, "Send an event"],
    ["/api/v2/events", { method: "POST", body: '{"name":""}' }, 400, "event name is empty"],
    ["/api/v2/functions/none", { method: "GET" }, 404, "There is no function none"],
    ["/api/v2/functions/none/invoke", { method: "POST", body: "{}" }, 404, "There is no function none"],
    ["/api/v2/apps/none", { method: "GET" }, 404, "There is no app none"],
    ["/api/v2/apps", { method: "POST", body: "{}" }, 400, "Give the app's address"],
    ["/api/v2/apps", { method: "POST", body: '{"url":"ftp://x"}' }, 400, "must begin with http"],
    [
      "/api/v2/apps",
      { method: "POST", body: '{"url":"http://localhost:1/"}' },
      501,
      "does not sync apps by itself",
    ],
    ["/api/v2/figures/runs?buckets=none", { method: "GET" }, 400, "buckets must be a whole number"],
    ["/api/v2/failures?from=then", { method: "GET" }, 400, "from must be a time"],
  ];
  test.each(cases)("%s %o", async (path, init, status, sentence) => {
    const world = await rig();
    const answer = await world.request(path, init);
    const message = path.includes("/v2/") ? answer.body?.errors?.[0]?.message : answer.body?.error;
    expect(message).toContain(sentence);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("x-inngest-server-kind")).toBe("dev");
    // SDKs require both fields of an error (protocol §7.0).
    if (!path.includes("/v2/")) expect(answer.body).toMatchObject({ status, error: expect.any(String) });
    expect(world.logged).toEqual([]);
  });

  test("a body that is too large is told in the words of the address that was asked", async () => {
    const world = await rig({ limits: { requestBytesMax: 100, eventBytesMax: 100 } });
    const large = JSON.stringify({ name: "a", data: { x: "y".repeat(200) } });
    const first = await world.post(`/v1/checkpoint/${run}/async`, large);
    expect(first).toMatchObject({ status: 413, body: { status: 413, data: null } });
    const second = await world.post("/api/v2/events", large);
    expect(second).toMatchObject({ status: 413, body: { errors: [{ code: "invalid_request" }] } });
  });

  test("HEAD answers like GET, without a body", async () => {
    const world = await rig();
    const answer = await world.request("/health", { method: "HEAD" });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe("");
  });

  test("a failure that nobody expected is logged, and its cause is not told to the client", async () => {
    const world = await rig();
    world.rows.tables.apps.set(
      "broken" as never,
      {
        get id() {
          throw new Error("secret cause");
        },
      } as never,
    );
    const answer = await world.request("/api/v2/apps");
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain("secret cause");
    expect(world.logged[0]).toContain("GET /api/v2/apps failed");
  });
});

describe("who the server says it is", () => {
  test("protocol §1.4 /health", async () => {
    const world = await rig();
    const answer = await world.request("/health");
    expect(answer).toMatchObject({ status: 200, body: { status: 200, message: "OK" } });
    expect(answer.headers.get("content-type")).toContain("application/json");
  });

  test("protocol §1.3 /dev is JSON with the functions in dev, and nothing in start", async () => {
    const world = await rig({ version: "1.2.3" });
    await world.register("app", { f: { triggers: [{ event: "a/b", expression: "event.data.x == 1" }] } });
    const { status, body } = await world.request("/dev");
    expect(status).toBe(200);
    expect(body).toMatchObject({ version: "1.2.3", authed: false });
    expect(body.functions).toMatchObject([
      { slug: "app-f", name: "f", triggers: [{ event: "a/b", expression: "event.data.x == 1" }] },
    ]);
    const start = await rig({ mode: "start", isInsecure: true });
    expect((await start.request("/dev")).status).toBe(404);
    expect((await start.request("/health")).headers.get("x-inngest-server-kind")).toBe("cloud");
  });
});
