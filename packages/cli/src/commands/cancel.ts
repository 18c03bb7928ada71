// stepwell cancel: stops runs before their next step, by their ids or all that match.

import { cancelRunPath, type RunIdAnswer } from "@stepwell/protocol/rest";
import type { Command } from "commander";
import { WrongUseError } from "../exit-code.ts";
import type { Session } from "../session.ts";
import { type PerformOptions, perform } from "./bulk/perform.ts";
import { hasSelection, type SelectionOptions, selectionOf, withSelection } from "./bulk/selection.ts";
import { acting, clientCommand } from "./client-command.ts";
import { eachRun } from "./each-run.ts";

interface CancelOptions extends SelectionOptions, PerformOptions {
  readonly by?: string;
}

const statuses = ["QUEUED", "RUNNING"] as const;

const words = {
  description: "stop runs before their next step: by id, or all that match",
  examples: [
    "stepwell cancel 01KTCTWT8XDEGWDMVX3Q9M69ND",
    "stepwell cancel 01KTCTWT8XDEGWDMVX3Q9M69ND 01KTCV0QK4Y0M4T7Z2C1B5XQWE --json",
    "stepwell cancel --function shop-charge --status queued",
    "stepwell cancel --event order/paid --until 1h --yes",
  ],
};

export function cancelCommand(session: Session): Command {
  const command = withSelection(clientCommand("cancel [run-id...]", words), statuses, "both")
    .option("--by <person>", "who does it, for others to read")
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "only count what matches")
    .option("--detach", "do not wait for the end");
  return command.action(
    acting(command, session, async (act) => {
      const [runIds = []]: readonly (readonly string[])[] = command.processedArgs;
      const options = command.optsWithGlobals<CancelOptions>();
      if (runIds.length > 0 === hasSelection(options))
        throw new WrongUseError(
          "Give either run ids, or which runs are meant: --function, --app, --event, --from, --if.",
        );
      if (runIds.length > 0) {
        await eachRun(runIds, act, async (runId) => {
          const reply = await act.client.post<RunIdAnswer>(cancelRunPath(runId));
          act.show(reply, () => `Cancelled ${runId}\n`);
        });
        return;
      }
      const selection = selectionOf(options, statuses, act.terminal.now());
      const by = options.by === undefined ? {} : { by: options.by };
      await perform({ kind: "cancel", selection, ...by }, options, act);
    }),
  );
}
