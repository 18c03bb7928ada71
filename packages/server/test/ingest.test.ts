import { isUlid, seededUlid } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { parseEventBatch } from "../src/routes/event-batch.ts";
import { rig } from "./rig.ts";

const names = async ({ engine }: Awaited<ReturnType<typeof rig>>): Promise<readonly string[]> => {
  const { rows } = await engine.reader.listEvents({ limit: 100, includeInternal: true });
  return [...rows].reverse().map((row) => row.name);
};

describe("accepting events", () => {
  test("A6 POST /e/{key}: one event object is accepted; success is 200 with ids and status", async () => {
    const world = await rig();
    const { status, body } = await world.post("/e/any-key", { name: "a/b", data: { n: 1 }, id: "mine" });
    expect(status).toBe(200);
    expect(body.status).toBe(200);
    expect(body.ids).toHaveLength(1);
    expect(isUlid(body.ids[0])).toBe(true);
    expect(await world.engine.reader.readEvent(body.ids[0])).toMatchObject({
      name: "a/b",
      externalId: "mine",
    });
  });

  test("A2.2 ids of an array are answered in its order, whatever the events' times", async () => {
    const world = await rig();
    const events = [
      { name: "late", data: {}, ts: 1_700_000_002_000 },
      { name: "early", data: {}, ts: 1_700_000_001_000 },
    ];
    const { body } = await world.post("/e/key", events);
    const stored = await Promise.all(body.ids.map((id: never) => world.engine.reader.readEvent(id)));
    expect(stored.map((event) => event?.name)).toEqual(["late", "early"]);
  });

  test("A6.3 an empty body, and an empty array, are empty lists", async () => {
    const world = await rig();
    for (const body of ["", "  \n", "[]", " [ ] "]) {
      expect((await world.post("/e/key", body)).body).toEqual({ ids: [], status: 200 });
    }
    expect(await names(world)).toEqual([]);
  });

  test("A2.3 a seeded request gives the same ids again, counted from 1, and stores nothing twice", async () => {
    const world = await rig();
    const entropy = new TextEncoder().encode("0123456789");
    const headers = { "x-inngest-event-id-seed": `1700000000000,${btoa("0123456789")}` };
    const events = [
      { name: "one", data: {} },
      { name: "two", data: {} },
    ];
    const first = await world.post("/e/key", events, headers);
    const second = await world.post("/e/key", events, headers);
    const seed = { atMs: 1_700_000_000_000, entropy };
    expect(first.body.ids).toEqual([seededUlid(seed, 1), seededUlid(seed, 2)]);
    expect(second.body.ids).toEqual(first.body.ids);
    expect(await names(world)).toEqual(["one", "two"]);
  });

  test("A2.3 a malformed seed is ignored", async () => {
    const world = await rig();
    for (const seed of ["", "1700000000000", "0,MDEyMzQ1Njc4OQ==", "1700000000000,c2hvcnQ=", "x,y,z"]) {
      const answer = await world.post("/e/key", { name: "a", data: {} }, { "x-inngest-event-id-seed": seed });
      expect(answer.status).toBe(200);
      expect(isUlid(answer.body.ids[0])).toBe(true);
    }
  });

  test("A6 JSON is read whatever the content type says", async () => {
    const world = await rig();
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "image/png",
    ]) {
      const answer = await world.post("/e/key", { name: "a", data: {} }, { "content-type": type });
      expect(answer.status).toBe(200);
    }
  });

  test("A6 form fields become arrays of strings, so that a form without a transform names no event", async () => {
    const world = await rig();
    const urlEncoded = { "content-type": "application/x-www-form-urlencoded" };
    const first = await world.post("/e/key", "name=form%2Fsent&data=x", urlEncoded);
    expect(first).toMatchObject({
      status: 400,
      body: { ids: [], status: 400, error: expect.stringContaining("name") },
    });
    const form = new FormData();
    form.set("name", "form/sent");
    const second = await world.request("/e/key", { method: "POST", body: form });
    expect(second.body.error).toContain("event name");
  });

  test("A6 any origin may send, and every answer says what kind of server it is", async () => {
    const world = await rig();
    const answer = await world.post("/e/key", { name: "a", data: {} }, { origin: "https://shop.example" });
    expect(answer.headers.get("x-inngest-server-kind")).toBe("dev");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    const preflight = await world.request("/e/key", {
      method: "OPTIONS",
      headers: {
        origin: "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-inngest-event-id-seed",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("x-inngest-event-id-seed");
    expect(preflight.headers.get("access-control-max-age")).toBe("3600");
  });
});

describe("A6.1 events before the first bad one are accepted; failure is 400 with the ids so far", () => {
  const good = (name: string): object => ({ name, data: {} });
  const cases: readonly (readonly [string, string, readonly string[], string])[] = [
    [
      "a reserved name",
      JSON.stringify([good("a"), good("inngest/function.failed"), good("c")]),
      ["a"],
      "reserved for internal use: inngest/function.failed",
    ],
    ["a reserved name in capitals", JSON.stringify([good("a"), good("Inngest/x")]), ["a"], "reserved"],
    ["an empty name", JSON.stringify([good("a"), good("b"), good("")]), ["a", "b"], "event name is empty"],
    ["a name that is no text", JSON.stringify([good("a"), { name: 7 }]), ["a"], "event name"],
    [
      "an element that is no object",
      JSON.stringify([good("a"), 5, good("c")]),
      ["a"],
      "must contain an event object",
    ],
    ["an array inside", JSON.stringify([[good("a")]]), [], "must contain an event object"],
    [
      "data that is no object",
      JSON.stringify([good("a"), { name: "b", data: [1] }]),
      ["a"],
      "data must be an object",
    ],
    [
      "a time in seconds",
      JSON.stringify([good("a"), { name: "b", ts: 1_700_000 }]),
      ["a"],
      "before Jan 1, 1980",
    ],
    ["a time too late", JSON.stringify([{ name: "b", ts: 5_000_000_000_000 }]), [], "after Jan 1, 2100"],
    [
      "an id that is no text",
      JSON.stringify([good("a"), { name: "b", id: 5 }]),
      ["a"],
      "id must be a string",
    ],
    ["a body that breaks off", '[{"name":"a"},{"name":"b"},{"na', ["a", "b"], "not JSON"],
    ["an array without its end", '[{"name":"a"},{"name":"b"}', ["a", "b"], "not JSON"],
    ["a missing element", '[{"name":"a"},,{"name":"c"}]', ["a"], "not JSON"],
    ["a comma at the end", '[{"name":"a"},]', ["a"], "not JSON"],
    ["something behind the array", '[{"name":"a"}] x', ["a"], "not JSON"],
    [
      "brackets and quotes in texts",
      '[{"name":"a","data":{"x":"],}\\"[{"}},{"name":"b"},nope]',
      ["a", "b"],
      "not JSON",
    ],
    [
      "text that is no JSON",
      "hello",
      [],
      "Request body must contain an event object or an array of event objects",
    ],
    ["a number", "5", [], "Request body must contain an event object or an array of event objects"],
    ["null", "null", [], "Request body must contain an event object or an array of event objects"],
    ["an object that breaks off", '{"name":"a"', [], "not JSON"],
  ];
  test.each(cases)("%s", async (_, text, accepted, reason) => {
    const world = await rig();
    const { status, body } = await world.post("/e/key", text);
    expect(status).toBe(400);
    expect(body.status).toBe(400);
    expect(body.error).toContain(reason);
    expect(body.ids).toHaveLength(accepted.length);
    expect(await names(world)).toEqual(accepted);
  });
});

describe("A7 limits", () => {
  test("A7.1 A7.2 the limit is per event: one of the largest size is accepted, one byte more is not, its neighbours before it are", async () => {
    const world = await rig({ limits: { eventBytesMax: 2000 } });
    const sized = (name: string, bytes: number): string => {
      const empty = JSON.stringify({ name, data: { x: "" } });
      return JSON.stringify({ name, data: { x: "y".repeat(bytes - empty.length) } });
    };
    const { status, body } = await world.post("/e/key", `[${sized("a", 2000)}, ${sized("b", 2001)}]`);
    expect(status).toBe(400);
    expect(body.error).toBe("Event is over the max size: Max 2000 bytes / Size 2001 bytes");
    expect(await names(world)).toEqual(["a"]);
  });

  test("sizes count bytes, not characters", async () => {
    const world = await rig({ limits: { eventBytesMax: 1000 } });
    const { status, body } = await world.post("/e/key", { name: "a", data: { x: "ü".repeat(600) } });
    expect(status).toBe(400);
    expect(body.error).toContain("over the max size");
  });

  test("A7 event size: by default an event may have 512 KiB, and no setting allows more than 3 MiB", async () => {
    const event = (bytes: number): object => ({ name: "a", data: { x: "y".repeat(bytes) } });
    const usual = await rig();
    expect((await usual.post("/e/key", event(500_000))).status).toBe(200);
    expect((await usual.post("/e/key", event(530_000))).status).toBe(400);
    const wide = await rig({ limits: { eventBytesMax: 100 * 1024 * 1024 } });
    expect((await wide.post("/e/key", event(3_000_000))).status).toBe(200);
    expect((await wide.post("/e/key", event(3_200_000))).status).toBe(400);
  });

  test("A7 A7.2 events per request: of more than 5,000 the first 5,000 are accepted", () => {
    const events = Array.from({ length: 5001 }, () => ({ name: "a" }));
    const batch = parseEventBatch(JSON.stringify(events), 512 * 1024);
    expect(batch.events).toHaveLength(5000);
    expect(batch.error).toBe("Cannot have more than 5000 events in a batch");
  });

  test("A7 request body: one larger than the limit is refused with 413 before anything is accepted", async () => {
    const world = await rig({ limits: { requestBytesMax: 1000 } });
    const { status, body } = await world.post("/e/key", [{ name: "a", data: { x: "y".repeat(2000) } }]);
    expect(status).toBe(413);
    expect(body).toMatchObject({ ids: [], status: 413, error: expect.stringContaining("1000 bytes") });
    expect(await names(world)).toEqual([]);
  });

  test("a body of unknown length is read no further than the limit", async () => {
    const world = await rig({ limits: { requestBytesMax: 1000 } });
    let chunks = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        controller.enqueue(new Uint8Array(500).fill(32));
      },
    });
    const init: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half" };
    expect((await world.request("/e/key", init)).status).toBe(413);
    expect(chunks).toBeLessThan(10);
  });

  test("JSON that is nested too deeply is refused with a sentence", async () => {
    const world = await rig();
    const deep = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
    const { status, body } = await world.post("/e/key", `{"name":"a","data":${deep}}`);
    expect(status).toBe(400);
    expect(body.error).toContain("nested more than 500 levels");
  });
});

describe("A6.4 A12.1 event keys", () => {
  const start = { mode: "start", signingKey: "ab".repeat(16) } as const;
  const event = { name: "a", data: {} };

  test("a configured key is accepted, another and none are not", async () => {
    const world = await rig({ ...start, eventKeys: ["first", "second"] });
    expect((await world.post("/e/first", event)).status).toBe(200);
    expect((await world.post("/e/second", event)).status).toBe(200);
    expect(await world.post("/e/third", event)).toMatchObject({
      status: 401,
      body: { status: 401, error: "Event key not found", message: "" },
    });
    expect(await world.post("/e/", event)).toMatchObject({
      status: 401,
      body: { status: 401, error: "Event key is required" },
    });
    expect((await world.post("/e/firs", event)).status).toBe(401);
  });

  test("start without keys refuses every event, unless it was told to be insecure", async () => {
    const closed = await rig({ ...start, eventKeys: [] });
    expect(await closed.post("/e/any", event)).toMatchObject({
      status: 503,
      body: { status: 503, error: "Event keys are required to process events securely" },
    });
    const open = await rig({ mode: "start", isInsecure: true });
    expect((await open.post("/e/any", event)).status).toBe(200);
  });

  test("dev accepts any key, configured or not", async () => {
    const world = await rig({ mode: "dev", eventKeys: ["first"] });
    expect((await world.post("/e/whatever", event)).status).toBe(200);
  });
});

test("an engine that cannot take more answers 503, which senders repeat", async () => {
  const world = await rig();
  await world.engine.stop(0);
  const { status, body, headers } = await world.post("/e/key", { name: "a", data: {} });
  expect(status).toBe(503);
  expect(body.error).toMatch(/stopped|stopping/);
  expect(headers.get("retry-after")).toBe("1");
});

test("events are sent with POST and nothing else", async () => {
  const world = await rig();
  for (const method of ["GET", "PUT", "DELETE"]) {
    const answer = await world.request("/e/key", { method });
    expect(answer.status).toBe(405);
    expect(answer.body.error).toContain("POST");
  }
});
