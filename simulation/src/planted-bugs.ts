// Bugs that can be planted, to show that the checkers see them: in the store, in the registration, or in the world.

import { nextTick, type RowWrite } from "@stepwell/core";
import type { ModelStore } from "@stepwell/engine/testing";
import type { EventId } from "@stepwell/protocol";

export type PlantedBug =
  | "effects-before-commit"
  | "step-forgotten"
  | "limit-ignored"
  | "whole-runs-ignored"
  | "throttle-ignored"
  | "rate-limit-ignored"
  | "singleton-ignored"
  | "debounce-ignored"
  | "idempotency-ignored"
  | "timeouts-ignored"
  | "batched-event-lost"
  | "batched-event-doubled"
  | "tick-skipped"
  | "tick-repeated"
  | "replay-begins-again"
  | "field-lost"
  | "event-lost";

const leftOut: Readonly<Partial<Record<PlantedBug, readonly string[]>>> = {
  "limit-ignored": ["concurrency"],
  "whole-runs-ignored": ["wholeRuns"],
  "throttle-ignored": ["throttle"],
  "rate-limit-ignored": ["rateLimit"],
  "singleton-ignored": ["singleton"],
  "debounce-ignored": ["debounce"],
  "idempotency-ignored": ["idempotency"],
  "timeouts-ignored": ["timeouts"],
};

const inStore: Readonly<Partial<Record<PlantedBug, (store: ModelStore) => ModelStore>>> = {
  "effects-before-commit": acknowledgingEarly,
  "field-lost": forgettingCauses,
  "batched-event-lost": forgettingBatched,
  "batched-event-doubled": doublingBatched,
  "tick-skipped": skippingTicks,
  "tick-repeated": repeatingTicks,
};

/** What the bug leaves out of every registration, while the checkers expect it. */
export function optionsLeftOut(bug: PlantedBug): readonly string[] {
  return leftOut[bug] ?? [];
}

/** The store with the bug in it; the store itself where the bug stands elsewhere. */
export function plantedStore(bug: PlantedBug, store: ModelStore): ModelStore {
  return inStore[bug]?.(store) ?? store;
}

/** The planted bug of a store whose commits are taken for durable before they are. */
function acknowledgingEarly(store: ModelStore): ModelStore {
  return withCommit(store, (fence, writes) => {
    store.commit(fence, writes).catch(() => {});
    return Promise.resolve();
  });
}

/** A column that was forgotten: memory knows why a call is made, its row does not. */
function forgettingCauses(store: ModelStore): ModelStore {
  return withWrites(store, (write) => {
    if (write.kind !== "put" || write.table !== "jobs" || write.row.kind !== "call") return write;
    const { cause: _, ...row } = write.row;
    return { ...write, row };
  });
}

/** A batch of which memory alone knows the events. */
function forgettingBatched(store: ModelStore): ModelStore {
  return withWrites(store, (write) =>
    write.kind === "put" && write.table === "limits" && write.row.kind === "batch-event" ? undefined : write,
  );
}

/** A batch whose rows name the event before in place of each. */
function doublingBatched(store: ModelStore): ModelStore {
  let before: EventId | undefined;
  return withWrites(store, (write) => {
    if (write.kind !== "put" || write.table !== "limits" || write.row.kind !== "batch-event") return write;
    const eventId = before ?? write.row.eventId;
    before = write.row.eventId;
    return { ...write, row: { ...write.row, eventId } };
  });
}

/** A schedule whose row is a tick ahead of memory. */
function skippingTicks(store: ModelStore): ModelStore {
  return withWrites(store, (write) => {
    if (write.kind !== "put" || write.table !== "jobs" || write.row.kind !== "cron") return write;
    const { cron, scheduledAt } = write.row;
    const after = nextTick(cron, scheduledAt) ?? scheduledAt;
    return { ...write, row: { ...write.row, scheduledAt: after, dueAt: after } };
  });
}

/** A schedule whose row is a tick behind memory, with nothing that tells the second tick from the first. */
function repeatingTicks(store: ModelStore): ModelStore {
  const before = new Map<string, RowWrite>();
  return withWrites(store, (write) => {
    if (write.kind === "put" && write.table === "dedupes") return undefined;
    if (write.kind !== "put" || write.table !== "jobs" || write.row.kind !== "cron") return write;
    const stale = before.get(write.key) ?? write;
    before.set(write.key, write);
    return stale;
  });
}

/** @param change what is stored in a write's place; undefined for nothing. */
function withWrites(store: ModelStore, change: (write: RowWrite) => RowWrite | undefined): ModelStore {
  return withCommit(store, (fence, writes) =>
    store.commit(
      fence,
      writes.flatMap((write) => change(write) ?? []),
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
