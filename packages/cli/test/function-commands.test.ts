// stepwell function pause, resume, drain, limits and override against a real server.

process.env["TZ"] = "UTC";

import { describe, expect, test } from "vitest";
import { answered, op } from "../../server/test/rig.ts";
import { type CliRig, cliRig } from "./cli-rig.ts";

/** A function that runs two at once for each account, with three runs of one account and one of another. */
async function shop(): Promise<CliRig> {
  const world = await cliRig({}, () => answered(op.sleep("rest", "1h")));
  await world.register("shop", {
    ship: {
      triggers: [{ event: "order/paid" }],
      concurrency: [{ limit: 2, key: "event.data.account" }],
    },
  });
  return world;
}

async function sent(world: CliRig, account: string): Promise<void> {
  await world.post("/e/k", { name: "order/paid", data: { account } });
  await world.engine.whenIdle();
}

const countRuns = async (world: CliRig, status: string): Promise<number> =>
  (await world.request(`/api/v2/runs?status=${status}`)).body.data.length;

describe("pause, resume, drain", () => {
  test("a paused function says since when and by whom; resumed it starts runs again", async () => {
    const world = await shop();
    const paused = await world.stepwell("function pause shop-ship --by ana");
    expect([paused.code, paused.out]).toEqual([
      0,
      "Paused shop-ship\nGo on with: stepwell function resume shop-ship\n",
    ]);
    const shown = await world.stepwell("function shop-ship");
    expect(shown.out).toMatch(
      /^shop-ship {2}Paused since 00:00:00 by ana\. No trigger was skipped since\. Runs in flight hold before their next step\./,
    );
    expect((await world.stepwell("functions")).out).toMatch(/shop-ship .* paused\n/);
    await sent(world, "acme");
    expect(await countRuns(world, "RUNNING")).toBe(0);
    expect((await world.stepwell("function resume shop-ship")).out).toBe("Resumed shop-ship\n");
    await sent(world, "acme");
    expect(await countRuns(world, "RUNNING")).toBe(1);
  });

  test("an event that a pause skipped says so", async () => {
    const world = await shop();
    await world.stepwell("function pause shop-ship --by ana");
    const { out } = await world.stepwell("send order/paid");
    expect(out).toMatch(/- shop-ship {2}Paused since 00:00:00\.\n/);
  });

  test("pausing with --cancel-runs asks with the count", async () => {
    const world = await shop();
    await sent(world, "acme");
    const no = await world.stepwell("function pause shop-ship --cancel-runs", { answers: [""] });
    expect(no.err).toBe("Pause shop-ship and cancel 1 open run? [y/N] Nothing was done.\n");
    expect(await countRuns(world, "CANCELLED")).toBe(0);
    await world.stepwell("function pause shop-ship --cancel-runs --yes");
    await world.clock.advance(1000, () => world.engine.whenIdle());
    expect(await countRuns(world, "CANCELLED")).toBe(1);
  });

  test("a draining function lets open runs end", async () => {
    const world = await shop();
    await sent(world, "acme");
    expect((await world.stepwell("function drain shop-ship")).out).toBe("shop-ship drains\n");
    expect((await world.stepwell("function shop-ship")).out).toMatch(/^shop-ship {2}Draining since /);
    await sent(world, "acme");
    expect(await countRuns(world, "RUNNING")).toBe(1);
    expect((await world.stepwell("function drain shop-ship --off")).out).toBe(
      "shop-ship starts runs again\n",
    );
    await sent(world, "acme");
    expect(await countRuns(world, "RUNNING")).toBe(2);
  });

  test("doctor names what is paused and how it goes on", async () => {
    const world = await shop();
    await world.stepwell("function pause shop-ship --by ana");
    const { out, code } = await world.stepwell("doctor");
    expect(out).toMatch(
      /! function +shop-ship is paused since 00:00:00 by ana\.\n +→ Go on with: stepwell function resume shop-ship\n/,
    );
    expect(code).toBe(0);
  });

  test("--json is the API's answer", async () => {
    const world = await shop();
    const { out } = await world.stepwell("function pause shop-ship --json");
    expect(JSON.parse(out).data).toMatchObject({ slug: "shop-ship", isPaused: true });
  });
});

describe("limits and overrides", () => {
  test("who is held back by what", async () => {
    // A call that is open holds its slot.
    const world = await cliRig({}, () => new Promise(() => {}));
    await world.register("shop", {
      ship: { triggers: [{ event: "order/paid" }], concurrency: [{ limit: 1, key: "event.data.account" }] },
    });
    for (const account of ["acme", "acme", "acme", "other"])
      await world.post("/e/k", { name: "order/paid", data: { account } });
    await world.clock.advance(1000);
    const { out, code } = await world.stepwell("function limits shop-ship");
    expect(code).toBe(0);
    expect(out).toMatch(/^concurrency\.0 {2}1 for each event\.data\.account\n/);
    expect(out).toMatch(/ {2}acme +1 of 1 +2 +1 s\n/);
    expect(out).toMatch(/ {2}other +1 of 1 +0\n/);
    const { text } = await world.request("/api/v2/functions/shop-ship/limits");
    const json = await world.stepwell("function limits shop-ship --json");
    expect(JSON.parse(json.out).data).toEqual(JSON.parse(text).data);
  });

  test("a function without limits", async () => {
    const world = await cliRig();
    await world.register("shop", { ship: { triggers: [] } });
    expect((await world.stepwell("function limits shop-ship")).out).toBe("shop-ship has no limits\n");
  });

  test("another number for a while, and the app's own again", async () => {
    const world = await shop();
    const line = "function override shop-ship concurrency.0 5 --until 2h --reason sale --by ana";
    expect((await world.stepwell(line)).out).toBe("concurrency.0 of shop-ship is 5 now\n");
    expect((await world.stepwell("function limits shop-ship")).out).toContain(
      "concurrency.0  5 for each event.data.account, was 2 until 02:00 by ana: sale\n",
    );
    const removed = await world.stepwell("function override shop-ship concurrency.0 --remove");
    expect([removed.code, removed.out]).toEqual([
      0,
      "The app's own number of concurrency.0 counts again for shop-ship\n",
    ]);
    expect((await world.stepwell("function limits shop-ship")).out).toContain("concurrency.0  2 for each");
  });

  test.each([
    ["function override shop-ship concurency.0 5", "Did you mean concurrency.0?"],
    ["function override shop-ship throttle", "Give the number that is to count, or --remove."],
    ["function override shop-ship throttle 0", 'The value is "0", but must be a whole number'],
    ["function override shop-ship throttle 5 --until soon", '--until is "soon", but must be a time'],
  ])("refused: %s", async (line, sentence) => {
    const world = await cliRig();
    const { code, err, requests } = await world.stepwell(line);
    expect(err).toContain(sentence);
    expect([code, requests]).toEqual([2, []]);
  });
});
