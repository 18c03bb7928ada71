// Steering a bulk operation: hold, go on, stop, remove. What it has told already is not taken back.

import type { Change } from "../change.ts";
import { type Decision, missing, replied } from "../decision.ts";
import type { Input } from "../input.ts";
import { type Bulk, bulkJobId, isBulkFinished } from "../model/bulk.ts";
import type { ShardState } from "../state.ts";
import { nextPage } from "./start.ts";

export function steerBulk(
  state: ShardState,
  input: Extract<Input, { kind: "steer-bulk" }>,
  now: number,
): Decision {
  const { bulkId: id, steer } = input;
  const bulk = state.bulk(id);
  if (bulk === undefined) return missing({ kind: "bulk", id });
  if (bulk === null) return replied({ kind: "unknown-bulk" });
  const withoutJob: Change = { kind: "job.remove", jobId: bulkJobId(id), runId: undefined };
  if (steer === "remove")
    return replied({ kind: "bulk", bulk }, [withoutJob, { kind: "bulk.remove", bulkId: id }]);
  const status = ({ hold: "held", resume: "running", stop: "stopped" } as const)[steer];
  if (bulk.status === status) return replied({ kind: "bulk", bulk });
  if (isBulkFinished(bulk)) {
    const reason = `Bulk operation ${id} is ${bulk.status}, so there is nothing to ${steer}. Start another one.`;
    return replied({ kind: "refused", reasons: [reason] });
  }
  const steered = { ...(steer === "resume" ? goingOn(bulk) : bulk), status };
  const ended = steer === "stop" ? { ...steered, endedAt: now } : steered;
  const job: Change = steer === "resume" ? { kind: "job.put", job: nextPage(bulk, now) } : withoutJob;
  return replied({ kind: "bulk", bulk: ended }, [{ kind: "bulk.put", bulk: ended }, job]);
}

/** It goes on to the end: what it held for by itself was looked at. */
function goingOn(bulk: Bulk): Bulk {
  const { holdAfter: _, problem: __, ...rest } = bulk;
  return rest;
}
