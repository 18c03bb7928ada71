// Runs at the edges of what the page has to show: a thousand steps, forty branches, thirty days, very long names.

import type { RunPlan, StepPlan } from "./plan.ts";
import type { World } from "./world.ts";

const day = 86_400_000;

const ran = (name: string, from: number, ms: number, more: Partial<StepPlan> = {}): StepPlan => ({
  name,
  op: "RUN",
  segments: [{ kind: "ran", from, until: from + ms }],
  output: { ok: true },
  ...more,
});

/** Ids of the runs. */
export const edgeRuns = {
  thousandSteps: "01KASNED000000000000000001",
  fortyBranches: "01KASNED000000000000000002",
  thirtyDays: "01KASNED000000000000000003",
  longNames: "01KASNED000000000000000004",
} as const;

export function addEdges(world: World): void {
  const now = world.now();
  const add = (id: string, queuedAt: number, steps: readonly StepPlan[], after: number): void => {
    const plan: RunPlan = {
      id,
      functionSlug: "web-orchestrate-onboarding",
      eventIds: [],
      eventName: "user/signup.completed",
      queuedAt,
      queuedMs: 4,
      steps,
      end: { after, status: "COMPLETED", output: { steps: steps.length } },
    };
    world.runs.set(id, plan);
  };
  add(
    edgeRuns.thousandSteps,
    now - 3_600_000,
    Array.from({ length: 1000 }, (_, index) => ran(`step-${index + 1}`, 10 + index * 50, 40)),
    50_100,
  );
  const branches = Array.from({ length: 40 }, (_, index) =>
    ran(`branch-${index + 1}`, 100, 200 + index * 37, { parallelSet: 1 }),
  );
  add(
    edgeRuns.fortyBranches,
    now - 3_600_000,
    [ran("fan-out", 10, 60), ...branches, ran("join", 1900, 80)],
    2000,
  );
  add(
    edgeRuns.thirtyDays,
    now - 31 * day,
    Array.from({ length: 30 }, (_, index) => [
      ran(`remind-${index + 1}`, index * day + 10, 90),
      {
        name: `until-day-${index + 2}`,
        op: "SLEEP" as const,
        segments: [{ kind: "sleeping" as const, from: index * day + 110, until: (index + 1) * day }],
        dueAfter: (index + 1) * day,
      },
    ]).flat(),
    30 * day + 50,
  );
  const long = (word: string): string => `${word}-`.repeat(24).slice(0, 119).concat("x");
  add(edgeRuns.longNames, now - 60_000, [ran(long("load"), 10, 900), ran(long("store"), 950, 700)], 1700);
}
