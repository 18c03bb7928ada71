// A run by itself, with what only its own page shows.

import { type Job, payloadOf, type Run, type StoredEvent } from "@stepwell/core";
import type { RunDetail, StoreReader } from "@stepwell/engine";
import { runSessions } from "@stepwell/protocol";
import type {
  JobView,
  RunDetailView,
  RunTrigger,
  SentEventView,
  TriggerEventView,
} from "@stepwell/protocol/rest";
import { functionReference, type Known } from "./directory.ts";
import { type RunViewOptions, restStatus, runView } from "./run-view.ts";
import { sentEventIds } from "./sent-events.ts";
import { timestamp } from "./time.ts";

/** Events that are shown with the runs they started. */
const sentShown = 50;

export async function runDetailView(
  detail: RunDetail,
  known: Known,
  reader: StoreReader,
  now: number,
  lanesOf: NonNullable<RunViewOptions["lanesOf"]>,
): Promise<RunDetailView> {
  const { run } = detail;
  const view = runView(run, { known, now, detail, lanesOf, outputLengthMax: Number.POSITIVE_INFINITY });
  const settings = known.functionById.get(run.functionId);
  const sent = await sentEvents(detail, known, reader);
  const repeatedBy = (await repetitionsOf(run, reader)).map(({ id }) => id);
  const sessions = runSessions(detail.events.map(payloadOf));
  return {
    ...view,
    trigger: await triggerWithInvoker(view.trigger, detail, known, reader),
    events: detail.events.map(triggerEvent),
    ...(sessions.length === 0 ? {} : { sessions }),
    retries: detail.attempts.filter((attempt) => attempt.retryAt !== undefined).length,
    ...(settings === undefined ? {} : { maxAttempts: settings.maxAttempts }),
    ...(sent.length === 0 ? {} : { sent }),
    ...(repeatedBy.length === 0 ? {} : { repeatedBy }),
    jobs: [...detail.jobs].sort((left, right) => left.dueAt - right.dueAt).map((job) => jobView(job, detail)),
  };
}

async function triggerWithInvoker(
  trigger: RunTrigger,
  { run }: RunDetail,
  known: Known,
  reader: StoreReader,
): Promise<RunTrigger> {
  const { invokedBy } = run;
  if (invokedBy === undefined) return trigger;
  const invoker = await reader.readRun(invokedBy.runId);
  if (invoker === undefined) return trigger;
  const step = invoker.steps.find(({ key }) => key === invokedBy.stepKey);
  return {
    ...trigger,
    invokedBy: {
      runId: invokedBy.runId,
      ...(step === undefined ? {} : { stepName: step.name }),
      functionName: functionReference(known, invoker.run.functionId).name,
    },
  };
}

/** Runs that repeat another one belong to the same events (semantics C15). */
export async function repetitionsOf(run: Run, reader: StoreReader): Promise<readonly Run[]> {
  const [eventId] = run.eventIds;
  if (eventId === undefined) return [];
  return (await reader.runsOfEvent(eventId)).filter((other) => other.originalRunId === run.id);
}

function triggerEvent(event: StoredEvent): TriggerEventView {
  const { data, user } = payloadOf(event);
  return {
    id: event.id,
    externalId: event.externalId,
    name: event.name,
    receivedAt: timestamp(event.receivedAt),
    data,
    ...(Object.keys(user).length === 0 ? {} : { user }),
  };
}

async function sentEvents(
  detail: RunDetail,
  known: Known,
  reader: StoreReader,
): Promise<readonly SentEventView[]> {
  const stepNames = new Map(
    detail.steps.flatMap((step) => sentEventIds(step).map((id) => [id, step.name] as const)),
  );
  const events = await reader.readEvents([...stepNames.keys()].slice(0, sentShown));
  const ordered = [...events].sort((left, right) => left.sequence - right.sequence);
  return await Promise.all(
    ordered.map(async (event) => {
      const stepName = stepNames.get(event.id);
      const runs = await reader.runsOfEvent(event.id);
      return {
        id: event.id,
        name: event.name,
        receivedAt: timestamp(event.receivedAt),
        ...(stepName === undefined ? {} : { stepName }),
        runs: runs.map((run) => ({
          id: run.id,
          status: restStatus(run.status),
          functionName: functionReference(known, run.functionId).name,
        })),
      };
    }),
  );
}

function jobView(job: Job, detail: RunDetail): JobView {
  const key = job.kind === "call" ? job.stepId : "stepKey" in job ? job.stepKey : undefined;
  const step = detail.steps.find((known) => known.key === key);
  return {
    id: job.id,
    kind: job.kind,
    dueAt: timestamp(job.dueAt),
    ...(job.kind === "call" ? { attempt: job.attempt } : {}),
    ...(step === undefined ? {} : { stepName: step.name }),
  };
}
