// What the log says of runs: a line that a person reads, and ids that a machine follows.

import type { Change } from "@stepwell/core";
import { asEventId, asFunctionId, asRunId } from "@stepwell/protocol";
import { expect, test } from "vitest";
import type { Log } from "../src/log.ts";
import { runLog } from "../src/run-log.ts";

type Line = readonly [level: string, message: string, detail: unknown];

function noted(): { readonly log: Log; readonly lines: Line[] } {
  const lines: Line[] = [];
  const write =
    (level: string) =>
    (message: string, detail?: unknown): void =>
      void lines.push([level, message, detail]);
  const log = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  return { log, lines };
}

const functionId = asFunctionId("f");
const runId = asRunId("R");
const run = {
  id: runId,
  functionId,
  status: "completed",
  queuedAt: 1000,
  endedAt: 3500,
  eventIds: [asEventId("E")],
  sequence: 1,
  order: 1000,
  requestVersion: 2,
  disableImmediateExecution: false,
  batch: 0,
} as const;

test("ends, attempts, events and calls are told with the ids of run, function and event", () => {
  const { log, lines } = noted();
  const observer = runLog(log);
  observer.claimed?.([{ id: functionId, slug: "shop-work" } as never]);
  const error = { name: "TypeError", message: "no" };
  const changes: readonly Change[] = [
    { kind: "event.put", event: { id: asEventId("E"), name: "shop/ordered" } as never },
    {
      kind: "attempt.put",
      functionId,
      attempt: { runId, stepId: "step", attempt: 0, endedAt: 2000, error, retryAt: 12_000 },
    },
    {
      kind: "attempt.put",
      functionId,
      attempt: { runId, stepId: "step", attempt: 1, endedAt: 12_000, error },
    },
    { kind: "run.put", lazy: false, run: { ...run, status: "failed", error } },
    { kind: "run.put", lazy: false, run },
  ];
  observer.committed?.(changes);
  observer.callDone?.({
    functionId,
    functionSlug: "shop-work",
    runId,
    stepId: "step",
    attempt: 0,
    waitedMs: 3,
    durationMs: 12.4,
    answer: { kind: "returned", output: "1" },
  });
  const ids = { runId: "R", function: "shop-work" };
  expect(lines).toEqual([
    ["debug", "Event shop/ordered (E)", { eventId: "E", eventName: "shop/ordered" }],
    [
      "info",
      "shop-work attempt 1 failed, next one in 10.0 s (run R): TypeError: no",
      { ...ids, stepId: "step", attempt: 0, retryAt: 12_000 },
    ],
    [
      "warn",
      "shop-work failed after 2.5 s (run R): TypeError: no",
      { ...ids, eventId: "E", status: "failed", durationMs: 2500 },
    ],
    [
      "info",
      "shop-work completed after 2.5 s (run R)",
      { ...ids, eventId: "E", status: "completed", durationMs: 2500 },
    ],
    [
      "debug",
      "Called shop-work: it returned after 12 ms (run R)",
      { ...ids, stepId: "step", attempt: 0, waitedMs: 3, durationMs: 12.4, answer: "returned" },
    ],
  ]);
});
