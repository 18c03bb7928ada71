// Running `dev` and `start`: from flags to a server that works until it is told to end.

import { startDiscovery } from "@stepwell/server";
import type { Command } from "commander";
import { readEnvironment } from "./environment.ts";
import { createLog, type Log } from "./log.ts";
import { type CommonFlags, serve, type Serving } from "./serve.ts";
import type { LogLevel } from "./settings.ts";
import { stopOnSignals } from "./stop-signals.ts";

export interface Flags extends CommonFlags {
  readonly sdkUrl: readonly string[];
  readonly sqliteDir?: string;
  readonly pollInterval?: number;
  readonly logLevel?: LogLevel;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly redisUri?: string;
  readonly config?: string;
  readonly discovery?: boolean;
  readonly poll?: boolean;
  readonly persist?: boolean;
  readonly eventKey?: readonly string[];
  readonly signingKey?: string;
  readonly insecure?: boolean;
}

const pollIntervalDevSeconds = 5;

export async function runCommand(command: Command, mode: "dev" | "start", version: string): Promise<void> {
  readEnvironment(command, process.env);
  const flags = command.opts<Flags>();
  refuse(command, flags, mode);
  const log = createLog(flags.logLevel ?? (flags.verbose ? "debug" : "info"), flags.json ?? false);
  const isInsecure = mode === "start" && flags.insecure === true;
  if (isInsecure) log.warn("Running without keys: everybody who reaches this server can send events, read runs and register apps.");
  const serving = await serve({
    flags: { ...flags, dataDir: flags.sqliteDir ?? flags.dataDir },
    mode,
    isKept: mode === "start" || flags.persist !== false,
    eventKeys: flags.eventKey ?? [],
    ...(flags.signingKey === undefined ? {} : { signingKey: flags.signingKey }),
    isInsecure,
    version,
    log,
  });
  const discovery = watchApps(serving, flags, mode, log);
  stopOnSignals(async () => {
    discovery.stop();
    await serving.stop();
  }, log);
  const { url } = serving.listening;
  log.info(flags.ui ? `Stepwell is ready. The dashboard is at ${url}` : `Stepwell is ready at ${url}`);
}

/** What cannot work is refused with a sentence before anything starts. */
function refuse(command: Command, flags: Flags, mode: "dev" | "start"): void {
  if (flags.redisUri !== undefined) {
    command.error("error: --redis-uri is not needed: SQLite (or PostgreSQL) holds everything, queue included. Leave it out.");
  }
  if (flags.config !== undefined) {
    command.error("error: --config is not offered. Give flags, or environment variables such as STEPWELL_PORT.");
  }
  if (mode !== "start" || flags.insecure === true) return;
  if (flags.signingKey === undefined || (flags.eventKey ?? []).length === 0) {
    command.error(
      "error: stepwell start needs --event-key and --signing-key (or STEPWELL_EVENT_KEY and STEPWELL_SIGNING_KEY).\n" +
        "Make a signing key with: openssl rand -hex 32. To run without keys on purpose, add --insecure.",
    );
  }
  if (!/^(signkey-\w+-)?([0-9a-fA-F]{2})+$/.test(flags.signingKey)) {
    command.error("error: --signing-key must be hexadecimal with an even number of digits. Make one with: openssl rand -hex 32");
  }
}

function watchApps(serving: Serving, flags: Flags, mode: "dev" | "start", log: Log) {
  const seconds = flags.pollInterval ?? (mode === "dev" ? pollIntervalDevSeconds : 0);
  const isPolling = flags.poll !== false && seconds > 0;
  return startDiscovery({
    engine: serving.engine,
    appSync: serving.appSync,
    urls: flags.sdkUrl,
    isDiscovering: mode === "dev" && flags.discovery !== false && flags.sdkUrl.length === 0,
    isPolling,
    pollIntervalMs: Math.max(1, isPolling ? seconds : pollIntervalDevSeconds) * 1000,
    ownPort: serving.listening.port,
    ...(Number(process.env["PORT"]) > 0 ? { extraPort: Number(process.env["PORT"]) } : {}),
    onSynced: (url) => log.info(`Synced the app at ${url}`),
    onFailed: (_url, reason) => log.warn(reason),
  });
}
