// The commands that ask a server, in the order of the help.

import type { Command } from "commander";
import type { Session } from "../session.ts";
import { runByIdCommand } from "./run.ts";
import { runsCommand } from "./runs.ts";

export function clientCommands(session: Session): readonly Command[] {
  return [runsCommand(session), runByIdCommand(session)];
}
