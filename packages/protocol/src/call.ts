// A call: the engine's request to run a function (protocol §4). The engine joins stored JSON as text, so the body's
// parts that carry user data are text here and are parsed by the SDK alone.

import type { RunId, StepKey } from "./ids.ts";
import type { TraceContext } from "./trace-context.ts";

/** The step id of a call that discovers rather than runs one step. */
export const discoveryStepId = "step";

/** Version of the request: -1 until the first answer says which the SDK speaks (protocol §4.5). */
export type RequestVersion = -1 | 0 | 1 | 2;

/** A memoised step in a call: its key and the JSON text that stands under it in `steps` (protocol §4.3). */
export interface CallStep {
  readonly key: StepKey;
  readonly text: string;
}

/** Everything a call carries, before it is made into a request. */
export interface CallRequest {
  readonly functionId: string;
  readonly functionSlug: string;
  readonly appUrl: string;
  readonly appName: string;
  readonly runId: RunId;
  /** `step` for a discovery, else the key of the one step to run. */
  readonly stepId: string;
  /** Counts from 0. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly requestVersion: RequestVersion;
  readonly disableImmediateExecution: boolean;
  /** JSON texts of the triggering events, in order. */
  readonly events: readonly string[];
  /** Finished steps in the order in which they finished. */
  readonly steps: readonly CallStep[];
  /** Keys whose text in `steps` is an edited input rather than a result; they are not on the stack. */
  readonly inputs: readonly CallStep[];
  readonly stackCurrent: number;
  /** The only name under which this call may answer or checkpoint. */
  readonly queueItemId: string;
  readonly jobId: string;
  /** Rises with every call. */
  readonly generation: number;
  readonly requestId: string;
  /** State too large to send: the SDK fetches it (protocol §6). */
  readonly useApi: boolean;
  /** Under which span the app works: its own spans are children of that. */
  readonly trace: TraceContext;
}

/** State above this many bytes is fetched by the SDK instead of being sent (protocol §6). */
export const stateBytesInCallMax = 4 * 1024 * 1024 - 1024;

/** The body of a call as text (protocol §4.2). */
export function callBody(call: CallRequest): string {
  const stack = call.steps.map((step) => step.key);
  const first = call.events[0] ?? "null";
  const events = call.useApi ? "" : call.events.join(",");
  const entries = call.useApi ? [] : [...call.steps, ...call.inputs];
  const steps = entries.map((step) => `${JSON.stringify(step.key)}:${step.text}`).join(",");
  const context = {
    attempt: call.attempt,
    disable_immediate_execution: call.disableImmediateExecution,
    env: "",
    fn_id: call.functionId,
    generation_id: call.generation,
    job_id: call.jobId,
    max_attempts: call.maxAttempts,
    qi_id: call.queueItemId,
    request_id: call.requestId,
    run_id: call.runId,
    stack: { current: call.stackCurrent, stack },
    step_id: call.stepId,
    use_api: call.useApi,
  };
  return (
    `{"ctx":${JSON.stringify(context)},"defers":{},"event":${first},"events":[${events}],` +
    `"steps":{${steps}},"use_api":${call.useApi},"version":${call.requestVersion}}`
  );
}
