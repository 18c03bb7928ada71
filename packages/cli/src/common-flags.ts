// Flags that `dev` and `start` share (semantics G1, G2).

import { type Command, Option } from "commander";
import { duration, logLevel, waitLookback, wholeNumber } from "./settings.ts";

export interface SharedDefaults {
  readonly host: string;
  readonly retention: string;
}

export function addCommonFlags(command: Command, defaults: SharedDefaults): Command {
  const oneYearMs = 366 * 86_400_000;
  return command
    .option("-u, --sdk-url <url...>", "address of an app, such as http://localhost:3000/api/inngest; repeatable", [])
    .option("--host <host>", "address to listen on", defaults.host)
    .option("-p, --port <port>", "port for events, API and page", wholeNumber(0, 65_535), 8288)
    .option("--data-dir <dir>", "folder of everything that is kept", ".stepwell")
    .addOption(new Option("--sqlite-dir <dir>", "the same as --data-dir").hideHelp())
    .option("--retry-interval <seconds>", "fixed delay before each retry; 0 for the backoff table", wholeNumber(0, oneYearMs), 0)
    .option("--queue-workers <count>", "most calls at once", wholeNumber(1, 100_000), 100)
    .option("--tick <ms>", "accepted for compatibility: work is started when it is due, not by scanning", wholeNumber(1, 60_000))
    .option("--poll-interval <seconds>", "how often apps are asked for changes; 0 for never", wholeNumber(0, 86_400))
    .option("--retention <duration>", "how long finished runs and events are kept", duration, duration(defaults.retention))
    .option("--wait-lookback <rule>", "causal, none or a duration: how far waits look back", waitLookback, { kind: "causal" })
    .option("--no-ui", "without the dashboard")
    .option("-l, --log-level <level>", "trace, debug, info, warn, error or silent", logLevel)
    .option("-v, --verbose", "the same as --log-level debug")
    .option("--json", "log as JSON lines")
    .addOption(new Option("--redis-uri <uri>").hideHelp())
    .addOption(new Option("--config <file>").hideHelp());
}
