// Checkpoints over HTTP (protocol §9.1): a few attempts, and 409 means that this call has been given up.

import type { Inngest } from "../client.ts";
import { chance, delay, now } from "../clock.ts";
import type { CheckpointWay } from "../run-call.ts";
import { opText } from "./answer-response.ts";
import type { HttpCall } from "./parse-call.ts";

const attemptsMax = 5;
const delayMs = 100;
/** A call over HTTP goes on for so long before it hands its next step back to the engine. */
const maxRuntimeMs = 10_000;

/** Undefined when the call says too little about itself to be checkpointed. */
export function httpCheckpoint(
  client: Inngest,
  { call, functionUuid, queueItemId, generation, requestId }: HttpCall,
): CheckpointWay | undefined {
  if (functionUuid === undefined || queueItemId === undefined) return undefined;
  const head = {
    run_id: call.runId,
    fn_id: functionUuid,
    qi_id: queueItemId,
    ...(requestId === undefined ? {} : { request_id: requestId }),
    ...(generation === undefined ? {} : { generation_id: generation }),
  };
  return {
    maxRuntimeMs,
    async report(ops) {
      const steps = JSON.parse(`[${ops.map(opText).join(",")}]`);
      for (let attempt = 1; ; attempt += 1) {
        const status = await post(client, call.runId, { ...head, steps, ts: now() });
        if (status >= 200 && status < 300) return "recorded";
        if (status === 409) return "stale";
        if (attempt >= attemptsMax)
          throw new Error(`The steps of run ${call.runId} could not be reported: status ${status}.`);
        await delay(delayMs * 2 ** (attempt - 1) * (0.5 + chance() / 2));
      }
    },
  };
}

async function post(
  client: Inngest,
  runId: string,
  body: Parameters<Inngest["callApi"]>[2],
): Promise<number> {
  try {
    const response = await client.callApi("POST", `/v1/checkpoint/${runId}/async`, body);
    await response.body?.cancel();
    return response.status;
  } catch {
    // No answer: the next attempt may get one; after the last the steps go into the call's own answer.
    return 0;
  }
}
