// Which cron jobs a sync puts and removes: an expression that stays keeps its chain of ticks, a new one begins one, a
// removed one ends (semantics A9.7).

import type { Change } from "../change.ts";
import type { Need } from "../decision.ts";
import type { FunctionSettings } from "../model/function.ts";
import { type CronTrigger, cronJob, cronJobId, jittered } from "../route/tick.ts";
import type { ShardState } from "../state.ts";

function cronsOf(settings: FunctionSettings | undefined): readonly CronTrigger[] {
  if (settings === undefined || settings.archivedAt !== undefined) return [];
  return settings.triggers.flatMap((trigger) => (trigger.kind === "cron" ? [trigger] : []));
}

/** Ticks whose jitter changes must be known: the pending one moves too (semantics A9.6). */
export function scheduleNeeds(
  state: ShardState,
  before: FunctionSettings | undefined,
  after: FunctionSettings,
): readonly Need[] {
  const needs: Need[] = [];
  for (const cron of changedJitters(before, after)) {
    const id = cronJobId(after, cron.cron);
    if (state.shardJob(id) === undefined) needs.push({ kind: "job", id });
  }
  return needs;
}

function changedJitters(
  before: FunctionSettings | undefined,
  after: FunctionSettings,
): readonly CronTrigger[] {
  const former = new Map(cronsOf(before).map((cron) => [cron.cron, cron.jitterMs]));
  return cronsOf(after).filter(({ cron, jitterMs }) => former.has(cron) && former.get(cron) !== jitterMs);
}

/** @param before the function as it was, if it was. */
export function scheduleChanges(
  state: ShardState,
  before: FunctionSettings | undefined,
  after: FunctionSettings,
  now: number,
): readonly Change[] {
  const changes: Change[] = [];
  const former = new Set(cronsOf(before).map(({ cron }) => cron));
  const present = new Set(cronsOf(after).map(({ cron }) => cron));
  for (const cron of former) {
    if (!present.has(cron))
      changes.push({ kind: "job.remove", jobId: cronJobId(after, cron), runId: undefined });
  }
  for (const trigger of cronsOf(after)) {
    if (former.has(trigger.cron)) continue;
    const job = cronJob(after, trigger, now);
    if (job !== undefined) changes.push({ kind: "job.put", job });
  }
  for (const trigger of changedJitters(before, after)) {
    const job = state.shardJob(cronJobId(after, trigger.cron));
    if (job?.kind !== "cron") continue;
    const { jitterMs: _, ...rest } = job;
    changes.push({ kind: "job.put", job: { ...rest, ...jittered(after, trigger, job.scheduledAt) } });
  }
  return changes;
}
