// A9: schedules, in each SDK's spelling. A world begins at an arbitrary moment, so times are told relative to its clock.

import { functionIdOf } from "@stepwell/core";
import { expect } from "vitest";
import type { Loose } from "../src/kit.ts";
import { scenario } from "../src/scenario.ts";
import type { World } from "../src/world.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const isoOf = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** Moves to a whole hour, so that expressions have known ticks ahead. */
async function toWholeHour(world: World): Promise<number> {
  await world.restart(hour - (world.clock.now() % hour));
  return world.clock.now();
}

/** An app of one scheduled function that returns its event. */
const scheduled = (world: World, ...crons: readonly string[]) =>
  world.app((fn) => [fn({ id: "f", triggers: crons.map((cron) => ({ cron })) }, ({ event }) => event)]);

const outputs = async (world: World): Promise<readonly Loose[]> =>
  (await world.runs("f")).map(({ output }) => JSON.parse(output ?? "null"));

/** When the schedule's ticks were, in minutes since `begin`. */
const minutesSince = async (world: World, begin: number) =>
  (await outputs(world)).map(({ data }) => (Date.parse(data.scheduledAt) - begin) / minute);

scenario("A9.1 what has not five valid fields is refused", async (world) => {
  for (const cron of ["@daily", "* * * *", "0 0 * * * *", "61 * * * *", "TZ=Nowhere/Land 0 0 * * *"])
    await expect(scheduled(world, cron)).rejects.toThrow(/triggers\[0\]/);
});

scenario("A9.2 a prefix names the zone, and without one it is UTC", async (world) => {
  const crons = { utc: "0 9 * * *", tz: "TZ=Asia/Tokyo 0 9 * * *", cronTz: "CRON_TZ=Asia/Tokyo 0 9 * * *" };
  await world.app((fn) =>
    Object.entries(crons).map(([id, cron]) =>
      fn({ id, triggers: [{ cron }] }, ({ event }) => event.data.scheduledAt),
    ),
  );
  await world.advance(day);
  const clockTime = async (id: string) => (await world.output(id)).slice(10);
  expect([await clockTime("utc"), await clockTime("tz"), await clockTime("cronTz")]).toEqual([
    "T09:00:00Z",
    "T00:00:00Z",
    "T00:00:00Z",
  ]);
});

scenario("A9.2 A9.4 A9.7 a schedule in a time zone fires each tick once, over a restart", async (world) => {
  await world.app((fn) => [
    fn({ id: "f", triggers: [{ cron: "TZ=Asia/Kolkata 0 9 * * *" }] }, ({ event }) => event.data.scheduledAt),
  ]);
  await world.advance(24 * hour);
  await world.restart();
  await world.advance(24 * hour);
  const times = (await world.runs("f")).map((run) => JSON.parse(run.output ?? "null"));
  expect(times).toHaveLength(2);
  for (const time of times) expect(time).toMatch(/T03:30:00Z$/);
});

/** Noon of the Saturday before the clocks change next in Europe, on the last Sunday of `month` (0 is January). */
function eveOfChange(month: number, now: number): number {
  const inYear = (year: number) => {
    const lastDay = Date.UTC(year, month + 1, 0);
    return lastDay - new Date(lastDay).getUTCDay() * day - 12 * hour;
  };
  const year = new Date(now).getUTCFullYear();
  return inYear(year) > now ? inYear(year) : inYear(year + 1);
}

for (const [change, month, expected] of [
  ["that the clocks skip is left out", 2, ["T00:30:00Z"]],
  ["that they repeat fires once", 9, ["T00:30:00Z", "T01:30:00Z"]],
] as const)
  scenario(`A9.3 a local time ${change}`, async (world) => {
    const eve = eveOfChange(month, world.clock.now());
    await world.restart(eve - world.clock.now());
    await scheduled(world, "TZ=Europe/Paris 30 2 * * *");
    await world.advance(40 * hour);
    const times = (await outputs(world)).map(({ data }) => data.scheduledAt.slice(10));
    expect(times).toEqual(expected);
  });

scenario(
  "A9.4 A9.12 a tick is a timer event with its expression and times, and the handler gets it",
  async (world) => {
    const begin = await toWholeHour(world);
    await scheduled(world, "*/5 * * * *");
    await world.advance(5 * minute);
    const at = isoOf(begin + 5 * minute);
    const timer = {
      name: "inngest/scheduled.timer",
      id: at,
      ts: begin + 5 * minute,
      data: { cron: "*/5 * * * *", scheduledAt: at, fireAt: at },
    };
    expect(await world.events("inngest/scheduled.timer")).toMatchObject([timer]);
    expect(await world.output("f")).toMatchObject(timer);
  },
);

scenario(
  "A9.5 schedules of one function that fall on one second start one run; of two functions, two",
  async (world) => {
    await toWholeHour(world);
    await world.app((fn) => [
      fn({ id: "f", triggers: [{ cron: "*/5 * * * *" }, { cron: "*/10 * * * *" }] }, ({ event }) => event),
      fn({ id: "g", triggers: [{ cron: "*/5 * * * *" }] }, () => 1),
    ]);
    await world.advance(20 * minute);
    const crons = (await outputs(world)).map(({ data }) => data.cron);
    expect([crons.length, (await world.runs("g")).length]).toEqual([4, 4]);
    for (const cron of crons) expect(["*/5 * * * *", "*/10 * * * *"]).toContain(cron);
  },
);

scenario("A9 a function may have a schedule and an event", async (world) => {
  await toWholeHour(world);
  const client = await world.app((fn) => [
    fn({ id: "f", triggers: [{ cron: "0 * * * *" }, { event: "go" }] }, ({ event }) => event.name),
  ]);
  await world.send(client, { name: "go", data: {} });
  await world.advance(hour);
  expect(await outputs(world)).toEqual(["go", "inngest/scheduled.timer"]);
});

const noJitter = { "inngest v3": "this version drops what it does not know of a trigger" } as const;

scenario(
  "A9.6 jitter puts each tick off by a second at least, within its bound, and its event says both times",
  async (world) => {
    await toWholeHour(world);
    await world.app((fn) => [
      fn({ id: "f", triggers: [{ cron: "*/10 * * * *", jitter: "2m" }] }, ({ event }) => event),
    ]);
    await world.advance(2 * hour + 2 * minute);
    const events = await outputs(world);
    const delays = events.map(({ ts, data }) => ts - Date.parse(data.scheduledAt));
    expect(delays).toHaveLength(12);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(second);
    expect(Math.max(...delays)).toBeLessThan(2 * minute);
    expect(new Set(delays).size).toBeGreaterThan(6);
    for (const { ts, data } of events) expect(Date.parse(data.fireAt)).toBe(ts - (ts % second));
  },
  { without: noJitter },
);

scenario(
  "A9.6 jitter out of its bounds is refused",
  async (world) => {
    for (const jitter of ["500ms", "6m", "-5s"]) {
      const app = world.app((fn) => [fn({ id: "f", triggers: [{ cron: "0 * * * *", jitter }] }, () => 1)]);
      await expect(app).rejects.toThrow(/jitter must be a duration from 1s to 5m/);
    }
  },
  { without: noJitter },
);

scenario(
  "A9.7 a schedule that stays goes on over syncs; a changed one begins anew, a removed one ends",
  async (world) => {
    const begin = await toWholeHour(world);
    for (let round = 0; round < 3; round += 1) {
      await scheduled(world, "*/5 * * * *");
      await world.advance(5 * minute);
    }
    expect(await minutesSince(world, begin)).toEqual([5, 10, 15]);
    await world.advance(minute);
    await scheduled(world, "*/7 * * * *");
    await world.advance(14 * minute);
    expect(await minutesSince(world, begin)).toEqual([5, 10, 15, 21, 28]);
    await world.app((fn) => [fn({ id: "other", triggers: [{ event: "go" }] }, () => 1)]);
    await world.advance(hour);
    expect(await minutesSince(world, begin)).toEqual([5, 10, 15, 21, 28]);
  },
);

scenario("A9.8 an expression without any occurrence is accepted and never fires", async (world) => {
  await scheduled(world, "0 0 30 2 *");
  // Whatever had been planned would be made up for after the outage.
  await world.restart(3 * 365 * day);
  await world.settle();
  expect(await world.runs("f")).toEqual([]);
});

scenario(
  "A9.9 after an outage a schedule fires once, late, and its event tells when it was due",
  async (world) => {
    const begin = await toWholeHour(world);
    await scheduled(world, "*/5 * * * *");
    await world.advance(5 * minute);
    await world.restart(hour + 2 * minute);
    await world.settle();
    expect(await minutesSince(world, begin)).toEqual([5, 10]);
    expect((await outputs(world))[1]?.data.fireAt).toBe(isoOf(begin + hour + 7 * minute));
    await world.advance(3 * minute);
    expect(await minutesSince(world, begin)).toEqual([5, 10, 70]);
  },
);

scenario("A9.11 a scheduled run that is run again gets the same event", async (world) => {
  const begin = await toWholeHour(world);
  await scheduled(world, "0 * * * *");
  await world.advance(hour);
  await world.engine.rerun((await world.onlyRun("f")).id);
  await world.settle();
  expect((await outputs(world)).map(({ id }) => id)).toEqual(Array(2).fill(isoOf(begin + hour)));
});

scenario(
  "A9 C14.1 C14.3 ticks of a paused or draining function are skipped and not made up",
  async (world) => {
    await toWholeHour(world);
    await scheduled(world, "*/5 * * * *");
    const id = functionIdOf("app-f");
    await world.engine.controlFunction(id, { kind: "pause" });
    await world.advance(5 * minute);
    await world.engine.controlFunction(id, { kind: "resume" });
    await world.engine.controlFunction(id, { kind: "drain", isOn: true });
    await world.advance(5 * minute);
    await world.engine.controlFunction(id, { kind: "drain", isOn: false });
    await world.advance(5 * minute);
    const runs = await world.runs("f");
    expect(runs.map(({ skip, status }) => skip?.kind ?? status)).toEqual(["paused", "draining", "completed"]);
  },
);
