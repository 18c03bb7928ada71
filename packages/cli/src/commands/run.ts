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
import {
  at,
  bytes,
  counted,
  duration,
  errorLine,
  harmless,
  harmlessLines,
  plainText,
  preciseMoment,
  runSentence,
  runState,
} from "@stepwell/protocol/words";
import type { Command } from "commander";
import { facts } from "../drawing/facts.ts";
import { stateColor, stateMark } from "../drawing/paint.ts";
import { waterfall } from "../drawing/waterfall.ts";
import { EndedError, exitCode } from "../exit-code.ts";
import type { Session } from "../session.ts";
import { type Act, acting, clientCommand } from "./client-command.ts";
import { endedRun } from "./run-watch.ts";

interface RunOptions {
  readonly trace?: boolean;
  readonly watch?: boolean;
  readonly all?: boolean;
}

const examples = [
  "stepwell run 01KTCTWT8XDEGWDMVX3Q9M69ND",
  "stepwell run 01KTCTWT8XDEGWDMVX3Q9M69ND --watch",
  "stepwell run 01KTCTWT8XDEGWDMVX3Q9M69ND --json",
  "stepwell run 01KTCTWT8XDEGWDMVX3Q9M69ND --trace --json",
];

/** Columns of the drawing where no screen says how many there are. */
const columnsFallback = 100;

export function runByIdCommand(session: Session): Command {
  const words = { description: "show a run: its steps over time, its result, its cause", examples };
  const command = clientCommand("run <run-id>", words)
    .option("--trace", "the steps alone; with --json the trace's answer instead of the run's")
    .option("--watch", "until it has ended; then with code 1 unless it completed")
    .option("--all", "each step of long loops, and outputs without a cut");
  return command.action(
    acting(command, session, async (act) => {
      const [runId = ""]: readonly string[] = command.processedArgs;
      const options = command.optsWithGlobals<RunOptions>();
      if (options.watch === true) {
        await watchRun(runId, act, options);
        return;
      }
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

/** @throws EndedError when the run did not complete. */
async function watchRun(runId: string, act: Act, options: RunOptions): Promise<void> {
  const picture = async (run: RunDetailView): Promise<string> => {
    const { body } = await act.client.get<TraceView>(tracePath(runId));
    return drawRun(run, body.data, act, options);
  };
  const ended = await endedRun(runId, act, picture);
  if (act.isJson) act.show(ended, () => "");
  else act.terminal.out(await picture(ended.body.data));
  if (ended.body.data.status !== "COMPLETED") throw new EndedError(exitCode.failed);
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
    `${paint("bold", harmless(run.function.slug))}  ${mark}  ${plainText(runSentence(run, now))}`,
    runFacts(run, now, act),
    drawTrace(trace, act, options).trimEnd(),
    ...(run.error === undefined ? [] : [errorText(run.error, act)]),
    ...(run.output === undefined ? [] : [outputText(run.output, run.outputBytes, act, options)]),
    ...caused(run),
  ];
  return `${sections.join("\n\n")}\n`;
}

function runFacts(run: RunDetailView, now: number, { paint }: Act): string {
  const { trigger } = run;
  const { invokedBy } = trigger;
  const [eventId = "", ...more] = trigger.eventIds;
  const others = more.length === 0 ? "" : ` and ${counted(more.length, "more event")}`;
  const queuedForMs = run.startedAt === undefined ? 0 : at(run.startedAt) - at(run.queuedAt);
  const held = queuedForMs > 0 ? `, held back ${duration(queuedForMs)}` : "";
  const startedBy =
    trigger.eventName === undefined
      ? harmless(trigger.cronSchedule ?? "")
      : `${harmless(trigger.eventName)} ${paint("dim", eventId)}${others}`;
  return facts(
    [
      ["run", run.id],
      ["started by", startedBy],
      [
        "invoked by",
        invokedBy && `${harmless(invokedBy.functionName ?? "a function")}, run ${invokedBy.runId}`,
      ],
      ["queued", `${preciseMoment(at(run.queuedAt), now)}${held}`],
      ["calls", run.calls === undefined ? undefined : String(run.calls)],
      ["retries", run.retries === undefined || run.retries === 0 ? undefined : String(run.retries)],
      ["app", harmless(run.app.name)],
      ["repeats", run.originalRunId],
      ["replay", run.replayId],
      ["sessions", run.sessions?.map(({ key, id }) => `${harmless(key)} ${harmless(id)}`).join(", ")],
      ["repeated by", run.repeatedBy?.join(", ")],
    ],
    paint,
  );
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
