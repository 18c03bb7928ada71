// The commands that ask a server, in the order of the help.

import type { Command } from "commander";
import type { Session } from "../session.ts";
import { apiCommand } from "./api/api.ts";
import { appsCommand } from "./apps.ts";
import { bulkCommand } from "./bulk.ts";
import { cancelCommand } from "./cancel.ts";
import { doctorCommand } from "./doctor.ts";
import { eventCommand } from "./event.ts";
import { eventsCommand } from "./events.ts";
import { failuresCommand } from "./failures.ts";
import { functionCommand } from "./function.ts";
import { functionsCommand } from "./functions.ts";
import { replayCommand } from "./replay.ts";
import { rerunCommand } from "./rerun.ts";
import { runByIdCommand } from "./run.ts";
import { runsCommand } from "./runs.ts";
import { sendCommand } from "./send.ts";

/** Headings of the help. */
export const lookGroup = "Look and steer:";
export const toolGroup = "Scripts and shells:";

const commands = [
  sendCommand,
  runsCommand,
  runByIdCommand,
  cancelCommand,
  rerunCommand,
  failuresCommand,
  replayCommand,
  bulkCommand,
  eventsCommand,
  eventCommand,
  functionsCommand,
  functionCommand,
  appsCommand,
  doctorCommand,
] as const;

export function clientCommands(session: Session): readonly Command[] {
  return [
    ...commands.map((command) => command(session).helpGroup(lookGroup)),
    apiCommand(session).helpGroup(toolGroup),
  ];
}
