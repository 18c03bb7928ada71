// One switch over the ops of an answer; each op's rule has its file.

import type { Op, RetryHint } from "@stepwell/protocol";
import type { OpenCall } from "../../change.ts";
import type { RunJob } from "../../model/job.ts";
import { unreachable } from "../../unreachable.ts";
import { requestDiscovery } from "../discover.ts";
import type { RunDraft } from "../draft.ts";
import { finishRun } from "../finish.ts";
import { stepErrored, stepFailed } from "./fail.ts";
import { invokeFunction } from "./invoke.ts";
import { planStep } from "./plan.ts";
import { stepRan } from "./record.ts";
import { sleep } from "./sleep.ts";
import { waitForEvent } from "./wait-for-event.ts";
import { waitForSignal } from "./wait-for-signal.ts";

/**
 * Every op is idempotent per run and step: a repeated one keeps what the first one did (protocol §5.5.8).
 *
 * @param job the job whose call reported the op; it is removed already, and put again by a retry.
 */
export function applyOp(
  draft: RunDraft,
  job: Extract<RunJob, { kind: "call" }>,
  call: OpenCall,
  op: Op,
  retry: RetryHint,
): void {
  switch (op.kind) {
    case "ran":
    case "ran-raw":
      return stepRan(draft, job, call, op, retry);
    case "errored":
      return stepErrored(draft, job, op, retry);
    case "failed":
      return stepFailed(draft, job, op);
    case "planned":
      return planStep(draft, op);
    case "sleep":
      return sleep(draft, op);
    case "wait-for-event":
      return waitForEvent(draft, op);
    case "wait-for-signal":
      return waitForSignal(draft, op);
    case "invoke":
      return invokeFunction(draft, op);
    case "complete":
      return finishRun(draft, { kind: "completed", output: op.data });
    case "discovery":
      return requestDiscovery(draft, undefined);
    case "none":
      return;
    case "unsupported": {
      const message = `The SDK reported the op ${op.opcode} for step "${op.name}", which this server does not offer yet.`;
      return finishRun(draft, { kind: "failed", error: { name: "UnsupportedOp", message } });
    }
    default:
      return unreachable(op);
  }
}
