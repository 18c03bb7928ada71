// One page of a bulk operation, decided on what was read for another moment.

import { asBulkId, asEventId, asFunctionId, asJobId, asRunId } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import {
  type Bulk,
  type Change,
  decide,
  type Facts,
  type FunctionSettings,
  type Run,
  Window,
} from "../src/index.ts";

const now = 1_000_000;
const bulkId = asBulkId("bulk");
const functionId = asFunctionId("f");

const settings: FunctionSettings = JSON.parse(
  JSON.stringify({ id: functionId, slug: "app-f", appId: "app", appName: "app", triggers: [], cancelOn: [] }),
);

const bulk: Bulk = {
  id: bulkId,
  kind: "cancel",
  selection: { statuses: ["queued", "running"], until: now },
  status: "running",
  createdAt: 0,
  done: 0,
  skipped: {},
};

function aRun(id: string): Run {
  return {
    id: asRunId(id),
    functionId,
    status: "running",
    queuedAt: 1,
    eventIds: [asEventId("e")],
    sequence: 1,
    order: 1,
    requestVersion: -1,
    disableImmediateExecution: false,
    batch: 0,
  };
}

/** What the job of the operation decides. */
function decidePage(row: Partial<Bulk>, facts: Facts) {
  const window = new Window(1, 0, {
    waitLookback: { kind: "none" },
    stepsMax: 10,
    waitsPerDecision: 10,
    callsPerLane: 10,
    stateSizeMax: 10,
    stepOutputMax: 10,
    batchSizeMax: 10,
    prioritySecondsMax: 10,
  });
  const id = asJobId("bulk:bulk");
  window.apply({ kind: "function.put", settings });
  window.apply({ kind: "bulk.put", bulk: { ...bulk, ...row } });
  window.apply({ kind: "job.put", job: { kind: "bulk", id, bulkId, dueAt: now } });
  return decide(window, { kind: "job-due", jobId: id }, now, facts);
}

const page = (runs: readonly string[], more: object = {}): Facts => ({
  selected: { bulkId, runs: runs.map((id) => ({ run: aRun(id), events: [] })), ...more },
});

function jobsOf(changes: readonly Change[]): readonly string[] {
  return changes.flatMap((change) => (change.kind === "job.put" ? [change.job.id] : []));
}

describe("a page of a bulk operation", () => {
  test("C6.13 each run gets a job, and the row says where the next page begins", () => {
    const decision = decidePage({}, page(["a", "b"], { next: "p2" }));
    if (decision.kind !== "decided") throw new Error("It is not decided.");
    expect(jobsOf(decision.changes)).toEqual(["a:cancel:bulk", "b:cancel:bulk", "bulk:bulk"]);
    expect(decision.changes).toContainEqual({
      kind: "bulk.put",
      bulk: { ...bulk, done: 2, position: { page: "p2" } },
    });
  });

  const stale: readonly { what: string; row: Partial<Bulk>; facts: Facts }[] = [
    { what: "nothing", row: {}, facts: {} },
    {
      what: "the first page, when it is at the second",
      row: { position: { page: "p2" } },
      facts: page(["a"]),
    },
    { what: "the second page, when it is at the first", row: {}, facts: page(["a"], { page: "p2" }) },
    {
      what: "a page of another operation",
      row: {},
      facts: page(["a"], { bulkId: asBulkId("other") }),
    },
  ];
  for (const { what, row, facts } of stale) {
    test(`C6.13 having read ${what}, it reads the page where it is`, () => {
      const decision = decidePage(row, facts);
      expect(decision).toMatchObject({
        kind: "missing",
        needs: [{ kind: "selection", bulkId, selection: bulk.selection, ...row.position }],
      });
    });
  }

  test("C6.13 runs up to its place in a page that it read again are not told twice", () => {
    const after = { queuedAt: 1, id: asRunId("b") };
    const decision = decidePage({ done: 2, position: { after } }, page(["a", "b", "c"]));
    if (decision.kind !== "decided") throw new Error("It is not decided.");
    expect(jobsOf(decision.changes)).toEqual(["c:cancel:bulk"]);
    expect(decision.changes).toContainEqual({
      kind: "bulk.put",
      bulk: { ...bulk, done: 3, status: "done", endedAt: now },
    });
  });

  for (const status of ["held", "stopped", "done"] as const) {
    test(`C6.13 ${status} it tells no run and its job ends`, () => {
      expect(decidePage({ status }, page(["a"]))).toEqual({
        kind: "decided",
        changes: [{ kind: "job.remove", jobId: "bulk:bulk", runId: undefined }],
        effects: [],
      });
    });
  }

  test("C6.13 an empty page that goes on is passed over", () => {
    const decision = decidePage({}, page([], { next: "p2" }));
    if (decision.kind !== "decided") throw new Error("It is not decided.");
    expect(jobsOf(decision.changes)).toEqual(["bulk:bulk"]);
    expect(decision.changes).toContainEqual({
      kind: "bulk.put",
      bulk: { ...bulk, position: { page: "p2" } },
    });
  });
});
