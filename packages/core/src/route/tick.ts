// Cron: a tick is a job on its function. It emits the timer event that starts the function, and puts the next tick
// (semantics A9, decisions row 12).

import { asJobId, type EventPayload, type JobId, systemEvent } from "@stepwell/protocol";
import type { Change } from "../change.ts";
import { type Decision, decided } from "../decision.ts";
import { newControl } from "../model/control.ts";
import type { FunctionSettings, Trigger } from "../model/function.ts";
import { hash, newEventId } from "../model/ids.ts";
import type { ShardJob } from "../model/job.ts";
import type { ShardState } from "../state.ts";
import { countTicks, jitterOf, nextTick } from "../time/cron.ts";
import { emitEvent, sequenceSource } from "./emit.ts";

export type CronJob = Extract<ShardJob, { kind: "cron" }>;
export type CronTrigger = Extract<Trigger, { kind: "cron" }>;

/** Counting missed ticks ends here: a minute's schedule over a month. */
const missedMax = 50_000;

/** A schedule belongs to a function and its expression (semantics A9.7). */
export function cronJobId(settings: Pick<FunctionSettings, "id">, cron: string): JobId {
  return asJobId(`cron:${settings.id}:${hash(cron, 0x1b873593).toString(16)}`);
}

/** The job of the first tick after `after`, or undefined when there is none within five years. */
export function cronJob(
  settings: Pick<FunctionSettings, "id">,
  trigger: CronTrigger,
  after: number,
): CronJob | undefined {
  const scheduledAt = nextTick(trigger.cron, after);
  if (scheduledAt === undefined) return undefined;
  return {
    kind: "cron",
    id: cronJobId(settings, trigger.cron),
    functionId: settings.id,
    cron: trigger.cron,
    scheduledAt,
    ...jittered(settings, trigger, scheduledAt),
  };
}

/** The due time of a tick under its trigger's present jitter. */
export function jittered(
  settings: Pick<FunctionSettings, "id">,
  { cron, jitterMs }: CronTrigger,
  scheduledAt: number,
): Pick<CronJob, "dueAt" | "jitterMs"> {
  return {
    dueAt: scheduledAt + jitterOf(`${settings.id}/${cron}`, scheduledAt, jitterMs),
    ...(jitterMs === undefined ? {} : { jitterMs }),
  };
}

/**
 * Decides a cron job. Found late it fires once, and ticks that passed meanwhile are counted, not made up. A tick has
 * passed when its jitter could not put it off until now: jitter longer than the schedule's interval loses none.
 */
export function tick(state: ShardState, job: CronJob, now: number): Decision {
  const settings = state.functions.byId(job.functionId);
  const trigger = settings?.triggers.find((one) => one.kind === "cron" && one.cron === job.cron);
  if (settings === undefined || settings.archivedAt !== undefined || trigger?.kind !== "cron")
    return decided([{ kind: "job.remove", jobId: job.id, runId: undefined }]);
  const source = sequenceSource(state, now);
  const scheduledAt = wireTime(job.scheduledAt);
  const payload: EventPayload = {
    name: systemEvent.scheduled,
    data: { cron: job.cron, scheduledAt, fireAt: wireTime(now) },
    user: {},
    // Ticks of one function that fall on the same second start one run (semantics A9.5).
    id: scheduledAt,
    ts: now,
  };
  const id = newEventId(now, `${job.id}/${job.scheduledAt}`);
  emitEvent(source, id, payload, { forFunctionId: settings.id });
  const passedUntil = Math.max(job.scheduledAt, now - (trigger.jitterMs ?? 0));
  const changes: Change[] = [...source.changes, ...missed(state, settings, job, passedUntil)];
  const next = cronJob(settings, trigger, passedUntil);
  changes.push(
    next === undefined
      ? { kind: "job.remove", jobId: job.id, runId: undefined }
      : { kind: "job.put", job: next },
  );
  return decided(changes);
}

/** RFC 3339 in UTC, to the second. */
function wireTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z");
}

function missed(
  state: ShardState,
  settings: FunctionSettings,
  job: CronJob,
  passedUntil: number,
): readonly Change[] {
  const count = countTicks(job.cron, job.scheduledAt, passedUntil, missedMax);
  if (count === 0) return [];
  const control = state.functions.control(settings.id) ?? newControl(settings.id);
  return [{ kind: "control.put", control: { ...control, missedTicks: control.missedTicks + count } }];
}
