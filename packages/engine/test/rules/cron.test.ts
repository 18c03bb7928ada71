// A9: schedules start functions, each tick once, over syncs, restarts and changes of the clocks.

import { manualClock } from "@stepwell/engine/testing";
import { describe, expect, test } from "vitest";
import { type FunctionSpec, Rig, returned } from "./rig.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

type Triggers = NonNullable<FunctionSpec["triggers"]>;

const scheduled = (...triggers: Triggers): FunctionSpec => ({ triggers, script: () => returned(1) });

const cron = (text: string, jitter?: string): FunctionSpec =>
  scheduled({ cron: text, ...(jitter === undefined ? {} : { jitter }) });

/** When the engine fired, in UTC. The clock begins at 2026-01-01T00:00:00Z. */
const fired = (rig: Rig, functionId = "f") =>
  rig.callsOf(functionId).map((call) => new Date(call.event.ts).toISOString());

async function moveTo(rig: Rig, moment: string): Promise<void> {
  await rig.advance(Date.parse(moment) - rig.clock.now());
}

describe("A9.1 A9.2 A9.3 expressions", () => {
  test.each([
    ["*/15 * * * *", ["00:15", "00:30", "00:45"]],
    ["0 6-18/6 * * *", ["06:00", "12:00", "18:00"]],
    ["30 1,2 * * THU", ["01:30", "02:30"]],
  ])("A9.1 five fields: %s", async (text, times) => {
    const rig = await new Rig().start({ f: cron(text) });
    await moveTo(rig, "2026-01-01T18:00:00Z");
    expect(fired(rig).slice(0, times.length)).toEqual(times.map((time) => `2026-01-01T${time}:00.000Z`));
  });

  test.each(["TZ=America/New_York", "CRON_TZ=America/New_York"])(
    "A9.2 a prefix %s names a zone",
    async (zone) => {
      const rig = await new Rig().start({ f: cron(`${zone} 0 9 * * *`), utc: cron("0 9 * * *") });
      await rig.advance(day);
      expect(fired(rig)).toEqual(["2026-01-01T14:00:00.000Z"]);
      expect(fired(rig, "utc")).toEqual(["2026-01-01T09:00:00.000Z"]);
    },
  );

  const startingAt = async (moment: string, text: string) =>
    await new Rig({}, (store) => store, manualClock(Date.parse(moment))).start({ f: cron(text) });

  test("A9.3 a local time that the clocks skip is left out; one that they repeat fires once", async () => {
    const spring = await startingAt("2026-03-27T12:00:00Z", "TZ=Europe/Paris 30 2 * * *");
    await spring.advance(4 * day);
    expect(fired(spring)).toEqual([
      "2026-03-28T01:30:00.000Z",
      "2026-03-30T00:30:00.000Z",
      "2026-03-31T00:30:00.000Z",
    ]);
    const autumn = await startingAt("2026-10-24T12:00:00Z", "TZ=Europe/Paris 30 2 * * *");
    await autumn.advance(2 * day);
    expect(fired(autumn)).toEqual(["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"]);
  });

  test.each(["2026-03-28T23:30:00Z", "2026-10-24T22:30:00Z"])(
    "A9.3 an hourly schedule fires once an hour while the clocks change, from %s on",
    async (moment) => {
      const rig = await startingAt(moment, "TZ=Europe/Paris 0 * * * *");
      await rig.advance(5 * hour);
      const times = rig.callsOf("f").map((call) => call.event.ts - Date.parse(moment));
      expect(times).toEqual([0.5, 1.5, 2.5, 3.5, 4.5].map((hours) => hours * hour));
    },
  );

  test("A9.8 an expression without an occurrence within five years is accepted and never fires", async () => {
    const rig = await new Rig().start({ f: cron("0 0 30 2 *") });
    expect(rig.rows.tables.jobs.size).toBe(0);
  });
});

describe("A9.4 A9.5 A9.12 the event", () => {
  test("A9.4 A9.12 I5 each tick is a timer event with its expression and times, and the handler gets it", async () => {
    const rig = await new Rig().start({ f: cron("*/5 * * * *") });
    await rig.advance(5 * minute);
    const [event] = rig.events("inngest/scheduled.timer");
    expect(event).toMatchObject({
      name: "inngest/scheduled.timer",
      id: "2026-01-01T00:05:00Z",
      ts: Date.parse("2026-01-01T00:05:00Z"),
      data: {
        cron: "*/5 * * * *",
        scheduledAt: "2026-01-01T00:05:00Z",
        fireAt: "2026-01-01T00:05:00Z",
      },
    });
    expect(rig.callsOf("f")[0]?.event).toEqual(event);
  });

  test("A9.5 schedules of one function that fall on the same second start one run, which tells the expression", async () => {
    const rig = await new Rig().start({ f: scheduled({ cron: "*/5 * * * *" }, { cron: "*/10 * * * *" }) });
    await rig.advance(20 * minute);
    expect(fired(rig)).toHaveLength(4);
    expect(rig.callsOf("f").every((call) => /^\*\/(5|10) /.test(call.event.data.cron))).toBe(true);
  });

  test("A9.5 functions of one schedule run each by itself", async () => {
    const rig = await new Rig().start({ f: cron("0 * * * *"), g: cron("0 * * * *") });
    await rig.advance(2 * hour);
    expect([fired(rig).length, fired(rig, "g").length]).toEqual([2, 2]);
  });

  test("A9 a function may have schedules and events", async () => {
    const rig = await new Rig().start({ f: scheduled({ cron: "0 * * * *" }, { event: "go" }) });
    await rig.send({ name: "go", data: {} });
    await rig.advance(hour);
    expect(rig.callsOf("f").map((call) => call.event.name)).toEqual(["go", "inngest/scheduled.timer"]);
  });
});

describe("A9.6 jitter", () => {
  const offsets = (rig: Rig) =>
    rig.callsOf("f").map((call) => call.event.ts - Date.parse(call.event.data.scheduledAt));

  test("A9.6 it puts each tick off by a second at least and less than the jitter, the same after a restart", async () => {
    const run = async (isRestarted: boolean) => {
      const rig = await new Rig().start({ f: cron("*/10 * * * *", "2m") });
      await rig.advance(10 * minute);
      if (isRestarted) await rig.restart();
      await rig.advance(3 * hour);
      return offsets(rig);
    };
    const delays = await run(false);
    expect(delays.length).toBeGreaterThan(15);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(second);
    expect(Math.max(...delays)).toBeLessThan(2 * minute);
    expect(new Set(delays).size).toBeGreaterThan(10);
    expect(await run(true)).toEqual(delays);
  });

  test("A9.6 jitter longer than the schedule's interval loses no tick", async () => {
    const rig = await new Rig().start({ f: cron("* * * * *", "5m") });
    await rig.advance(30 * minute);
    const ticks = rig.callsOf("f").map((call) => call.event.data.scheduledAt);
    expect(ticks).toEqual(ticks.map((_, index) => `2026-01-01T00:${String(index + 1).padStart(2, "0")}:00Z`));
    expect(ticks.length).toBeGreaterThanOrEqual(25);
    expect(Math.max(...offsets(rig))).toBeLessThan(5 * minute);
    expect(rig.controls("f")?.missedTicks ?? 0).toBe(0);
  });

  test("A9.6 another jitter counts for the tick that is pending", async () => {
    const rig = await new Rig().start({ f: cron("0 * * * *", "5m") });
    await rig.advance(59 * minute);
    await rig.sync({ f: cron("0 * * * *") });
    await rig.advance(minute);
    expect(offsets(rig)).toEqual([0]);
  });

  test.each(["0s", ""])("A9.6 a jitter of %j is none", async (jitter) => {
    const rig = await new Rig().start({ f: cron("0 * * * *", jitter) });
    await rig.advance(hour);
    expect(offsets(rig)).toEqual([0]);
  });
});

describe("A9.7 A9.9 chains over syncs, restarts and outages", () => {
  test("A9.7 an expression that stays goes on over syncs and restarts, without a second chain", async () => {
    const rig = await new Rig().start({ f: cron("*/5 * * * *") });
    for (let round = 0; round < 6; round += 1) {
      await rig.sync({ f: cron("*/5 * * * *"), [`other${round}`]: scheduled({ event: "go" }) });
      await rig.restart();
      await rig.advance(5 * minute);
    }
    expect(fired(rig)).toHaveLength(6);
    expect([...rig.rows.tables.jobs.values()].filter(({ kind }) => kind === "cron")).toHaveLength(1);
  });

  test("A9.7 a changed expression stops the old chain and begins its own", async () => {
    const rig = await new Rig().start({ f: cron("*/5 * * * *") });
    await rig.advance(2 * minute);
    await rig.sync({ f: cron("*/7 * * * *") });
    await rig.advance(20 * minute);
    expect(fired(rig).map((at) => at.slice(14, 16))).toEqual(["07", "14", "21"]);
  });

  test("A9.7 a removed function's chain ends; one that comes back begins again", async () => {
    const rig = await new Rig().start({ f: cron("*/5 * * * *") });
    await rig.sync({ other: scheduled({ event: "go" }) });
    await rig.advance(20 * minute);
    expect([fired(rig).length, rig.rows.tables.jobs.size]).toEqual([0, 0]);
    await rig.sync({ f: cron("*/5 * * * *") });
    await rig.advance(5 * minute);
    expect(fired(rig)).toHaveLength(1);
  });

  test("A9.9 decisions row 12: after an outage a schedule fires once, late, and the ticks missed are counted", async () => {
    const rig = await new Rig().start({ f: cron("*/5 * * * *") });
    await rig.advance(5 * minute);
    await rig.engine.stop(0);
    await rig.clock.advance(hour + 2 * minute);
    await rig.restart();
    expect(fired(rig)).toHaveLength(2);
    expect(rig.callsOf("f")[1]?.event.data).toMatchObject({
      scheduledAt: "2026-01-01T00:10:00Z",
      fireAt: "2026-01-01T01:07:00Z",
    });
    expect(rig.controls("f")?.missedTicks).toBe(11);
    await rig.advance(3 * minute);
    expect(fired(rig)).toHaveLength(3);
  });

  test("A9 a paused function's ticks are skipped and not made up", async () => {
    const rig = await new Rig().start({ f: cron("*/5 * * * *") });
    await rig.control("f", { kind: "pause" });
    await rig.advance(10 * minute);
    await rig.control("f", { kind: "resume" });
    await rig.advance(5 * minute);
    expect(rig.statuses("f")).toEqual(["skipped", "skipped", "completed"]);
  });

  test("A9.10 a function that keeps failing is not paused by itself: that is a rule of the hosted free plan", async () => {
    const rig = await new Rig().start({
      f: {
        ...cron("* * * * *"),
        retries: 0,
        script: () => {
          return {
            kind: "failed",
            error: { name: "Error", message: "no" },
            retry: { kind: "never" },
            requestVersion: 2,
          };
        },
      },
    });
    await rig.advance(30 * minute);
    expect(rig.statuses("f").filter((status) => status === "failed")).toHaveLength(30);
  });

  test("A9.11 a run of a schedule can be run again here", async () => {
    const rig = await new Rig().start({ f: cron("0 * * * *") });
    await rig.advance(hour);
    expect((await rig.engine.rerun(rig.run("f").id)).kind).toBe("started");
    await rig.settle();
    expect(rig.callsOf("f").map((call) => call.event.id)).toEqual(Array(2).fill("2026-01-01T01:00:00Z"));
  });
});

describe("C1 registration", () => {
  test.each([
    ["@daily", undefined, '"@daily" is no cron expression: it has not exactly five fields'],
    ["* * * *", undefined, '"* * * *" is no cron expression: it has not exactly five fields'],
    ["0 0 * * * *", undefined, '"0 0 * * * *" is no cron expression: it has not exactly five fields'],
    ["61 * * * *", undefined, '"61 * * * *" is no cron expression'],
    ["TZ=Nowhere/Land 0 0 * * *", undefined, "Nowhere/Land"],
    [`0 0 ${"1,".repeat(130)}1 * *`, undefined, "characters long, at most 255 are allowed"],
    ["0 * * * *", "500ms", 'triggers[0].jitter must be a duration from 1s to 5m, not "500ms"'],
    ["0 * * * *", "6m", 'triggers[0].jitter must be a duration from 1s to 5m, not "6m"'],
    ["0 * * * *", "-5s", 'triggers[0].jitter must be a duration from 1s to 5m, not "-5s"'],
  ])("A9.1 A9.6 C1.3 the schedule %j with jitter %j is refused: %s", async (text, jitter, reason) => {
    const refused = new Rig().start({ f: cron(text, jitter) });
    await expect(refused).rejects.toThrow(reason);
    await expect(refused).rejects.toThrow("Function app-f: triggers[0]");
  });
});
