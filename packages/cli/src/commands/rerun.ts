// stepwell rerun <id>: the same events again with the code of now, from the start or from a step with edited input.

import type { Json } from "@stepwell/protocol";
import { type RunIdAnswer, rerunPath } from "@stepwell/protocol/rest";
import { harmless } from "@stepwell/protocol/words";
import type { Command } from "commander";
import { WrongUseError } from "../exit-code.ts";
import type { Session } from "../session.ts";
import { acting, clientCommand } from "./client-command.ts";
import { readJsonText } from "./read-input.ts";

interface RerunOptions {
  readonly fromStep?: string;
  readonly input?: string;
}

const words = {
  description: "run again with the same events and the code of now",
  examples: [
    "stepwell rerun 01KTCTWT8XDEGWDMVX3Q9M69ND",
    "stepwell rerun 01KTCTWT8XDEGWDMVX3Q9M69ND --from-step charge",
    `stepwell rerun 01KTCTWT8XDEGWDMVX3Q9M69ND --from-step charge --input '[{"amount":42}]'`,
  ],
};

export function rerunCommand(session: Session): Command {
  const command = clientCommand("rerun <run-id>", words)
    .option(
      "--from-step <step-id>",
      "keep the results of earlier steps, and run this one and what follows again",
    )
    .option("--input <json>", "with --from-step: the step's arguments, as a JSON array");
  return command.action(
    acting(command, session, async (act) => {
      const [runId = ""]: readonly string[] = command.processedArgs;
      const { fromStep, input } = command.optsWithGlobals<RerunOptions>();
      if (input !== undefined && fromStep === undefined)
        throw new WrongUseError("--input belongs to a step: name it with --from-step <step-id>.");
      const args = input === undefined ? {} : { input: argumentsOf(input) };
      const body = fromStep === undefined ? {} : { fromStep: { stepId: fromStep, ...args } };
      const reply = await act.client.post<RunIdAnswer>(rerunPath(runId), body);
      act.show(reply, ({ data }) => {
        const from = fromStep === undefined ? "" : ` from step ${harmless(fromStep)}`;
        return `Running again${from} as ${data.runId}\nSee it with: stepwell run ${data.runId}\n`;
      });
    }),
  );
}

function argumentsOf(text: string): readonly Json[] {
  const value = readJsonText(text, "--input");
  if (Array.isArray(value)) return value;
  throw new WrongUseError(
    `--input must be a JSON array of the step's arguments: write [${text.trim()}] for a single one.`,
  );
}
