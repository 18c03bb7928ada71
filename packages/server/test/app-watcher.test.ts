import { manualClock, settleTurns } from "@stepwell/engine/testing";
import { describe, expect, test } from "vitest";
import type { AppSyncOutcome } from "../src/apps/app-sync.ts";
import { AppWatcher, type AppWatcherOptions } from "../src/apps/app-watcher.ts";
import { fakeEngine } from "./rig.ts";

interface Machine {
  readonly asked: string[];
  readonly told: string[];
  readonly scanned: number[];
  readonly watcher: AppWatcher;
  advance(ms: number): Promise<void>;
}

/** A machine whose apps answer as `answers` says. */
function machine(
  answers: (url: string) => AppSyncOutcome,
  options: Partial<AppWatcherOptions> = {},
  apps: { url: string; error?: string; archivedAt?: number }[] = [],
): Machine {
  const clock = manualClock();
  const asked: string[] = [];
  const told: string[] = [];
  const scanned: number[] = [];
  const listApps = async (): Promise<never> => apps.map((app) => ({ ...app })) as never;
  const watcher = new AppWatcher({
    engine: fakeEngine({ reader: { listApps } as never }),
    appSync: {
      async sync(url) {
        asked.push(url);
        return answers(url);
      },
      check: async () => [],
    },
    prober: {
      async isListening(port) {
        scanned.push(port);
        return port === 3000 || port === 8288;
      },
      isApp: async (url) => url === "http://localhost:3000/x/inngest",
    },
    clock,
    urls: [],
    isDiscovering: false,
    isPolling: true,
    pollIntervalMs: 5000,
    ownPort: 8288,
    onSynced: (url) => told.push(`synced ${url}`),
    onFailed: (_url, reason) => told.push(`failed ${reason}`),
    ...options,
  });
  return { asked, told, scanned, watcher, advance: (ms) => clock.advance(ms, settleTurns) };
}

const fine = (): AppSyncOutcome => ({ kind: "synced", modified: false });
const away = (): AppSyncOutcome => ({ kind: "failed", code: "unreachable", reason: "It is away." });

describe("protocol §3.2 keeping apps synced", () => {
  test("given addresses are asked at once and then at each interval", async () => {
    const world = machine(fine, { urls: ["http://127.0.0.1:3000/api/inngest"] });
    world.watcher.start();
    await world.advance(0);
    expect(world.asked).toEqual(["http://localhost:3000/api/inngest"]);
    await world.advance(10_000);
    expect(world.asked).toHaveLength(3);
    expect(world.told).toEqual(["synced http://localhost:3000/api/inngest"]);
  });

  test("without polling a given address is asked until it answers, and known apps only when their last sync failed", async () => {
    let isUp = false;
    const apps = [
      { url: "http://localhost:4000/a" },
      { url: "http://localhost:5000/b", error: "It was away." },
    ];
    const world = machine(
      () => (isUp ? fine() : away()),
      { urls: ["http://localhost:3000/"], isPolling: false },
      apps,
    );
    world.watcher.start();
    await world.advance(5000);
    expect(world.asked.filter((url) => url.includes(":3000"))).toHaveLength(2);
    expect(world.asked.filter((url) => url.includes(":4000"))).toHaveLength(0);
    expect(world.asked.filter((url) => url.includes(":5000"))).toHaveLength(2);
    isUp = true;
    await world.advance(10_000);
    expect(world.asked.filter((url) => url.includes(":3000"))).toHaveLength(3);
  });

  test("the same failure is told once, its end too", async () => {
    let isUp = false;
    const world = machine(() => (isUp ? fine() : away()), { urls: ["http://localhost:3000/"] });
    world.watcher.start();
    await world.advance(20_000);
    isUp = true;
    await world.advance(20_000);
    expect(world.told).toEqual(["failed It is away.", "synced http://localhost:3000/"]);
  });

  test("archived and embedded apps are not asked", async () => {
    const apps = [{ url: "embedded:app" }, { url: "http://localhost:3000/", archivedAt: 1 }];
    const world = machine(fine, {}, apps);
    world.watcher.start();
    await world.advance(10_000);
    expect(world.asked).toEqual([]);
  });

  test("stopping ends it", async () => {
    const world = machine(fine, { urls: ["http://localhost:3000/"] });
    world.watcher.start();
    await world.advance(0);
    world.watcher.stop();
    await world.advance(60_000);
    expect(world.asked).toHaveLength(1);
  });
});

describe("protocol §3.2 discovery", () => {
  test("the usual ports but our own are looked at, and where an SDK answers it is asked to register", async () => {
    const world = machine(fine, { isDiscovering: true, extraPorts: [9999] });
    world.watcher.start();
    await world.advance(0);
    expect(world.scanned).toEqual(
      expect.arrayContaining([80, 443, 3000, 3010, 4321, 5173, 8787, 8915, 9999]),
    );
    expect(world.scanned).not.toContain(8288);
    expect(world.asked).toEqual(["http://localhost:3000/x/inngest"]);
    expect(world.watcher.foundBy("http://localhost:3000/x/inngest")).toBe("discovery");
    expect(world.watcher.foundBy("http://localhost:3000/")).toBeUndefined();
  });

  test("once an app is known nobody looks further", async () => {
    const world = machine(fine, { isDiscovering: true }, [{ url: "http://localhost:4000/" }]);
    world.watcher.start();
    await world.advance(20_000);
    expect(world.scanned).toEqual([]);
  });
});
