import { hashSigningKey } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { registration, rig } from "./rig.ts";

const signingKey = "signkey-prod-0123456789abcdef0123456789abcdef";
const fallback = "signkey-prod-ffffffffffffffffffffffffffffffff";
const start = { mode: "start", signingKey, eventKeys: ["key"] } as const;
const run = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

const guarded: readonly (readonly [string, string])[] = [
  ["POST", "/fn/register"],
  ["DELETE", "/fn/remove?url=http://a/"],
  ["POST", "/invoke/app-f"],
  ["GET", `/v0/runs/${run}/batch`],
  ["GET", `/v0/runs/${run}/actions`],
  ["DELETE", `/v0/runs/${run}`],
  ["POST", `/v1/checkpoint/${run}/async`],
  ["GET", "/v1/events"],
  ["GET", `/v1/runs/${run}`],
  ["DELETE", `/v1/runs/${run}`],
  ["POST", "/v1/signals"],
  ["GET", "/v1/apps/app/functions"],
  ["GET", "/api/v2/runs"],
  ["GET", "/api/v2/live"],
  ["GET", "/api/v2/health"],
  ["POST", "/v2/events"],
  ["GET", "/"],
];

describe("start asks for the signing key everywhere but at /health and /e", () => {
  test.each(guarded)("%s %s", async (method, path) => {
    const world = await rig({ ...start, page: "/nowhere" });
    const without = await world.request(path, { method });
    expect(without.status).toBe(401);
    const wrong = await world.request(path, { method, headers: { authorization: "Bearer signkey-prod-00" } });
    expect(wrong.status).toBe(401);
    expect((await world.request("/health")).status).toBe(200);
  });

  const accepted: readonly (readonly [string, string])[] = [
    ["the key as it is", `Bearer ${signingKey}`],
    ["the key under another environment's prefix", `Bearer ${signingKey.replace("prod", "test")}`],
    ["its hash, as SDKs send it", `Bearer ${hashSigningKey(signingKey)}`],
    ["the fallback key's hash", `Bearer ${hashSigningKey(fallback)}`],
    ["lower-case scheme", `bearer ${signingKey}`],
    ["a browser's password", `Basic ${btoa(`anything:${signingKey}`)}`],
  ];
  test.each(accepted)("accepted: %s", async (_, authorization) => {
    const world = await rig({ ...start, signingKeyFallback: fallback });
    expect((await world.request("/v1/events", { headers: { authorization } })).status).toBe(200);
  });

  const refused: readonly (readonly [string, string])[] = [
    ["an empty token", "Bearer "],
    ["the prefix alone", "Bearer signkey-prod-"],
    ["what JS sends without a key", "Bearer undefined"],
    ["the hash of another key", `Bearer ${hashSigningKey(fallback)}`],
    ["a part of the key", `Bearer ${signingKey.slice(0, -1)}`],
    ["another scheme", `Digest ${signingKey}`],
    ["Basic with the key as the name", `Basic ${btoa(`${signingKey}:`)}`],
    ["an event key", "Bearer key"],
  ];
  test.each(refused)("refused: %s", async (_, authorization) => {
    const world = await rig(start);
    const answer = await world.request("/v1/events", { headers: { authorization } });
    expect(answer).toMatchObject({ status: 401, text: "Authentication failed" });
    expect(answer.headers.get("www-authenticate")).toContain("Basic");
  });

  test("/api/v2 says in its own words which of the two is wrong", async () => {
    const world = await rig(start);
    const none = await world.request("/api/v2/runs");
    expect(none.body.errors[0].code).toBe("authorization_header_missing");
    const wrong = await world.request("/api/v2/runs", { headers: { authorization: "Bearer abcd" } });
    expect(wrong.body.errors[0].code).toBe("invalid_signing_key");
  });

  test("start without a signing key lets nobody in unless it was told to be insecure", async () => {
    const closed = await rig({ mode: "start", eventKeys: ["key"] });
    expect((await closed.request("/v1/events", { headers: { authorization: "Bearer " } })).status).toBe(401);
    const open = await rig({ mode: "start", isInsecure: true });
    expect((await open.request("/v1/events")).status).toBe(200);
  });

  test("insecure with a signing key still asks for it", async () => {
    const world = await rig({ mode: "start", isInsecure: true, signingKey });
    expect((await world.request("/v1/events")).status).toBe(401);
  });

  test("dev asks for nothing, and takes what SDKs send without a key", async () => {
    const world = await rig();
    const headers = { authorization: "Bearer undefined" };
    const answer = await world.post("/fn/register", registration("app", { f: {} }), headers);
    expect(answer.status).toBe(200);
  });

  test("no answer and no log line repeats a key", async () => {
    const world = await rig(start);
    const secret = "Bearer signkey-prod-5ec2e7";
    const answers = await Promise.all(
      guarded.map(([method, path]) => world.request(path, { method, headers: { authorization: secret } })),
    );
    const sent = await world.post("/e/my-secret-event-key", { name: "a" });
    const everything = JSON.stringify([answers.map(({ text }) => text), sent.text, world.logged]);
    expect(everything).not.toContain("5ec2e7");
    expect(everything).not.toContain("my-secret-event-key");
    expect(everything).not.toContain("0123456789abcdef");
  });
});

describe("pages of other sites may not change anything", () => {
  const post = async (headers: Record<string, string>): Promise<number> => {
    const world = await rig();
    return (await world.post("/api/v2/events", { name: "a" }, headers)).status;
  };

  test("a browser says where the request comes from", async () => {
    expect(await post({ "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await post({ "sec-fetch-site": "same-site" })).toBe(403);
    expect(await post({ "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await post({ origin: "https://evil.example", host: "localhost:8288" })).toBe(403);
    expect(await post({ origin: "null", host: "localhost:8288" })).toBe(403);
    expect(await post({ origin: "http://localhost:8288", host: "localhost:8288" })).toBe(200);
    expect(
      await post({
        origin: "https://stepwell.example",
        host: "10.0.0.1",
        "x-forwarded-host": "stepwell.example",
      }),
    ).toBe(200);
    expect(await post({})).toBe(200);
  });

  test("what they read they do not get: no CORS beside the event API", async () => {
    const world = await rig();
    const answer = await world.request("/api/v2/runs", { headers: { origin: "https://evil.example" } });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });
});
