// Running `dev` and `start`: from flags to a server that works until it is told to end.

import { readConfigFile } from "./config-file.ts";
import { flagsOf, type Mode } from "./flags.ts";
import { firstGiven, fromEnvironment, type GivenFlags } from "./given.ts";
import { createLog, type Log } from "./log.ts";
import { openStore } from "./open-store.ts";
import { readSettings, type Settings, secretsOf } from "./settings.ts";
import { stopOnSignals } from "./stop-signals.ts";

/** @throws UsageError when what was asked for cannot be done. */
export async function runCommand(mode: Mode, onCommandLine: GivenFlags, version: string): Promise<void> {
  const flags = flagsOf(mode);
  const stated = firstGiven(onCommandLine, fromEnvironment(flags, process.env));
  const file = readConfigFile(flags, process.cwd(), stated.get("config")?.texts.at(-1));
  const settings = readSettings(mode, file === undefined ? stated : firstGiven(stated, file.given));
  const streams = { out: process.stdout, err: process.stderr };
  const log = createLog(settings.logLevel, settings.isJsonLog, streams, secretsOf(settings));
  if (file !== undefined) log.info(`Flags are read from ${file.path} as well.`);
  if (settings.isInsecure) warnInsecure(settings, log);
  const store = openStore(settings);
  const { serve } = await import("./serve.ts");
  const serving = await serve(settings, store, version, log);
  stopOnSignals(() => serving.stop(), log);
  const { url } = serving.listening;
  log.info(`Stepwell ${version} is ready${settings.hasPage ? `. The dashboard is at ${url}` : ` at ${url}`}`);
}

/** At each start (decisions row 11). */
function warnInsecure({ signingKey, eventKeys }: Settings, log: Log): void {
  const open = [
    ...(eventKeys.length === 0 ? ["send events"] : []),
    ...(signingKey === undefined ? ["read and cancel runs, and register apps"] : []),
  ];
  if (open.length > 0)
    log.warn(`Running without keys: everybody who reaches this server can ${open.join(", ")}.`);
}
