// The store's contract as tests: every promise of ports/store.ts and ports/reader.ts. A store that has not passed
// does not exist. The test framework is an argument, so that the engine depends on none.

import { bulkContract } from "./contract/bulks.ts";
import { atomicityContract, durabilityContract, fenceContract } from "./contract/commit.ts";
import { figuresContract } from "./contract/figures.ts";
import { historyContract } from "./contract/history.ts";
import { jobLoadContract, keyLoadContract, runLoadContract } from "./contract/loads.ts";
import { eventListContract, queueContract, runDetailContract, runListContract } from "./contract/reader.ts";
import { type ContractApi, type ContractPart, type OpenedStore, sessionTests } from "./contract/session.ts";
import { waitContract } from "./contract/waits.ts";

export type { ContractApi, OpenedStore } from "./contract/session.ts";

/**
 * Registers the contract's tests for one store.
 *
 * @param api - the test framework's `describe`, `test` and `expect`.
 * @param open - opens a new, empty database; called once per test.
 * @example storeContract({ describe, test, expect }, "my store", openMine);
 */
export function storeContract(api: ContractApi, name: string, open: () => Promise<OpenedStore>): void {
  const part: ContractPart = { expect: api.expect, test: sessionTests(api, open) };
  const parts: readonly (readonly [string, (part: ContractPart) => void])[] = [
    ["the fence", fenceContract],
    ["all or nothing", atomicityContract],
    ["durability", durabilityContract],
    ["loading runs", runLoadContract],
    ["loading jobs", jobLoadContract],
    ["loading by key", keyLoadContract],
    ["waits", waitContract],
    ["lists of runs", runListContract],
    ["figures", figuresContract],
    ["details", runDetailContract],
    ["queue", queueContract],
    ["lists of events", eventListContract],
    ["bulk operations", bulkContract],
    ["retention", historyContract],
  ];
  for (const [title, register] of parts) api.describe(`${name}: ${title}`, () => register(part));
}
