// Batches: events gather and start one run together, once the batch is full or its time is over (semantics C11). The
// open batch is a limit state; its events are rows beside it, so that no row grows.

import { asJobId, type EventId } from "@stepwell/protocol";
import type { Change } from "../change.ts";
import { type Decision, decided, missing, type Need } from "../decision.ts";
import type { StoredEvent } from "../model/event.ts";
import type { Batch } from "../model/flow-control.ts";
import type { FunctionSettings } from "../model/function.ts";
import { newEventId } from "../model/ids.ts";
import type { ShardJob } from "../model/job.ts";
import type { LimitStateOf } from "../model/limit-state.ts";
import { keyPart } from "../schedule/lane.ts";
import type { ShardState } from "../state.ts";
import { Admission, admitted } from "./admission.ts";
import { skippedByDrain, startSingly } from "./start.ts";

type BatchJob = Extract<ShardJob, { kind: "batch" }>;

/** A batch closes when its events' texts are as long as this together, in UTF-16 units. */
const batchSizeMax = 10 * 1024 * 1024;

export function joinBatch(admission: Admission, batch: Batch): void {
  if (skippedByDrain(admission)) return;
  const { settings, event, now, keys } = admission;
  const key = `${settings.id}/batch/${keyPart(keys.bucket("batchEvents.key", batch.key))}`;
  const known = admission.limit("batch", key);
  if (admission.isWaiting) return;
  const open: LimitStateOf<"batch"> = known ?? {
    kind: "batch",
    key,
    batchId: newEventId(now, `${key}/${event.id}`),
    functionId: settings.id,
    count: 0,
    size: 0,
    closesAt: now + batch.timeoutMs,
  };
  const joined = { ...open, count: open.count + 1, size: open.size + event.text.length };
  const { batchId, closesAt } = joined;
  admission.putLimit({ kind: "batch-event", key: eventKey(batchId, open.count), eventId: event.id });
  const job: BatchJob = {
    kind: "batch",
    id: asJobId(`batch:${batchId}`),
    functionId: settings.id,
    limitKey: key,
    batchId,
    dueAt: closesAt,
  };
  if (joined.count >= batch.maxSize || joined.size >= batchSizeMax) {
    // The next event opens another batch; this one's run starts in a decision of its own.
    admission.removeLimit(key);
    admission.changes.push({ kind: "job.put", job: { ...job, dueAt: now, count: joined.count } });
  } else {
    admission.putLimit(joined);
    if (known === undefined) admission.changes.push({ kind: "job.put", job });
  }
  admission.tell({ kind: "batched", batchId, maxSize: batch.maxSize, closesAt });
}

function eventKey(batchId: string, position: number): string {
  return `batch/${batchId}#${position}`;
}

/** Decides a batch job: all events of the batch start one run. */
export function closeBatch(state: ShardState, job: BatchJob, now: number): Decision {
  const size = batchCount(state, job);
  if (size === undefined) return missing({ kind: "limit", key: job.limitKey });
  const changes: Change[] = [{ kind: "job.remove", jobId: job.id, runId: undefined }];
  if (job.count === undefined && size > 0) changes.push({ kind: "limit.remove", key: job.limitKey });
  const rows = Array.from({ length: size }, (_, position) => eventKey(job.batchId, position));
  for (const key of rows) changes.push({ kind: "limit.remove", key });

  const events = eventsOf(state, rows);
  if (events.kind === "missing") return missing(...events.needs);
  const settings = state.functions.byId(job.functionId);
  const first = events.found[0];
  if (settings === undefined || settings.archivedAt !== undefined || first === undefined)
    return decided(changes);
  return startBatch(state, settings, job, events.found, changes, now);
}

/** How many events the batch has; 0 when it is closed already, undefined when its state must be loaded. */
function batchCount(state: ShardState, job: BatchJob): number | undefined {
  if (job.count !== undefined) return job.count;
  const open = state.limit(job.limitKey);
  if (open === undefined) return undefined;
  return open?.kind === "batch" && open.batchId === job.batchId ? open.count : 0;
}

function eventsOf(
  state: ShardState,
  rows: readonly string[],
):
  | { readonly kind: "missing"; readonly needs: readonly Need[] }
  | { readonly kind: "found"; readonly found: readonly StoredEvent[] } {
  const needs: Need[] = [];
  const found: StoredEvent[] = [];
  for (const key of rows) {
    const row = state.limit(key);
    if (row === undefined) needs.push({ kind: "limit", key });
    if (row?.kind !== "batch-event") continue;
    const id: EventId = row.eventId;
    const event = state.event(id);
    if (event === undefined) needs.push({ kind: "event", id });
    else if (event !== null) found.push(event);
  }
  if (needs.length > 0) return { kind: "missing", needs };
  // Routed after a restart, events of one moment may have joined in another order than they came in (semantics C11.2).
  return { kind: "found", found: found.sort((left, right) => left.sequence - right.sequence) };
}

function startBatch(
  state: ShardState,
  settings: FunctionSettings,
  job: BatchJob,
  events: readonly StoredEvent[],
  changes: readonly Change[],
  now: number,
): Decision {
  const first = events[0];
  if (first === undefined) return decided(changes);
  const admission = new Admission(state, settings, first, now);
  // A batch does not wait for its events' `ts` (semantics A5.3).
  startSingly(admission, { dueAt: now, events, batchId: job.batchId, isLate: true });
  const result = admitted(admission);
  return result.kind === "missing" ? missing(...result.needs) : decided([...changes, ...result.changes]);
}
