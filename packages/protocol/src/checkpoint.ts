// Checkpoints: steps reported while a call is still running (protocol §9.1).

import { asRunId, type RunId } from "./ids.ts";
import { invalid, isJsonObject, type Json, numberAt, type Parsed, parsed, stringAt } from "./json.ts";
import { type Op, parseOps } from "./op.ts";

export interface CheckpointRequest {
  readonly runId: RunId;
  readonly functionId: string;
  /** Names the call that reports, as `ctx.qi_id` gave it. */
  readonly queueItemId: string;
  readonly generation?: number;
  readonly ops: readonly Op[];
}

/** Parses the body of `POST /v1/checkpoint/{runId}/async`. */
export function parseCheckpoint(value: Json, runIdInPath: string): Parsed<CheckpointRequest> {
  if (!isJsonObject(value)) return invalid("The checkpoint must be a JSON object.");
  const runId = stringAt(value, "run_id") ?? runIdInPath;
  if (runId !== runIdInPath)
    return invalid(`The checkpoint names run ${runId}, its address run ${runIdInPath}.`);
  const queueItemId = stringAt(value, "qi_id") ?? "";
  if (queueItemId === "") return invalid("The checkpoint has no qi_id: send the one of the call's ctx.");
  const ops = parseOps(value["steps"] ?? []);
  if (ops.kind === "invalid") return invalid(ops.reason);
  const generation = numberAt(value, "generation_id");
  return parsed({
    runId: asRunId(runId),
    functionId: stringAt(value, "fn_id") ?? "",
    queueItemId,
    ...(generation === undefined ? {} : { generation }),
    ops: ops.value,
  });
}
