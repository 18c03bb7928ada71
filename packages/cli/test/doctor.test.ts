// stepwell doctor: what is well, what is not, and what to do about it.

import type { AppSync } from "@stepwell/server";
import { describe, expect, test } from "vitest";
import { answered, op, registration, returned } from "../../server/test/rig.ts";
import { type CliRig, cliRig } from "./cli-rig.ts";

async function shop(): Promise<CliRig> {
  const world = await cliRig({ version: "9.9.9", storeName: "SQLite" }, () =>
    answered(op.sleep("nap", "1h")),
  );
  await world.register("shop", { ship: { triggers: [{ event: "order/paid" }] } });
  return world;
}

async function sent(world: CliRig, name: string): Promise<void> {
  await world.post("/e/k", { name, data: {} });
  await world.engine.whenIdle();
}

describe("stepwell doctor", () => {
  test("all is well", async () => {
    const world = await shop();
    const { code, out } = await world.stepwell("doctor");
    expect(out).toMatch(
      /^✓ configuration {2}The server is http:\/\/localhost:8288, the local one; no key is given\.\n/,
    );
    expect(out).toContain("✓ server         Stepwell 9.9.9, stepwell dev, on SQLite.");
    expect(out).toContain(
      "✓ app shop       1 function at http://localhost:3000/api/inngest, synced 0 ms ago.",
    );
    expect(out).toContain("✓ open runs      Every open run has its function.");
    expect(code).toBe(0);
  });

  test("no server: the rest is not looked at", async () => {
    const fetch = async () => {
      throw new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }) });
    };
    const world = await cliRig();
    const { code, out } = await world.stepwell("doctor", { fetch });
    expect(code).toBe(1);
    expect(out).toContain("✗ server         No server answers at http://localhost:8288");
    expect(out).toMatch(/\n1 broken\.\n$/);
  });

  test("keys: refused, taken, and none where one should be", async () => {
    const start = { mode: "start", eventKeys: ["k"] } as const;
    const guarded = await cliRig({ ...start, signingKey: "abcd" });
    const wrong = await guarded.stepwell("doctor --signing-key ffff");
    expect(wrong).toMatchObject({
      code: 1,
      out: expect.stringContaining("✗ key            The signing key is not this server's."),
    });
    expect((await guarded.stepwell("doctor --signing-key abcd")).out).toContain(
      "✓ key            The server takes it.",
    );
    expect((await guarded.stepwell("doctor --signing-key abcd")).out).toContain(
      "✓ event keys     1 key may send events.",
    );
    const turning = await cliRig({ ...start, signingKey: "abcd", signingKeyFallback: "ffff" });
    expect((await turning.stepwell("doctor --signing-key ffff")).out).toContain(
      "The former signing key counts as well.",
    );
    const open = await cliRig({ mode: "start", isInsecure: true });
    const { code, out } = await open.stepwell("doctor");
    expect([code, out]).toEqual([
      0,
      expect.stringContaining("! key            The server asks for none: everybody"),
    ]);
    expect(out).toContain("→ Start it with --event-key and --signing-key instead of --insecure.");
    expect(out).toContain("! event keys     There are none: everybody may send events.");
  });

  test("a clock that is far away", async () => {
    const world = await shop();
    const fetch = async (url: string, init: RequestInit) => {
      const response = await world.server.fetch(new Request(url, init));
      if (!url.endsWith("/health")) return response;
      const body = await response.json();
      return Response.json({ ...body, data: { ...body.data, serverTime: "2026-01-01T00:01:00.000Z" } });
    };
    expect((await world.stepwell("doctor", { fetch })).out).toContain("differ by 1 m 00 s.");
  });

  test("no app", async () => {
    const { code, out } = await (await cliRig()).stepwell("doctor");
    expect([code, out]).toEqual([0, expect.stringContaining("! apps           No app is known")]);
    expect(out).toMatch(/Nothing is broken, 1 to look at\.\n$/);
  });

  test("an app whose sync failed, with its open runs", async () => {
    const world = await shop();
    await sent(world, "order/paid");
    await world.engine.recordSyncFailure("http://localhost:3000/api/inngest", "Nothing listens there.");
    const { code, out } = await world.stepwell("doctor");
    expect(code).toBe(1);
    expect(out).toMatch(/✗ app shop +.*\. 1 run waits; nothing is lost\./);
    expect(out).toContain("→ Once it is mended: stepwell apps sync shop");
  });

  test("an app that is away: the first of the server's own checks that fails", async () => {
    const appSync: AppSync = {
      sync: async () => ({ kind: "failed", code: "unreachable", reason: "never asked" }),
      check: async () => [
        { name: "name-resolves", status: "passed", found: "127.0.0.1" },
        {
          name: "port-answers",
          status: "failed",
          found: "refused",
          message: "Nothing listens on port 3000. Start the app.",
        },
      ],
    };
    const world = await cliRig({ appSync });
    await world.register("shop", { ship: { triggers: [{ event: "a" }] } });
    await world.engine.recordSyncFailure("http://localhost:3000/api/inngest", "It is away.");
    expect((await world.stepwell("doctor")).out).toContain(
      "✗ app shop       Nothing listens on port 3000. Start the app.\n",
    );
  });

  test("open runs whose function is gone", async () => {
    const world = await shop();
    await sent(world, "order/paid");
    await world.post("/fn/register", registration("shop", { other: { triggers: [{ event: "b" }] } }));
    const { code, out } = await world.stepwell("doctor");
    expect(code).toBe(1);
    expect(out).toMatch(/✗ open runs +1 run of shop-ship, which no app has any more\./);
    expect(out).toMatch(/→ Bring the function back, or cancel them: stepwell cancel [0-9A-Z]{26}\n/);
  });

  test("names that nobody listens to, with the nearest that somebody does", async () => {
    const world = await shop();
    await sent(world, "order/payed");
    await sent(world, "order/payed");
    await sent(world, "user/left");
    const { out, code } = await world.stepwell("doctor");
    expect(out).toContain(
      "! events         Nobody listens to 2 names sent lately: order/payed (2) Did you mean order/paid?, user/left (1).",
    );
    expect(code).toBe(0);
  });

  test("--json: the findings, and whether all is well", async () => {
    const world = await cliRig({}, () => returned());
    const { out } = await world.stepwell("doctor --json");
    const { isWell, findings } = JSON.parse(out);
    expect(isWell).toBe(true);
    expect(findings).toContainEqual({
      subject: "key",
      status: "passed",
      message: "A dev server asks for none.",
    });
  });
});
