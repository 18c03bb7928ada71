// Events and their outcomes as the REST API shows them.

import type { Outcome, Run, StoredEvent } from "@stepwell/core";
import type { Json } from "@stepwell/protocol";
import type { EventOutcomes, EventView, FunctionOutcome } from "@stepwell/protocol/rest";
import { type Directory, functionReference, restStatus, time } from "./run-view.ts";

const listedDataMax = 2048;

export function eventView(event: StoredEvent, isListed: boolean): EventView {
  const payload = JSON.parse(event.text) as { readonly data: Json; readonly user?: Json; readonly v?: string };
  const dataBytes = Buffer.byteLength(JSON.stringify(payload.data));
  const isSystem = event.name.startsWith("inngest/");
  return {
    id: event.id,
    externalId: event.externalId,
    name: event.name,
    receivedAt: time(event.receivedAt),
    ts: time(event.ts),
    isSystem,
    ...(isListed && dataBytes > listedDataMax ? {} : { data: payload.data }),
    dataBytes,
    ...(payload.user === undefined ? {} : { user: payload.user }),
    ...(payload.v === undefined ? {} : { v: payload.v }),
    source: isSystem ? { kind: "engine", ...(event.sourceRunId === undefined ? {} : { runId: event.sourceRunId }) } : { kind: "api" },
  };
}

/** Runs first, then the functions that the event did not start, each with the reason (decisions row 6). */
export function outcomesView(runs: readonly Run[], outcomes: readonly Outcome[], directory: Directory): EventOutcomes {
  const created = runs
    .filter((run) => run.originalRunId === undefined)
    .map((run): FunctionOutcome => ({
      function: functionReference(directory, run.functionId),
      outcome: { kind: "run-created", runId: run.id, runStatus: restStatus[run.status] },
    }));
  const others = outcomes.map((outcome): FunctionOutcome => ({
    function: functionReference(directory, outcome.functionId),
    outcome: outcome.reason,
  }));
  return { functions: [...created, ...others], waits: [] };
}
