// The simulation keeps the promises on some seeds here (many more by command), replays exactly, and its checkers see
// bugs that are planted.

import { describe, expect, test } from "vitest";
import { type PlantedBug, simulate } from "../src/simulate.ts";

const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

describe("simulation", () => {
  test("no seed breaks a promise under crashes, lost answers and failed, refused or ambiguous commits", async () => {
    for (const seed of seeds) {
      const { violation } = await simulate(seed);
      expect(violation, `seed ${seed}`).toBeUndefined();
    }
  });

  test("a seed replays exactly", async () => {
    const first = await simulate(7);
    expect(await simulate(7)).toEqual(first);
  });

  const bugs: readonly PlantedBug[] = [
    "effects-before-commit",
    "step-forgotten",
    "limit-ignored",
    "replay-begins-again",
    "field-lost",
    "event-lost",
  ];
  test.each(bugs)("the checkers see the planted bug %s", async (bug) => {
    const violations: string[] = [];
    for (const seed of seeds) {
      const { violation } = await simulate(seed, { bug });
      if (violation !== undefined) violations.push(violation);
    }
    expect(violations.length).toBeGreaterThan(0);
  });
});
