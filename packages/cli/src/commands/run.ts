// stepwell run <id>: what happened to a run, its steps over time, its output or error, what caused it and what it
// caused.

import {
  type ErrorView,
  type Json,
  type RunDetailView,
  runPath,
  type TraceView,
  tracePath,
} from "@stepwell/protocol/rest";
import type { Command } from "commander";
import { stateColor, stateMark } from "../drawing/paint.ts";
import { waterfall } from "../drawing/waterfall.ts";
import type { Session } from "../session.ts";
import { at, preciseMoment } from "../words/moment.ts";
import { bytes, counted, duration } from "../words/number.ts";
import { harmless, harmlessLines } from "../words/one-line.ts";
import { errorLine, runSentence, runState } from "../words/run-words.ts";
import { type Act, acting, clientCommand } from "./client-command.ts";

interface RunOptions {
  readonly trace?: boolean;
  readonly all?: boolean;
}

const examples = [
  "stepwell run 01KTCTWT8XDEGWDMVX3Q9M69ND",
  "stepwell run 01KTCTWT8XDEGWDMVX3Q9M69ND --json",
  "stepwell run 01KTCTWT8XDEGWDMVX3Q9M69ND --trace --json",
];

/** Columns of the drawing where no screen says how many there are. */
const columnsFallback = 100;

export function runByIdCommand(session: Session): Command {
  const words = { description: "show a run: its steps over time, its result, its cause", examples };
  const command = clientCommand("run <run-id>", words)
    .option("--trace", "the steps alone; with --json the trace's answer instead of the run's")
    .option("--all", "each step of long loops, and outputs without a cut");
  return command.action(
    acting(command, session, async (act) => {
      const [runId = ""]: readonly string[] = command.processedArgs;
      const options = command.optsWithGlobals<RunOptions>();
      if (act.isJson && options.trace !== true) {
        act.show(await act.client.get<RunDetailView>(runPath(runId)), () => "");
        return;
      }
      const trace = await act.client.get<TraceView>(tracePath(runId));
      if (options.trace === true) {
        act.show(trace, (body) => drawTrace(body.data, act, options));
        return;
      }
      const run = await act.client.get<RunDetailView>(runPath(runId));
      act.show(run, (body) => drawRun(body.data, trace.body.data, act, options));
    }),
  );
}

function drawTrace(trace: TraceView, { paint, terminal }: Act, options: RunOptions): string {
  return waterfall(trace.rootSpan, {
    paint,
    columns: terminal.columns ?? columnsFallback,
    now: terminal.now(),
    isEverything: options.all === true,
  });
}

function drawRun(run: RunDetailView, trace: TraceView, act: Act, options: RunOptions): string {
  const { paint, terminal } = act;
  const now = terminal.now();
  const state = runState(run);
  const mark = paint(stateColor[state], `${stateMark[state]} ${state}`);
  const sections = [
    `${mark}  ${paint("bold", harmless(run.function.slug))}  ${runSentence(run, now)}`,
    facts(run, now, act).join("\n"),
    drawTrace(trace, act, options).trimEnd(),
    ...(run.error === undefined ? [] : [errorText(run.error, act)]),
    ...(run.output === undefined ? [] : [outputText(run.output, run.outputBytes, act, options)]),
    ...caused(run),
  ];
  return `${sections.join("\n\n")}\n`;
}

function facts(run: RunDetailView, now: number, { paint }: Act): readonly string[] {
  const fact = (name: string, value: string): string => `  ${paint("dim", name.padEnd(11))} ${value}`;
  const { trigger } = run;
  const startedBy =
    trigger.eventName === undefined
      ? (trigger.cronSchedule ?? "")
      : `${harmless(trigger.eventName)} ${paint("dim", trigger.eventIds[0] ?? "")}${trigger.eventIds.length > 1 ? ` and ${counted(trigger.eventIds.length - 1, "more event")}` : ""}`;
  const queuedFor = run.startedAt === undefined ? undefined : at(run.startedAt) - at(run.queuedAt);
  const held = queuedFor === undefined || queuedFor <= 0 ? "" : `, held back ${duration(queuedFor)}`;
  const { invokedBy } = trigger;
  return [
    fact("run", run.id),
    fact("started by", startedBy),
    ...(invokedBy === undefined
      ? []
      : [fact("invoked by", `${harmless(invokedBy.functionName ?? "")} run ${invokedBy.runId}`.trim())]),
    fact("queued", `${preciseMoment(at(run.queuedAt), now)}${held}`),
    ...(run.calls === undefined ? [] : [fact("calls", String(run.calls))]),
    ...(run.retries === undefined || run.retries === 0 ? [] : [fact("retries", String(run.retries))]),
    fact("app", harmless(run.app.name)),
    ...(run.originalRunId === undefined ? [] : [fact("repeats", run.originalRunId)]),
    ...(run.repeatedBy === undefined || run.repeatedBy.length === 0
      ? []
      : [fact("repeated by", run.repeatedBy.join(", "))]),
  ];
}

const stackLinesMax = 8;

function errorText(error: ErrorView, { paint }: Act): string {
  const lines = harmlessLines(error.stack ?? "").filter((line) => line.trim().startsWith("at "));
  const shown = lines.slice(0, stackLinesMax).map((line) => paint("dim", `  ${line.trimEnd()}`));
  const more =
    lines.length > stackLinesMax ? [paint("dim", `    and ${lines.length - stackLinesMax} more`)] : [];
  return [paint("red", `Error  ${errorLine(error)}`), ...shown, ...more].join("\n");
}

const outputLinesMax = 20;

function outputText(
  output: Json,
  outputBytes: number | undefined,
  { paint }: Act,
  options: RunOptions,
): string {
  const lines = harmlessLines(JSON.stringify(output, null, 2));
  const most = options.all === true ? lines.length : outputLinesMax;
  const size = outputBytes === undefined ? "" : ` ${paint("dim", bytes(outputBytes))}`;
  const more =
    lines.length > most ? [paint("dim", `  and ${lines.length - most} more lines; --all shows them`)] : [];
  return [
    `${paint("bold", "Output")}${size}`,
    ...lines.slice(0, most).map((line) => `  ${line}`),
    ...more,
  ].join("\n");
}

function caused({ sent = [] }: RunDetailView): readonly string[] {
  if (sent.length === 0) return [];
  const lines = sent.map((event) => {
    const runs = event.runs.map(({ functionName, id }) => `${harmless(functionName)} ${id}`);
    return `  ${harmless(event.name)} ${event.id}${runs.length === 0 ? "" : ` → ${runs.join(", ")}`}`;
  });
  return [[`Sent ${counted(sent.length, "event")}`, ...lines].join("\n")];
}
