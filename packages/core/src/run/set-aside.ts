// An input that broke an assertion is kept with its reason and never retried silently; the run it concerns fails, so
// that it does not hang, and others go on (design §4, poison).

import type { Change } from "../change.ts";
import { type Decision, decided, missing } from "../decision.ts";
import { type Input, runOf } from "../input.ts";
import { hash } from "../model/ids.ts";
import type { ShardState } from "../state.ts";
import { draftOf } from "./answer.ts";
import { finishRun, needsToEnd } from "./finish.ts";

export function setAside(
  state: ShardState,
  input: Extract<Input, { kind: "set-aside" }>,
  now: number,
): Decision {
  const message = `The engine could not decide this run's next step and set it aside: ${input.reason}`;
  return keepAndFail(state, input, message, now);
}

/** As `setAside`, for a call that is not made again though deciding it works. */
export function hold(
  state: ShardState,
  input: Extract<Input, { kind: "start-call" }>,
  reason: string,
  now: number,
): Decision {
  return keepAndFail(state, { input, reason }, reason, now);
}

/** @param message what the run fails with. */
function keepAndFail(
  state: ShardState,
  input: { readonly input: Input; readonly reason: string },
  message: string,
  now: number,
): Decision {
  const runId = runOf(input.input);
  const text = JSON.stringify(input.input);
  const poison: Change = {
    kind: "poison.put",
    poison: {
      id: `${now}-${hash(text, 1).toString(16)}`,
      at: now,
      ...(runId === undefined ? {} : { runId }),
      input: text.slice(0, 100_000),
      reason: input.reason,
    },
  };
  const changes: Change[] = [poison];
  if (input.input.kind === "job-due" && runId === undefined) {
    const { jobId } = input.input;
    changes.push({ kind: "job.remove", jobId, runId: undefined });
    const job = state.shardJob(jobId);
    const bulk = job?.kind === "bulk" ? state.bulk(job.bulkId) : null;
    if (job?.kind === "bulk" && bulk === undefined) return missing({ kind: "bulk", id: job.bulkId });
    if (bulk !== null && bulk !== undefined)
      changes.push({ kind: "bulk.put", bulk: { ...bulk, status: "held", problem: input.reason } });
  }
  if (runId === undefined) return decided(changes);
  const draft = draftOf(state, runId, now);
  if (draft === "missing") return missing({ kind: "run", id: runId });
  if (draft === "gone" || draft.isFinished) return decided(changes);
  const needs = needsToEnd(draft);
  if (needs.length > 0) return missing(...needs);
  finishRun(draft, { kind: "failed", error: { name: "InternalError", message } });
  return decided([...changes, ...draft.changes]);
}
