// The waits that an event ended and the runs that it cancelled, with the functions of those runs.

import type { EventId, RunId } from "@stepwell/protocol";
import type { WaitOutcome } from "@stepwell/protocol/rest";
import type { ServerContext } from "../../server-context.ts";
import { functionReference, type Known } from "../../views/directory.ts";

/** An event may resume a million runs; a page shows the first. */
const shownMax = 50;

export async function waitOutcomes(
  server: ServerContext,
  eventId: EventId,
  known: Known,
): Promise<readonly WaitOutcome[]> {
  const { reader } = server.engine;
  const [steps, runs] = await Promise.all([reader.stepsResumedBy(eventId), reader.runsCancelledBy(eventId)]);
  const resumed = await Promise.all(
    steps.slice(0, shownMax).map(async ({ runId, name }): Promise<readonly WaitOutcome[]> => {
      const reference = await functionOf(server, runId, known);
      return reference === undefined ? [] : [{ kind: "resumed", runId, function: reference, stepName: name }];
    }),
  );
  const cancelled = runs.slice(0, shownMax).map(
    (run): WaitOutcome => ({
      kind: "cancelled",
      runId: run.id,
      function: functionReference(known, run.functionId),
    }),
  );
  return [...resumed.flat(), ...cancelled];
}

async function functionOf(server: ServerContext, runId: RunId, known: Known) {
  const detail = await server.engine.reader.readRun(runId);
  return detail === undefined ? undefined : functionReference(known, detail.run.functionId);
}
