// A commit: the fence and all rows in one transaction, one statement per row.

import type { RowPut, RowRemoval, RowWrite } from "@stepwell/core";
import type { Fence } from "@stepwell/engine";
import type { Value } from "../driver/driver.ts";
import { Failure } from "../failure.ts";
import type { Connection } from "./connection.ts";
import { layouts } from "./layouts.ts";
import { advanceShard } from "./ownership.ts";
import { storedText } from "./text.ts";

const removals: { readonly [T in RowRemoval["table"]]: string } = {
  jobs: "DELETE FROM jobs WHERE id = ?",
  waits: "DELETE FROM waits WHERE id = ?",
  signals: "DELETE FROM signals WHERE name = ?",
  dedupes: "DELETE FROM dedupes WHERE key = ?",
  bulks: "DELETE FROM bulks WHERE id = ?",
  limits: "DELETE FROM limits WHERE key = ?",
  failureMarks: "DELETE FROM failure_marks WHERE key = ?",
};

/** @throws Failure or SqliteError; nothing is written then, unless the failure is COMMIT_UNKNOWN. */
export function commitRows(connection: Connection, fence: Fence, writes: readonly RowWrite[]): void {
  connection.writing(() => {
    advanceShard(connection, fence, highestSequence(writes));
    for (const write of writes) {
      if (write.kind === "put") connection.run(layouts[write.table].put, valuesOf(write));
      else connection.run(removals[write.table], [storedText(write.key)]);
    }
  });
}

function valuesOf(write: RowPut): readonly Value[] {
  try {
    return putValues(write);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure("ROW_REFUSED", `Row ${write.key} of ${write.table} cannot be stored: ${reason}`, error);
  }
}

function putValues(write: RowPut): readonly Value[] {
  switch (write.table) {
    case "apps":
      return layouts.apps.values(write.row);
    case "functions":
      return layouts.functions.values(write.row);
    case "events":
      return layouts.events.values(write.row);
    case "runs":
      return layouts.runs.values(write.row);
    case "steps":
      return layouts.steps.values(write.row);
    case "attempts":
      return layouts.attempts.values(write.row);
    case "jobs":
      return layouts.jobs.values(write.row);
    case "waits":
      return layouts.waits.values(write.row);
    case "signals":
      return layouts.signals.values(write.row);
    case "dedupes":
      return layouts.dedupes.values(write.row);
    case "limits":
      return layouts.limits.values(write.row);
    case "syncs":
      return layouts.syncs.values(write.row);
    case "failureMarks":
      return layouts.failureMarks.values(write.row);
    case "controls":
      return layouts.controls.values(write.row);
    case "outcomes":
      return layouts.outcomes.values(write.row);
    case "poisons":
      return layouts.poisons.values(write.row);
    case "bulks":
      return layouts.bulks.values(write.row);
  }
}

function highestSequence(writes: readonly RowWrite[]): number {
  let highest = 0;
  for (const write of writes) {
    if (write.kind === "put" && write.table === "events") highest = Math.max(highest, write.row.sequence);
  }
  return highest;
}
