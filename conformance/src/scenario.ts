// A scenario: one row of the reference, run once per SDK. Where an SDK cannot, the reason stands in its cell.

import { test } from "vitest";
import { type Kit, type KitName, kits } from "./kit.ts";
import { World } from "./world.ts";

export interface ScenarioOptions {
  /** SDKs that lack what the row speaks of, each with the reason. */
  readonly without?: Partial<Readonly<Record<KitName, string>>>;
  /** Start of time, unix ms. */
  readonly startAt?: number;
}

/** SDKs stamp events with the machine's clock; a world that is a day ahead of it sees them as past, not as future. */
const aheadMs = 24 * 60 * 60 * 1000;

/** @param title begins with the row's number, such as `H1.2`. */
export function scenario(title: string, body: (world: World, kit: Kit) => Promise<void>, options: ScenarioOptions = {}): void {
  for (const kit of kits) {
    const reason = options.without?.[kit.name];
    if (reason !== undefined) {
      test.skip(`${title} [${kit.name}: ${reason}]`, () => {});
      continue;
    }
    test(`${title} [${kit.name}]`, async () => {
      const world = new World(kit, options.startAt ?? Date.now() + aheadMs);
      try {
        await world.start();
        await body(world, kit);
      } finally {
        await world.close();
      }
    });
  }
}

/** Embedding puts one app into the process. */
export const oneAppOnly = { "stepwell embedded": "an embedded engine has the functions of its own process" } as const;
