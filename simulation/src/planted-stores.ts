// Stores with a bug planted in them, to show that the checkers see it.

import type { ModelStore } from "@stepwell/engine/testing";

/** The planted bug of a store whose commits are taken for durable before they are. */
export function acknowledgingEarly(store: ModelStore): ModelStore {
  return withCommit(store, (fence, writes) => {
    store.commit(fence, writes).catch(() => {});
    return Promise.resolve();
  });
}

/** A column that was forgotten: memory knows why a call is made, its row does not. */
export function forgettingCauses(store: ModelStore): ModelStore {
  return withCommit(store, (fence, writes) =>
    store.commit(
      fence,
      writes.map((write) => {
        if (write.kind !== "put" || write.table !== "jobs" || write.row.kind !== "call") return write;
        const { cause: _, ...row } = write.row;
        return { ...write, row };
      }),
    ),
  );
}

function withCommit(store: ModelStore, commit: ModelStore["commit"]): ModelStore {
  return new Proxy(store, {
    get(target, key) {
      if (key === "commit") return commit;
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
