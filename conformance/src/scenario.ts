// A scenario: one row of the reference, run once per SDK. Where an SDK cannot, the reason stands in its cell.

import { test } from "vitest";
import { type Kit, type KitName, loadKit } from "./kit.ts";
import { World } from "./world.ts";

export interface ScenarioOptions {
  /** SDKs that lack what the row speaks of, each with the reason. */
  readonly without?: Partial<Readonly<Record<KitName, string>>>;
}

interface Scenario extends ScenarioOptions {
  readonly title: string;
  readonly body: (world: World, kit: Kit) => Promise<void>;
}

/** SDKs stamp events with the machine's clock; a world that is a day ahead of it sees them as past, not as future. */
const aheadMs = 24 * 60 * 60 * 1000;

const scenarios: Scenario[] = [];

/** @param title begins with the row's number, such as `H1.2`. */
export function scenario(title: string, body: Scenario["body"], options: ScenarioOptions = {}): void {
  scenarios.push({ title, body, ...options });
}

/** Makes every scenario a test of one SDK. */
export async function testScenarios(name: KitName): Promise<void> {
  const kit = await loadKit(name);
  await Promise.all([
    import("../scenarios/d-steps.ts"),
    import("../scenarios/c-flow-control.ts"),
    import("../scenarios/c3-idempotency.ts"),
    import("../scenarios/c5-timeouts.ts"),
    import("../scenarios/c6-cancellation.ts"),
    import("../scenarios/c7-concurrency.ts"),
    import("../scenarios/c8-c9-pace.ts"),
    import("../scenarios/c10-debounce.ts"),
    import("../scenarios/c11-batches.ts"),
    import("../scenarios/c12-singleton.ts"),
    import("../scenarios/a9-cron.ts"),
    import("../scenarios/h1-h3-events.ts"),
    import("../scenarios/h5-idempotency.ts"),
    import("../scenarios/h6-time.ts"),
    import("../scenarios/h7-fan-out.ts"),
    import("../scenarios/h8-orchestration.ts"),
    import("../scenarios/h9-system-events.ts"),
    import("../scenarios/h10-h12-client.ts"),
  ]);
  for (const { title, body, without } of scenarios) {
    const reason = without?.[name];
    if (reason !== undefined) test.skip(`${title} [${name}: ${reason}]`, () => {});
    else test(`${title} [${name}]`, () => inWorld(kit, body));
  }
}

async function inWorld(kit: Kit, body: Scenario["body"]): Promise<void> {
  const world = new World(kit, Date.now() + aheadMs);
  try {
    await world.start();
    await body(world, kit);
  } finally {
    await world.close();
  }
}

/** Embedding puts one app into the process. */
export const oneAppOnly = {
  "stepwell embedded": "an embedded engine has the functions of its own process",
} as const;
