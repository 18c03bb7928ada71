import { describe, expect, test } from "vitest";
import { normalUrl } from "../src/apps/app-url.ts";
import { registration, rig } from "./rig.ts";

describe("protocol §3.3 registering", () => {
  test("an app's functions are taken over, and an equal registration changes nothing", async () => {
    const world = await rig();
    const first = await world.register("app", { f: { triggers: [{ event: "a" }] } });
    expect(first).toMatchObject({ status: 200, body: { ok: true, status: 200, modified: true } });
    expect(first.body.app_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(first.body.sync_id).toBeTruthy();
    const second = await world.register("app", { f: { triggers: [{ event: "a" }] } });
    expect(second.body).toMatchObject({ ok: true, modified: false, app_id: first.body.app_id });
  });

  test("a refusal names function, field and rule, and nothing is taken over", async () => {
    const world = await rig();
    const answer = await world.register("app", {
      good: { triggers: [{ event: "a" }] },
      bad: { triggers: [{ event: "a", expression: "event.data. ==" }] },
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ status: 400, data: null });
    expect(answer.body.error).toMatch(/Function app-bad: triggers\[0\]\.expression/);
    expect(await world.engine.reader.listFunctions()).toEqual([]);
  });

  test("an app that expects another kind of server is told", async () => {
    const world = await rig();
    const body = registration("app", { f: {} });
    const other = await world.post("/fn/register", body, { "x-inngest-expected-server-kind": "cloud" });
    expect(other).toMatchObject({ status: 400, body: { error: "Expected server kind cloud, got dev" } });
    const same = await world.post("/fn/register", body, { "x-inngest-expected-server-kind": "dev" });
    expect(same.status).toBe(200);
  });

  test("Python's spelling of the app's name is understood", async () => {
    const world = await rig();
    const { appName, ...rest } = registration("py", { f: {} });
    expect((await world.post("/fn/register", { ...rest, appname: appName })).status).toBe(200);
    expect((await world.engine.reader.listApps()).map(({ name }) => name)).toEqual(["py"]);
  });

  test("addresses are kept in one form, and calls keep the query of their own", async () => {
    const world = await rig();
    const url = "http://127.0.0.1:3000/api/inngest?x=1&deployId=d1";
    await world.post("/fn/register", registration("app", { f: {} }, url));
    const [app] = await world.engine.reader.listApps();
    expect(app?.url).toBe("http://localhost:3000/api/inngest?x=1");
    const [settings] = await world.engine.reader.listFunctions();
    expect(settings?.url).not.toContain("deployId");
    expect(settings?.url).toContain("http://localhost:3000/api/inngest?");
  });

  test("an app is removed by its address, in any of its forms", async () => {
    const world = await rig();
    await world.register("app", { f: {} });
    const gone = await world.request("/fn/remove?url=http://127.0.0.1:3000/api/inngest", {
      method: "DELETE",
    });
    expect(gone.status).toBe(204);
    expect((await world.engine.reader.listApps())[0]?.archivedAt).toBeDefined();
  });
});

describe("protocol §3.2 addresses in one form", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["http://127.0.0.1:3000/api/inngest", "http://localhost:3000/api/inngest"],
    ["http://0.0.0.0:3000/api/inngest", "http://localhost:3000/api/inngest"],
    ["http://127.0.0.1/api/inngest", "http://127.0.0.1/api/inngest"],
    ["http://example.com:80/api/inngest", "http://example.com/api/inngest"],
    ["https://example.com:443/api/inngest", "https://example.com/api/inngest"],
    ["http://a.example/x?b=2&a=1&deployId=7&probe=trust", "http://a.example/x?a=1&b=2"],
    ["not a url", "not a url"],
  ];
  test.each(cases)("%s", (given, normal) => {
    expect(normalUrl(given)).toBe(normal);
    expect(normalUrl(normal)).toBe(normal);
  });
});
