// An answer as HTTP (protocol §5.1–5.3).

import { type CallAnswer, header, type Json, type Op, type RetryHint } from "@stepwell/protocol";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function httpAnswer(answer: CallAnswer): HttpAnswer {
  const version =
    answer.requestVersion === undefined ? {} : { [header.requestVersion]: String(answer.requestVersion) };
  switch (answer.kind) {
    case "returned":
      return { status: 200, headers: version, body: answer.output };
    case "ops":
      return {
        status: 206,
        headers: { ...version, ...retryHeaders(answer) },
        body: `[${answer.ops.map(opText).join(",")}]`,
      };
    case "failed":
      return {
        status: answer.retry.kind === "never" ? 400 : 500,
        headers: {
          ...version,
          [header.noRetry]: String(answer.retry.kind === "never"),
          ...retryAfter(answer.retry),
        },
        body: JSON.stringify(answer.error),
      };
  }
}

/** Only step errors need to say when they are tried again. */
function retryHeaders(answer: Extract<CallAnswer, { kind: "ops" }>): Record<string, string> {
  const hasError = answer.ops.some((op) => op.kind === "errored" || op.kind === "failed");
  return hasError
    ? { [header.noRetry]: String(answer.retry.kind === "never"), ...retryAfter(answer.retry) }
    : {};
}

function retryAfter(retry: RetryHint): Record<string, string> {
  if (retry.kind === "after") return { [header.retryAfter]: String(Math.ceil(retry.delayMs / 1000)) };
  return retry.kind === "at" ? { [header.retryAfter]: new Date(retry.at).toISOString() } : {};
}

/** An op's JSON. Results are text already and are joined as such. */
export function opText(op: Op): string {
  const head = {
    id: op.key,
    displayName: op.name,
    ...(op.userland === undefined ? {} : { userland: op.userland }),
    ...(op.timing === undefined
      ? {}
      : { timing: { a: op.timing.startedAt * 1e6, b: Math.round(op.timing.durationMs * 1e6) } }),
  };
  const { code, name, options, data = "null", error } = opDetails(op);
  const mode = op.race ? { parallelMode: "race" } : {};
  const rest = {
    op: code,
    ...head,
    name: name ?? op.name,
    opts: { ...options, ...mode },
    ...(error === undefined ? {} : { error }),
  };
  return `${JSON.stringify(rest).slice(0, -1)},"data":${data}}`;
}

interface OpDetails {
  readonly code: string;
  readonly name?: string;
  readonly options?: object;
  readonly data?: string;
  readonly error?: object;
}

function opDetails(op: Op): OpDetails {
  switch (op.kind) {
    case "ran":
      return { code: "StepRun", data: op.data, options: stepOptions(op.stepType, op.input) };
    case "ran-raw":
      return { code: "Step", data: op.data };
    case "errored":
      return { code: "StepError", error: op.error };
    case "failed":
      return {
        code: "StepFailed",
        error: op.error,
        data: JSON.stringify({
          __serialized: true,
          name: op.error.name,
          message: op.error.message,
          stack: "",
        }),
      };
    case "planned":
      return { code: "StepPlanned", options: stepOptions(op.stepType, op.input) };
    case "sleep":
      return { code: "Sleep", name: momentText(op.until) };
    case "wait-for-event":
      return {
        code: "WaitForEvent",
        name: op.event,
        options: {
          timeout: momentText(op.timeout),
          ...(op.expression === undefined ? {} : { if: op.expression }),
        },
      };
    case "wait-for-signal":
      return {
        code: "WaitForSignal",
        name: op.signal,
        options: { signal: op.signal, timeout: momentText(op.timeout), conflict: op.conflict },
      };
    case "invoke":
      return {
        code: "InvokeFunction",
        options: {
          function_id: op.functionId,
          payload: op.payload,
          ...(op.timeout === undefined ? {} : { timeout: momentText(op.timeout) }),
        },
      };
    case "complete":
      return { code: "RunComplete", data: op.data };
    case "discovery":
      return { code: "DiscoveryRequest" };
    case "none":
      return { code: "None" };
    case "unsupported":
      return { code: op.opcode, options: JSON.parse(op.options) as object };
  }
}

function stepOptions(stepType: string | undefined, input: string | undefined): object {
  return {
    ...(stepType === undefined ? {} : { type: stepType }),
    ...(input === undefined ? {} : { input: JSON.parse(input) as Json }),
  };
}

function momentText(moment: Extract<Op, { kind: "sleep" }>["until"]): string {
  if (moment.kind === "at") return new Date(moment.at).toISOString();
  const seconds = Math.floor(moment.delayMs / 1000);
  return seconds === 0 ? "" : `${seconds}s`;
}
