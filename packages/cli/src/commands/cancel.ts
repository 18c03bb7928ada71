// stepwell cancel <id...>: stops runs before their next step.

import { cancelRunPath, type RunIdAnswer } from "@stepwell/protocol/rest";
import type { Command } from "commander";
import type { Session } from "../session.ts";
import { acting, clientCommand } from "./client-command.ts";
import { eachRun } from "./each-run.ts";

const words = {
  description: "cancel runs: they stop before their next step, and keep the results of finished ones",
  examples: [
    "stepwell cancel 01KTCTWT8XDEGWDMVX3Q9M69ND",
    "stepwell cancel 01KTCTWT8XDEGWDMVX3Q9M69ND 01KTCV0QK4Y0M4T7Z2C1B5XQWE --json",
  ],
};

export function cancelCommand(session: Session): Command {
  const command = clientCommand("cancel <run-id...>", words);
  return command.action(
    acting(command, session, async (act) => {
      const [runIds = []]: readonly (readonly string[])[] = command.processedArgs;
      await eachRun(runIds, act, async (runId) => {
        const reply = await act.client.post<RunIdAnswer>(cancelRunPath(runId));
        act.show(reply, () => `Cancelled ${runId}\n`);
      });
    }),
  );
}
