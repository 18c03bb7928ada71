// One line per run that ended, and at debug level per event.

import type { Change, Run } from "@stepwell/core";
import type { Engine } from "@stepwell/engine";
import type { Log } from "./log.ts";

/** Writes until the returned function is called. */
export async function logRuns(engine: Engine, log: Log): Promise<() => void> {
  const slugs = new Map<string, string>();
  for (const { id, slug } of await engine.reader.listFunctions()) slugs.set(id, slug);
  return engine.onCommitted((changes) => {
    for (const change of changes) logChange(change, slugs, log);
  });
}

function logChange(change: Change, slugs: Map<string, string>, log: Log): void {
  switch (change.kind) {
    case "function.put":
      slugs.set(change.settings.id, change.settings.slug);
      return;
    case "event.put":
      log.debug(`Event ${change.event.name} (${change.event.id})`);
      return;
    case "run.put":
      if (change.run.endedAt !== undefined) logEnd(change.run, slugs.get(change.run.functionId), log);
      return;
    default:
      return;
  }
}

function logEnd(run: Run, slug: string | undefined, log: Log): void {
  const took = words((run.endedAt ?? run.queuedAt) - run.queuedAt);
  const line = `${slug ?? run.functionId} ${run.status} after ${took} (run ${run.id})`;
  const detail = { runId: run.id, functionId: run.functionId, status: run.status };
  if (run.status === "failed")
    log.warn(`${line}: ${run.error?.name ?? "Error"}: ${run.error?.message ?? ""}`, detail);
  else log.info(line, detail);
}

function words(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}
