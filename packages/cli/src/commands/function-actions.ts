// stepwell function pause, resume, drain, invoke.

import {
  drainPath,
  type FunctionView,
  functionPath,
  type InvokeAnswer,
  invokePath,
  pausePath,
  resumePath,
} from "@stepwell/protocol/rest";
import { counted, harmless } from "@stepwell/protocol/words";
import type { Command } from "commander";
import type { Session } from "../session.ts";
import { acting, clientCommand } from "./client-command.ts";
import { confirm } from "./confirm.ts";
import { knownFunction } from "./known-name.ts";
import { readJsonText } from "./read-input.ts";

interface PauseOptions {
  readonly by?: string;
  readonly cancelRuns?: boolean;
  readonly yes?: boolean;
}

function pauseCommand(session: Session): Command {
  const command = clientCommand("pause <slug>", {
    description: "start no more runs, and hold open ones before their next step",
    examples: [
      "stepwell function pause shop-ship-order --by ana",
      "stepwell function pause shop-ship-order --cancel-runs",
    ],
  })
    .option("--by <person>", "who pauses it, for others to read")
    .option("--cancel-runs", "cancel open runs instead of holding them; asks first")
    .option("-y, --yes", "do not ask");
  return command.action(
    acting(command, session, async (act) => {
      const [slug = ""]: readonly string[] = command.processedArgs;
      const { by, cancelRuns, yes } = command.optsWithGlobals<PauseOptions>();
      if (cancelRuns === true) {
        const { body } = await knownFunction(slug, act, () =>
          act.client.get<FunctionView>(functionPath(slug)),
        );
        const { running = 0, queued = 0 } = body.data.figures ?? {};
        const what = counted(running + queued, "open run");
        await confirm(`Pause ${harmless(slug)} and cancel ${what}?`, yes === true, act);
      }
      const request = {
        ...(by === undefined ? {} : { by }),
        ...(cancelRuns === true ? { cancelRuns } : {}),
      };
      const reply = await knownFunction(slug, act, () =>
        act.client.post<FunctionView>(pausePath(slug), request),
      );
      act.show(reply, () => `Paused ${harmless(slug)}\nGo on with: stepwell function resume ${slug}\n`);
    }),
  );
}

function resumeCommand(session: Session): Command {
  const command = clientCommand("resume <slug>", {
    description: "start runs again, and let held ones go on",
    examples: ["stepwell function resume shop-ship-order"],
  });
  return command.action(
    acting(command, session, async (act) => {
      const [slug = ""]: readonly string[] = command.processedArgs;
      const reply = await knownFunction(slug, act, () => act.client.post<FunctionView>(resumePath(slug)));
      act.show(reply, () => `Resumed ${harmless(slug)}\n`);
    }),
  );
}

function drainCommand(session: Session): Command {
  const command = clientCommand("drain <slug>", {
    description: "start no more runs, and let open ones end",
    examples: ["stepwell function drain shop-ship-order", "stepwell function drain shop-ship-order --off"],
  }).option("--off", "start runs again");
  return command.action(
    acting(command, session, async (act) => {
      const [slug = ""]: readonly string[] = command.processedArgs;
      const isOn = command.optsWithGlobals<{ readonly off?: boolean }>().off !== true;
      const reply = await knownFunction(slug, act, () =>
        act.client.post<FunctionView>(drainPath(slug), { on: isOn }),
      );
      act.show(reply, () => `${harmless(slug)} ${isOn ? "drains" : "starts runs again"}\n`);
    }),
  );
}

function invokeCommand(session: Session): Command {
  const command = clientCommand("invoke <slug> [data]", {
    description: "start a function directly, without an event of its own",
    examples: [`stepwell function invoke shop-ship-order '{"orderId":42}'`],
  });
  return command.action(
    acting(command, session, async (act) => {
      const [slug = "", data]: readonly (string | undefined)[] = command.processedArgs;
      const request = data === undefined ? {} : { data: readJsonText(data, "The data") };
      const reply = await knownFunction(slug, act, () =>
        act.client.post<InvokeAnswer>(invokePath(slug), request),
      );
      act.show(reply, ({ data: { runId, eventId } }) =>
        runId === undefined
          ? `Invoked ${harmless(slug)} with event ${eventId ?? ""}; its run starts later\n`
          : `Invoked ${harmless(slug)} as ${runId}\nSee it with: stepwell run ${runId}\n`,
      );
    }),
  );
}

export const functionActions = [pauseCommand, resumeCommand, drainCommand, invokeCommand] as const;
