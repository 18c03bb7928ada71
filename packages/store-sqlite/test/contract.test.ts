// SQLite passes the store's contract.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "@stepwell/engine";
import { storeContract } from "@stepwell/engine/testing";
import { sqlite } from "@stepwell/store-sqlite";
import { describe, expect, test } from "vitest";

storeContract({ describe, test, expect }, "SQLite", async () => {
  const directory = await mkdtemp(join(tmpdir(), "stepwell-sqlite-"));
  const path = join(directory, "stepwell.db");
  let store: Store = sqlite(path);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = sqlite(path);
      return store;
    },
    dispose: async () => {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
});

// A database in memory has no second life: opening it again is another claim on the same handle.
storeContract({ describe, test, expect }, "SQLite in memory", async () => {
  const store = sqlite(":memory:");
  return { store, reopen: async () => store, dispose: () => store.close() };
});
