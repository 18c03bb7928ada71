// GET /api/v2/syncs: what each sync changed, and what failed since.

import type { SyncLog } from "@stepwell/core";
import { asFunctionId } from "@stepwell/protocol";
import type { SyncRecord } from "@stepwell/protocol/rest";
import type { Route } from "../../http/route.ts";
import { syncRecord, syncsQuery } from "../../schemas/sync.ts";
import type { ServerContext } from "../../server-context.ts";
import type { Known } from "../../views/directory.ts";
import { timestamp } from "../../views/time.ts";
import { restList, wholeList } from "./rest-route.ts";
import { appNamed } from "./run-filter.ts";

const syncsMax = 50;

export const syncRoute: Route = restList({
  method: "get",
  path: "/syncs",
  id: "listSyncs",
  tag: "Apps",
  summary: "Syncs that changed something or failed, newest first; at most 50",
  query: syncsQuery,
  item: syncRecord,
  async handle({ server, query }) {
    const known = await server.directory.read();
    const appId = query.appId === undefined ? {} : { appId: appNamed(query.appId, known) };
    const logs = await server.engine.reader.listSyncs({ ...appId, limit: syncsMax });
    const nextOf = nextSyncs(logs);
    return wholeList(await Promise.all(logs.map((log) => recordOf(log, nextOf.get(log), server, known))));
  },
});

/** When each app's next successful sync came; logs are newest first. */
function nextSyncs(logs: readonly SyncLog[]): ReadonlyMap<SyncLog, number> {
  const next = new Map<SyncLog, number>();
  const latest = new Map<string, number>();
  for (const log of logs) {
    const after = latest.get(log.appId);
    if (after !== undefined) next.set(log, after);
    if (log.error === undefined) latest.set(log.appId, log.at);
  }
  return next;
}

async function recordOf(
  log: SyncLog,
  nextAt: number | undefined,
  server: ServerContext,
  known: Known,
): Promise<SyncRecord> {
  const { id, appId, appName, at, changes, unchanged, appVersion, error } = log;
  const failedSince = error === undefined ? await failedRuns(log, nextAt, server, known) : undefined;
  return {
    id,
    appId,
    appName,
    at: timestamp(at),
    status: error === undefined ? "SUCCESS" : "FAILED",
    ...(changes === undefined ? {} : { changes }),
    ...(unchanged === undefined ? {} : { unchanged }),
    ...(appVersion === undefined ? {} : { appVersion }),
    ...(failedSince === undefined ? {} : { failedSince }),
    ...(error === undefined ? {} : { error }),
  };
}

/** Runs of the functions that it added or changed, failed before the next sync. */
async function failedRuns(
  { at, changes = [] }: SyncLog,
  nextAt: number | undefined,
  server: ServerContext,
  known: Known,
): Promise<number> {
  const slugs = new Set(changes.filter(({ change }) => change !== "removed").map(({ slug }) => slug));
  const functionIds = known.functions.filter(({ slug }) => slugs.has(slug)).map(({ id }) => asFunctionId(id));
  if (functionIds.length === 0) return 0;
  const until = nextAt === undefined ? {} : { until: nextAt };
  const failed = { statuses: ["failed"] as const, timeField: "endedAt" as const, functionIds, from: at };
  return await server.engine.reader.countRuns({ ...failed, ...until, limit: 1 });
}
