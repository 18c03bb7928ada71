// stepwell event <id>: an event, why each function ran or did not, and its data.

import type { Json } from "@stepwell/protocol";
import {
  type EventOutcomes,
  type EventSource,
  type EventView,
  eventOutcomesPath,
  eventPath,
  eventRunsPath,
  type RunView,
} from "@stepwell/protocol/rest";
import {
  at,
  bytes,
  eventSentence,
  harmless,
  harmlessLines,
  plainText,
  preciseMoment,
} from "@stepwell/protocol/words";
import type { Command } from "commander";
import { facts } from "../drawing/facts.ts";
import type { Session } from "../session.ts";
import { type Act, acting, clientCommand } from "./client-command.ts";
import { drawOutcomes } from "./outcome-lines.ts";
import { drawRuns } from "./runs.ts";

interface EventOptions {
  readonly why?: boolean;
  readonly runs?: boolean;
}

const words = {
  description: "show an event: why each function ran or did not, and its data",
  examples: [
    "stepwell event 01KTCTWSZJEKAFEDA4F9GYHFQW",
    "stepwell event 01KTCTWSZJEKAFEDA4F9GYHFQW --runs",
    "stepwell event 01KTCTWSZJEKAFEDA4F9GYHFQW --why --json",
  ],
};

export function eventCommand(session: Session): Command {
  const command = clientCommand("event <event-id>", words)
    .option("--why", "only why functions ran or did not; with --json that answer instead of the event's")
    .option("--runs", "only the runs that it started; with --json that answer instead of the event's");
  return command.action(
    acting(command, session, async (act) => {
      const [id = ""]: readonly string[] = command.processedArgs;
      const options = command.optsWithGlobals<EventOptions>();
      if (options.runs === true) {
        act.show(await act.client.list<RunView>(eventRunsPath(id)), (body) => drawRuns(body, act));
        return;
      }
      if (act.isJson && options.why !== true) {
        act.show(await act.client.get<EventView>(eventPath(id)), () => "");
        return;
      }
      const outcomes = await act.client.get<EventOutcomes>(eventOutcomesPath(id));
      if (act.isJson) {
        act.show(outcomes, () => "");
        return;
      }
      const { body } = await act.client.get<EventView>(eventPath(id));
      act.terminal.out(drawEvent(body.data, outcomes.body.data, act, options));
    }),
  );
}

function drawEvent(event: EventView, outcomes: EventOutcomes, act: Act, options: EventOptions): string {
  const { paint } = act;
  const why = [
    `${paint("bold", harmless(event.name))}  ${plainText(eventSentence(event.name, outcomes))}`,
    ...(outcomes.functions.length + outcomes.waits.length === 0
      ? []
      : [drawOutcomes(event.name, outcomes, act).trimEnd()]),
  ];
  if (options.why === true) return `${why.join("\n\n")}\n`;
  const [sentence = "", ...reasons] = why;
  return `${[sentence, eventFacts(event, act), ...reasons, dataText(event, act)].join("\n\n")}\n`;
}

function eventFacts(event: EventView, { paint, terminal }: Act): string {
  const now = terminal.now();
  const isOther = event.ts !== event.receivedAt;
  return facts(
    [
      ["event", event.id],
      ["id", event.externalId === event.id ? undefined : harmless(event.externalId)],
      ["received", preciseMoment(at(event.receivedAt), now)],
      ["ts", isOther ? preciseMoment(at(event.ts), now) : undefined],
      ["v", event.v === undefined ? undefined : harmless(event.v)],
      ["sent by", sourceWords(event.source)],
      ["duplicate of", event.effects?.duplicateOf],
    ],
    paint,
  );
}

function sourceWords(source: EventSource | undefined): string | undefined {
  switch (source?.kind) {
    case "run": {
      const step = source.stepName === undefined ? "" : ` in step ${harmless(source.stepName)}`;
      return `${harmless(source.functionName ?? "a function")}${step}, run ${source.runId}`;
    }
    case "engine":
      return `the engine${source.runId === undefined ? "" : `, for run ${source.runId}`}`;
    case "api":
    case undefined:
      return undefined;
  }
}

function dataText(event: EventView, { paint }: Act): string {
  const size = event.dataBytes === undefined ? "" : ` ${paint("dim", bytes(event.dataBytes))}`;
  const lines = harmlessLines(JSON.stringify(event.data ?? null, null, 2));
  const user = event.user === undefined ? [] : ["", paint("bold", "User"), ...indented(event.user)];
  return [`${paint("bold", "Data")}${size}`, ...lines.map((line) => `  ${line}`), ...user].join("\n");
}

function indented(value: Json): readonly string[] {
  return harmlessLines(JSON.stringify(value, null, 2)).map((line) => `  ${line}`);
}
