// The simulation keeps the promises on some seeds here (many more by command), replays exactly, and its checkers see
// bugs that are planted.

import { asEventId } from "@stepwell/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import { MirroredRows } from "../src/mirrored-rows.ts";
import type { PlantedBug } from "../src/planted-bugs.ts";
import { makePrograms } from "../src/program.ts";
import { Scheduler } from "../src/scheduler.ts";
import { simulate } from "../src/simulate.ts";

const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

describe("simulation", () => {
  test("no seed breaks a promise under crashes, lost answers and failed, refused or ambiguous commits", async () => {
    for (const seed of seeds) {
      const { violation } = await simulate(seed);
      expect(violation, `seed ${seed}`).toBeUndefined();
    }
  }, 120_000);

  test("a seed replays exactly", async () => {
    const first = await simulate(7);
    expect(await simulate(7)).toEqual(first);
  });

  const bugs: readonly PlantedBug[] = [
    "effects-before-commit",
    "step-forgotten",
    "limit-ignored",
    "whole-runs-ignored",
    "throttle-ignored",
    "rate-limit-ignored",
    "singleton-ignored",
    "debounce-ignored",
    "idempotency-ignored",
    "timeouts-ignored",
    "batched-event-lost",
    "batched-event-doubled",
    "tick-skipped",
    "tick-repeated",
    "replay-begins-again",
    "field-lost",
    "event-lost",
  ];
  // Some bugs need a crash at one moment of a rare operation.
  const searched = 400;
  test.each(bugs)(
    "the checkers see the planted bug %s",
    async (bug) => {
      for (let seed = 1; seed <= searched; seed += 1)
        if ((await simulate(seed, { bug })).violation !== undefined) return;
      throw new Error(`The checkers saw nothing on ${searched} seeds.`);
    },
    300_000,
  );
});

describe("SQLite beside the model", () => {
  const scheduler = new Scheduler(1);
  const programs = makePrograms(scheduler);
  const event = {
    id: asEventId("01H00000000000000000000001"),
    sequence: 1,
    receivedAt: 5,
    name: "go",
    externalId: "x",
    ts: 5,
    text: "{}",
  };

  test("every fifth world has it, and neither row nor answer differs", async () => {
    expect((await simulate(5)).violation).toBeUndefined();
    expect((await simulate(6, { withSqlite: true })).violation).toBeUndefined();
  });

  test("a row that one of both lacks, or has otherwise, is seen", async () => {
    const rows = new MirroredRows();
    onTestFinished(() => rows.close());
    rows.epoch = 1;
    rows.write(1, [{ kind: "put", table: "events", key: event.id, row: event }]);
    expect(await rows.difference(scheduler, programs, 10)).toBeUndefined();
    rows.tables.events.set(event.id, { ...event, text: "{ }" });
    expect(await rows.difference(scheduler, programs, 10)).toContain("The table events");
    rows.tables.events.delete(event.id);
    expect(await rows.difference(scheduler, programs, 10)).toContain(
      "has 1 rows in SQLite and 0 in the model",
    );
  });
});
