// What completion learns of events, and what an installation tells of itself.

import { accountPath, environmentsPath, eventFieldsPath, keysPath } from "@stepwell/protocol/rest";
import { describe, expect, test } from "vitest";
import { type Loose, rig } from "./rig.ts";

describe("fields of events", () => {
  test("paths, types, shares and common values are learned from the last events", async () => {
    const world = await rig();
    for (const [plan, total] of [
      ["pro", 5],
      ["free", "8"],
      ["pro", 7],
    ]) {
      await world.post("/e/k", {
        name: "shop/order",
        data: { plan, total, "odd key": true, items: [{ x: 1 }] },
      });
    }
    const { data } = (await world.request(eventFieldsPath())).body;
    const field = (path: string): Loose => data.find((each: Loose) => each.path === path);
    expect(field("event.data.plan")).toEqual({
      path: "event.data.plan",
      types: ["text"],
      share: 1,
      distinct: 2,
      values: [
        { value: "pro", count: 2 },
        { value: "free", count: 1 },
      ],
    });
    expect(field("event.data.total").types).toEqual(["number", "text"]);
    expect(field('event.data["odd key"]').types).toEqual(["truth"]);
    expect(field("event.data.items")).toEqual({
      path: "event.data.items",
      types: ["list"],
      share: 1,
      values: [],
    });
  });

  test("values that differ in every event are not offered for choice, only counted", async () => {
    const world = await rig();
    const events = Array.from({ length: 30 }, (_, id) => ({ name: "a", data: { id } }));
    await world.post("/e/k", events);
    const { data } = (await world.request(eventFieldsPath({ name: "a" }))).body;
    const field = data.find((each: Loose) => each.path === "event.data.id");
    expect(field).toMatchObject({ distinct: 30, values: [] });
  });
});

describe("protocol §7.2 the installation", () => {
  test("there is one account and one environment", async () => {
    const world = await rig();
    expect((await world.request(accountPath())).body.data).toMatchObject({ name: "Stepwell" });
    expect((await world.request(environmentsPath())).body.data).toMatchObject([{ name: "dev", type: "DEV" }]);
    expect((await world.post("/api/v2/envs", { name: "x" })).status).toBe(405);
    expect((await world.request("/v2/insights/tables")).body.errors[0].code).toBe("not_implemented");
  });

  test("keys are told masked, and of short ones nothing", async () => {
    const signingKey = `signkey-prod-${"ab".repeat(16)}`;
    const world = await rig({
      mode: "start",
      eventKeys: ["abcdefghijklmnopqrstuvwxyz", "short"],
      signingKey,
    });
    const headers = { authorization: `Bearer ${signingKey}` };
    const keys = async (kind: "events" | "signing"): Promise<readonly string[]> =>
      (await world.request(keysPath(kind), { headers })).body.data.map(({ key }: Loose) => key);
    expect(await keys("events")).toEqual(["abcd…wxyz", "…"]);
    expect(await keys("signing")).toEqual(["abab…abab"]);
    expect((await world.request(keysPath("events"))).status).toBe(401);
  });
});
