// A day of ordinary traffic behind the demonstration: hundreds of finished runs, and an app whose sync made one of its
// functions fail.

import type { RunPlan } from "./plan.ts";
import type { World } from "./world.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const everyMs = 2 * minute;
/** Since then `create-trial` fails. */
const brokenForMs = 130 * minute;

/** The same numbers each time, between 0 and 1. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const customers = ["cus_Q1x7Rk", "cus_P7dW02", "cus_K33tYa", "cus_Zb81mm", "cus_M04pLx"];

function failing(base: Omit<RunPlan, "steps">, customer: string): RunPlan {
  const message = `No such customer: '${customer}'`;
  const error = {
    name: "StripeError",
    message,
    stack: `StripeError: ${message}\n    at createSubscription (src/billing/trial.ts:31:15)\n    at step.run (src/billing/trial.ts:12:20)\n    at Object.run (node_modules/stepwell/dist/execution.js:118:9)`,
  };
  const begins = [20, 15_300, 61_000, 131_000, 255_000];
  return {
    ...base,
    steps: [
      {
        name: "create-subscription",
        op: "RUN",
        fails: true,
        segments: begins.flatMap((from, index) => {
          const next = begins[index + 1];
          const failed = { kind: "failed" as const, from, until: from + 250 };
          return next === undefined
            ? [failed]
            : [failed, { kind: "retrying" as const, from: from + 250, until: next }];
        }),
        errors: begins.map(() => error),
        input: [{ customer, plan: "pro" }],
      },
    ],
    end: { after: 255_250, status: "FAILED", error, stepName: "create-subscription" },
  };
}

export function addHistory(world: World): void {
  const chance = chances(7);
  const now = world.now();
  let number = 0;
  for (let ago = 20 * minute; ago < day - minute; ago += everyMs * (0.5 + chance())) {
    number += 1;
    const base = {
      id: `01KASNHY${String(number).padStart(18, "0")}`,
      eventIds: [],
      eventName: "user/signup.completed",
      queuedAt: now - ago,
      queuedMs: Math.round(4 + chance() * 30),
    };
    const dice = chance();
    if (dice < 0.3 && ago < brokenForMs) {
      const customer = customers[number % customers.length] ?? "";
      world.runs.set(base.id, failing({ ...base, functionSlug: "billing-create-trial" }, customer));
      continue;
    }
    const functionSlug =
      dice < 0.5 ? "web-send-welcome-email" : dice < 0.8 ? "billing-create-trial" : "web-add-to-crm";
    const ranMs = Math.round(120 + chance() * 700);
    const output = { ok: true, number };
    world.runs.set(base.id, {
      ...base,
      functionSlug,
      steps: [
        {
          name: "work",
          op: "RUN",
          segments: [{ kind: "ran", from: base.queuedMs, until: base.queuedMs + ranMs }],
          output,
        },
      ],
      end: { after: base.queuedMs + ranMs + 4, status: "COMPLETED", output },
    });
  }
}
