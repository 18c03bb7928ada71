// What `dev` and `start` have in common: the engine on SQLite behind the server, a log of what happens, and an end
// that is clean within seconds.

import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Change, FunctionSettings, WaitLookback } from "@stepwell/core";
import { pageDirectory } from "@stepwell/dashboard";
import { createEngine, type Engine, type EngineOptions, systemClock, systemRandom } from "@stepwell/engine";
import { type AppSync, appSync, createServer, httpTransport, type Listening } from "@stepwell/server";
import { sqlite } from "@stepwell/store-sqlite";
import type { Log } from "./log.ts";

/** Flags of both commands. */
export interface CommonFlags {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Seconds; 0 is the backoff table. */
  readonly retryInterval: number;
  readonly queueWorkers: number;
  /** Ms. */
  readonly retention: number;
  readonly waitLookback: WaitLookback;
  readonly ui: boolean;
}

export interface ServeOptions {
  readonly flags: CommonFlags;
  readonly mode: "dev" | "start";
  readonly isKept: boolean;
  readonly eventKeys: readonly string[];
  readonly signingKey?: string;
  readonly isInsecure: boolean;
  readonly version: string;
  readonly log: Log;
}

export interface Serving {
  readonly engine: Engine;
  readonly appSync: AppSync;
  readonly listening: Listening;
  stop(): Promise<void>;
}

/** Open calls get this long to answer; what does not is called again after the next start. */
const stopGraceMs = 3000;

export async function serve(options: ServeOptions): Promise<Serving> {
  const { flags, log, signingKey, mode } = options;
  const keyed = signingKey === undefined ? {} : { signingKey };
  const store = sqlite(databasePath(options));
  const transport = httpTransport(keyed);
  const engine = createEngine({
    store,
    transport,
    clock: systemClock(),
    random: systemRandom(),
    observer: { warn: (message, detail) => log.warn(`${message} ${JSON.stringify(detail)}`) },
    options: engineOptions(flags),
  });
  await engine.start();
  logRuns(engine, log);
  const sync = appSync({ engine, kind: mode === "dev" ? "dev" : "cloud", ...keyed });
  const server = createServer({
    engine,
    mode,
    eventKeys: options.eventKeys,
    isInsecure: options.isInsecure,
    appSync: sync,
    version: options.version,
    ...keyed,
    ...(flags.ui ? { page: pageDirectory } : {}),
    onError: (message, error) => log.error(`${message}: ${error instanceof Error ? error.message : String(error)}`),
  });
  const listening = await listen(server, flags, mode, log);
  const stop = async (): Promise<void> => {
    await listening.close();
    await engine.stop(stopGraceMs);
    await transport.close();
    await store.close();
  };
  return { engine, appSync: sync, listening, stop };
}

function databasePath({ flags, isKept }: ServeOptions): string {
  if (!isKept) return join(tmpdir(), `stepwell-${randomUUID()}`, "main.db");
  mkdirSync(flags.dataDir, { recursive: true });
  return join(flags.dataDir, "main.db");
}

function engineOptions(flags: CommonFlags): EngineOptions {
  return {
    openCallsMax: flags.queueWorkers,
    waitLookback: flags.waitLookback,
    retentionMs: flags.retention,
    ...(flags.retryInterval === 0 ? {} : { retryIntervalMs: flags.retryInterval * 1000 }),
  };
}

/** In dev a port that is taken leads to the next free one, which is said. */
async function listen(server: ReturnType<typeof createServer>, flags: CommonFlags, mode: ServeOptions["mode"], log: Log): Promise<Listening> {
  const attempts = mode === "dev" && flags.port !== 0 ? 20 : 1;
  for (let offset = 0; ; offset += 1) {
    const port = flags.port + offset;
    try {
      const listening = await server.listen({ host: flags.host, port });
      if (offset > 0) log.warn(`Port ${flags.port} is taken; using ${port}.`);
      return listening;
    } catch (error) {
      const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
      if (!isTaken || offset + 1 >= attempts) {
        const reason = isTaken ? `Port ${port} is taken. Choose another with --port.` : String(error);
        throw new Error(reason);
      }
    }
  }
}

/** One line per run that ended. */
function logRuns(engine: Engine, log: Log): void {
  const functions = new Map<string, FunctionSettings>();
  const ready = engine.reader.listFunctions().then((known) => {
    for (const settings of known) functions.set(settings.id, settings);
  });
  engine.onCommitted((changes) => {
    void ready.then(() => {
      for (const change of changes) logChange(change, functions, log);
    });
  });
}

function logChange(change: Change, functions: Map<string, FunctionSettings>, log: Log): void {
  if (change.kind === "function.put") functions.set(change.settings.id, change.settings);
  if (change.kind !== "run.put" || change.run.endedAt === undefined) return;
  const { run } = change;
  const name = functions.get(run.functionId)?.slug ?? run.functionId;
  const line = `${name} ${run.status} in ${(run.endedAt ?? run.queuedAt) - run.queuedAt} ms (run ${run.id})`;
  const detail = { runId: run.id, functionId: run.functionId, status: run.status };
  if (run.status === "failed") log.warn(`${line}: ${run.error?.message ?? ""}`, detail);
  else log.info(line, detail);
}
