// The model store passes the contract, and its faults are what they say.

import { describe, expect, test } from "vitest";
import { aRun, put, runId } from "../src/testing/contract/rows.ts";
import { ModelRows } from "../src/testing/model-rows.ts";
import { type CommitFault, type ModelStore, modelStore } from "../src/testing/model-store.ts";
import { storeContract } from "../src/testing/store-contract.ts";

storeContract({ describe, test, expect }, "model store", async () => {
  let store = modelStore();
  return {
    store,
    reopen: async () => {
      store.crash();
      store = modelStore(store.rows);
      return store;
    },
    dispose: () => store.close(),
  };
});

async function isStored(store: ModelStore, name: string): Promise<boolean> {
  return (await modelStore(store.rows).loadRuns([runId(name)])).length === 1;
}

describe("faults of the model store", () => {
  const cases: readonly { fault: CommitFault; code: string; stored: boolean }[] = [
    { fault: "unavailable", code: "STORE_UNAVAILABLE", stored: false },
    { fault: "refused", code: "ROW_REFUSED", stored: false },
    { fault: "unknown-written", code: "COMMIT_UNKNOWN", stored: true },
    { fault: "unknown-not-written", code: "COMMIT_UNKNOWN", stored: false },
  ];
  for (const { fault, code, stored } of cases) {
    test(`a commit that is ${fault} rejects with ${code} and is ${stored ? "" : "not "}stored`, async () => {
      const store = modelStore(new ModelRows(), { faultOf: () => fault });
      const { epoch } = await store.claim();
      await expect(store.commit({ epoch, commit: 1 }, [put("runs", aRun("a"))])).rejects.toMatchObject({
        code,
      });
      expect(await isStored(store, "a")).toBe(stored);
      expect(store.rows.commit).toBe(stored ? 1 : 0);
    });
  }

  test("lost commits are gone with their rows, and the next number is refused", async () => {
    const store = modelStore();
    const { epoch } = await store.claim();
    await store.commit({ epoch, commit: 1 }, [put("runs", aRun("a"))]);
    await store.commit({ epoch, commit: 2 }, [put("runs", aRun("a", { batch: 9 })), put("runs", aRun("b"))]);
    store.rows.loseCommits(1);
    expect(await isStored(store, "b")).toBe(false);
    expect((await store.loadRuns([runId("a")]))[0]?.run).toEqual(aRun("a"));
    await expect(store.commit({ epoch, commit: 3 }, [])).rejects.toMatchObject({ code: "EPOCH_LOST" });
  });

  test("a crash before a call's effect leaves nothing, and its promise never settles", async () => {
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const store = modelStore(new ModelRows(), {
      beforeEach: async (method) => {
        if (method !== "commit") return;
        arrive();
        await held;
      },
    });
    const { epoch } = await store.claim();
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    store.commit({ epoch, commit: 1 }, [put("runs", aRun("a"))]).then(settle, settle);
    await arrived;
    store.crash();
    release();
    expect(await isStored(store, "a")).toBe(false);
    expect(isSettled).toBe(false);
  });

  test("delays do not change the order of effects", async () => {
    const releases: (() => void)[] = [];
    const store = modelStore(new ModelRows(), {
      beforeEach: (method) =>
        method === "commit" ? new Promise((resolve) => releases.push(resolve)) : Promise.resolve(),
    });
    const { epoch } = await store.claim();
    const commit = store.commit({ epoch, commit: 1 }, [put("runs", aRun("a"))]);
    const load = store.loadRuns([runId("a")]);
    await Promise.resolve().then(() => undefined);
    releases.shift()?.();
    await commit;
    expect((await load).length).toBe(1);
  });
});
