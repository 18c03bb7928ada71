// Tools on runs: finding, reading, awaiting, rerunning and cancelling them (semantics G5).

import {
  cancelRunPath,
  isRunFinished,
  type RunDetailView,
  type RunIdAnswer,
  type RunView,
  rerunPath,
  runPath,
  runStatuses,
  runsPath,
  type TraceView,
  tracePath,
} from "@stepwell/protocol/rest";
import { z } from "zod";
import { asJson, pause, type Tool, type ToolWorld, tool } from "./tool.ts";

const runId = z.string().describe("The run's id, 26 characters.");

export const runTools: readonly Tool[] = [
  tool({
    name: "list_runs",
    description:
      "Lists runs, newest first, with status, what they do right now or why they stand still, error or return value. Filters inside one field are alternatives.",
    input: {
      status: z.array(z.enum(runStatuses)).optional(),
      functionId: z.array(z.string()).optional().describe("Function slugs or ids."),
      appId: z.array(z.string()).optional().describe("App names or ids."),
      eventName: z.string().optional().describe("Name of the event that started them."),
      from: z.iso.datetime({ offset: true }).optional().describe("Queued at or after."),
      until: z.iso.datetime({ offset: true }).optional().describe("Queued before."),
      query: z.string().optional().describe("Words in ids and error messages."),
      expression: z
        .string()
        .optional()
        .describe('True for the runs that are meant, over event and output: event.data.plan == "pro".'),
      parentRunId: z.string().optional().describe("Invoked by a step of this run."),
      originalRunId: z.string().optional().describe("That repeat this run."),
      failureGroup: z.string().optional().describe("Of this group of failures."),
      order: z.enum(["newest", "oldest"]).optional(),
      limit: z.int().min(1).max(200).optional(),
      cursor: z.string().optional().describe("From a former answer's page, to go on behind it."),
    },
    run: async ({ from, until, ...query }, { rest }) => {
      const path = runsPath({
        ...defined(query),
        ...(from === undefined ? {} : { from: Date.parse(from) }),
        ...(until === undefined ? {} : { until: Date.parse(until) }),
      });
      return asJson(await rest.get<readonly RunView[]>(path));
    },
  }),
  tool({
    name: "get_run",
    description:
      "Gives one run: status, times, events with their data, output or error, attempts, events that it sent, due jobs.",
    input: { runId },
    run: async (input, { rest }) => asJson((await rest.get<RunDetailView>(runPath(input.runId))).data),
  }),
  tool({
    name: "get_run_trace",
    description:
      "Gives a run's steps in order of first planning: where their time went, each failed attempt with its error, inputs, outputs, and what a waiting step waits for.",
    input: { runId },
    run: async (input, { rest }) => asJson((await rest.get<TraceView>(tracePath(input.runId))).data),
  }),
  tool({
    name: "get_run_status",
    description: "Tells in short how a run stands: status, times, and its output or error once it has ended.",
    input: { runId },
    run: async (input, { rest }) => asJson(await runStatus(input.runId, { rest })),
  }),
  tool({
    name: "poll_run_status",
    description:
      "Waits until all of the given runs have ended, or until the time is over, and tells how each stands then.",
    input: {
      runIds: z.array(z.string()).min(1).max(100),
      timeout: z.number().min(0).max(120).default(30).describe("Seconds."),
      pollInterval: z.number().min(100).max(30_000).default(1000).describe("Milliseconds between looks."),
    },
    run: async ({ runIds, timeout, pollInterval }, world) => {
      const runs = await endedRuns(runIds, { timeoutMs: timeout * 1000, everyMs: pollInterval }, world);
      return asJson({ haveAllEnded: runs.every(({ hasEnded }) => hasEnded), runs });
    },
  }),
  tool({
    name: "rerun",
    description:
      "Runs the same events again with the code of now, as a new run; the old one stays. fromStep keeps the results of earlier steps; its input is a list of the step's arguments.",
    isWrite: true,
    input: {
      runId,
      fromStep: z.object({ stepId: z.string(), input: z.array(z.json()).optional() }).optional(),
    },
    run: async ({ runId: id, fromStep }, { rest }) => {
      const body = fromStep === undefined ? {} : { fromStep: asJson(fromStep) };
      return asJson((await rest.post<RunIdAnswer>(rerunPath(id), body)).data);
    },
  }),
  tool({
    name: "cancel_run",
    description:
      "Stops a run before its next step. A step that runs now finishes; finished steps keep their results.",
    isWrite: true,
    isDestructive: true,
    input: { runId },
    run: async (input, { rest }) => asJson((await rest.post<RunIdAnswer>(cancelRunPath(input.runId))).data),
  }),
];

export interface RunStatusBrief {
  readonly runId: string;
  readonly hasEnded: boolean;
  readonly status: RunDetailView["status"];
  readonly function: string;
}

async function runStatus(id: string, { rest }: Pick<ToolWorld, "rest">): Promise<RunStatusBrief> {
  const { data } = await rest.get<RunDetailView>(runPath(id));
  const { status, function: of, queuedAt, startedAt, endedAt, activity, output, error, reason } = data;
  const details = { queuedAt, startedAt, endedAt, activity, output, error, reason };
  return { runId: id, hasEnded: isRunFinished(status), status, function: of.slug, ...details };
}

/** How the runs stand once all have ended, or when the time is over. */
export async function endedRuns(
  runIds: readonly string[],
  { timeoutMs, everyMs }: { readonly timeoutMs: number; readonly everyMs: number },
  world: ToolWorld,
): Promise<readonly RunStatusBrief[]> {
  const begun = performance.now();
  for (;;) {
    const runs = await Promise.all(runIds.map((id) => runStatus(id, world)));
    const leftMs = timeoutMs - (performance.now() - begun);
    if (runs.every(({ hasEnded }) => hasEnded) || leftMs <= 0 || world.signal.aborted) return runs;
    await pause(Math.min(everyMs, leftMs), world.signal);
  }
}

/** Without the fields that were not given. */
function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
