// stepwell replay: new runs for all runs of a selection, and for no others; progress until the end (semantics C15.4).

import { type BulkRequest, bulkPaceDefault } from "@stepwell/protocol/rest";
import type { Command } from "commander";
import { WrongUseError } from "../exit-code.ts";
import type { Session } from "../session.ts";
import { type PerformOptions, perform } from "./bulk/perform.ts";
import { hasSelection, type SelectionOptions, selectionOf, withSelection } from "./bulk/selection.ts";
import { acting, clientCommand } from "./client-command.ts";
import { readCount } from "./read-input.ts";

interface ReplayOptions extends SelectionOptions, PerformOptions {
  readonly name?: string;
  readonly by?: string;
  readonly first?: string;
  readonly perMinute?: string;
}

const statuses = ["COMPLETED", "FAILED", "CANCELLED", "SKIPPED"] as const;

const words = {
  description: "start new runs for all runs that match, failed ones by default",
  examples: [
    "stepwell replay --function shop-charge --from 2h",
    "stepwell replay --function shop-charge --status failed cancelled --first 5",
    `stepwell replay --event order/paid --if 'event.data.plan == "pro"' --dry-run`,
    "stepwell replay --function shop-charge --from 2026-11-24T10:00:00Z --until 2026-11-24T11:00:00Z --yes --json",
  ],
};

export function replayCommand(session: Session): Command {
  const command = withSelection(clientCommand("replay", words), statuses, "failed")
    .option("--failure-group <failure-group>", "of this group of failures; see: stepwell failures")
    .option("--name <words>", "what the replay is called")
    .option("--by <person>", "who does it, for others to read")
    .option("--first <count>", "hold after so many, to look at them first")
    .option("--per-minute <count>", `most new runs in a minute (default: ${bulkPaceDefault})`)
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "only count what matches")
    .option("--detach", "do not wait for the end");
  return command.action(
    acting(command, session, async (act) => {
      const options = command.optsWithGlobals<ReplayOptions>();
      if (!hasSelection(options))
        throw new WrongUseError(
          "Say which runs: by --function, --app, --event, --from, --if or --failure-group.",
        );
      const request: BulkRequest = {
        kind: "replay",
        selection: selectionOf(options, statuses, act.terminal.now()),
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(options.by === undefined ? {} : { by: options.by }),
        ...(options.first === undefined ? {} : { holdAfter: readCount(options.first, "--first", 1_000_000) }),
        ...(options.perMinute === undefined
          ? {}
          : { perMinute: readCount(options.perMinute, "--per-minute", 1_000_000) }),
      };
      await perform(request, options, act);
    }),
  );
}
