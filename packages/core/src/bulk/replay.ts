// A run of a replay: the events of one that has ended start a run of its function anew, and of no other one
// (semantics C15.4–5). Its id follows from the operation and the run that it repeats.

import type { Change } from "../change.ts";
import { type Decision, decided, missing } from "../decision.ts";
import { newRunId } from "../model/ids.ts";
import type { ShardJob } from "../model/job.ts";
import { repeatRun } from "../run/repeat.ts";
import type { ShardState } from "../state.ts";

export function replay(state: ShardState, job: Extract<ShardJob, { kind: "replay" }>, now: number): Decision {
  const done: Change = { kind: "job.remove", jobId: job.id, runId: undefined };
  const settings = state.functions.byId(job.functionId);
  // It was there when the page was decided, and may have gone since.
  if (settings === undefined || settings.archivedAt !== undefined) return decided([done]);
  const events = job.eventIds.map((id) => ({ id, event: state.event(id) }));
  const unknown = events.filter(({ event }) => event === undefined);
  if (unknown.length > 0) return missing(...events.map(({ id }) => ({ kind: "event" as const, id })));
  const stored = events.flatMap(({ event }) => (event === undefined || event === null ? [] : [event]));
  if (stored.length < events.length) return decided([done]);
  const repeats = {
    id: newRunId(now, job.id),
    originalRunId: job.originalRunId,
    replayId: job.bulkId,
  };
  const repeated = repeatRun(state, settings, stored, repeats, now);
  return repeated.kind === "missing" ? missing(...repeated.needs) : decided([done, ...repeated.changes]);
}
