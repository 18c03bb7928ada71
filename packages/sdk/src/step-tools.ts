// `step.*`: the tools of a handler, each a request to the execution.

import {
  isJsonObject,
  type Json,
  type JsonObject,
  type Moment,
  type OpHead,
  parseMoment,
  type TraceContext,
} from "@stepwell/protocol";
import type { Inngest } from "./client.ts";
import { StepError } from "./errors.ts";
import { type EventPayload, EventType } from "./event-type.ts";
import type { AnyFunction, FunctionOutput, FunctionReference } from "./function.ts";
import type { JsonForm, LooseRecord, LooseValue } from "./json-form.ts";
import type { Execution } from "./replay/execution.ts";
import { schemaProblem } from "./schema.ts";
import { type EventMeta, type RunSessions, withInherited } from "./sessions.ts";
import {
  type DurationValue,
  type InstantLike,
  isBelowSecond,
  type MomentValue,
  momentIso,
  wireDuration,
  wireTimeout,
} from "./time-value.ts";

/** A step's id, with what else may be said of it. */
export type StepOptions =
  | string
  | { readonly id: string; readonly name?: string; readonly parallelMode?: "race" };

export interface WaitOptions {
  readonly event: string | EventType<string, unknown>;
  /** A duration or a date; after it the step gives null. */
  readonly timeout: DurationValue | Date | InstantLike;
  /** An expression over `event` (the trigger) and `async` (the awaited event). */
  readonly if?: string;
  /** A path that must be equal in both; short for an `if`. */
  readonly match?: string;
}

/** The received event of a wait, by the event type asked for. */
export type AwaitedEvent<E> =
  E extends EventType<infer N, infer D>
    ? { readonly name: N; readonly data: D; readonly id: string; readonly ts: number; readonly v?: string }
    : {
        readonly name: string;
        readonly data: LooseRecord;
        readonly id: string;
        readonly ts: number;
        readonly v?: string;
      };

export interface StepTools {
  /** Runs `fn` once successfully in the run's life; its result is remembered in its JSON form. */
  run<T, I extends readonly unknown[]>(
    id: StepOptions,
    fn: (...input: I) => T,
    ...input: I
  ): Promise<JsonForm<Awaited<T>>>;
  sleep(id: StepOptions, duration: DurationValue): Promise<void>;
  sleepUntil(id: StepOptions, moment: MomentValue): Promise<void>;
  waitForEvent<const O extends WaitOptions>(
    id: StepOptions,
    options: O,
  ): Promise<AwaitedEvent<O["event"]> | null>;
  waitForSignal<T = LooseValue>(
    id: StepOptions,
    options: {
      readonly signal: string;
      readonly timeout: DurationValue | Date;
      readonly onConflict: "fail" | "replace";
    },
  ): Promise<{ readonly signal: string; readonly data: T } | null>;
  sendSignal(
    id: StepOptions,
    options: { readonly signal: string; readonly data?: unknown },
  ): Promise<{ readonly runId: string | undefined }>;
  sendEvent(
    id: StepOptions,
    events: EventPayload<string, object> | readonly EventPayload<string, object>[],
  ): Promise<{ readonly ids: string[] }>;
  invoke<F extends AnyFunction | FunctionReference<unknown>>(
    id: StepOptions,
    options: {
      readonly function: F;
      readonly data?: object;
      readonly v?: string;
      readonly meta?: EventMeta;
      readonly timeout?: DurationValue | Date;
    },
  ): Promise<FunctionOutput<F>>;
  /** Runs model calls: `wrap` records the arguments as the step's input, `infer` lets the engine make the request. */
  readonly ai: {
    wrap<T, I extends readonly unknown[]>(
      id: StepOptions,
      fn: (...input: I) => T,
      ...input: I
    ): Promise<JsonForm<Awaited<T>>>;
    infer(
      id: StepOptions,
      options: { readonly model: InferModel; readonly body: LooseRecord },
    ): Promise<LooseValue>;
  };
  /** An HTTP request that the engine makes. */
  fetch(
    id: StepOptions,
    url: string,
    init?: {
      readonly method?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    },
  ): Promise<Response>;
}

export interface InferModel {
  readonly url: string;
  readonly format: string;
  readonly authKey: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface StepName {
  readonly id: string;
  readonly name: string;
  readonly parallelMode?: "race";
}

function nameOf(options: StepOptions): StepName {
  if (typeof options === "string") return { id: options, name: options };
  const { id, name, parallelMode } = options;
  return { id, name: name ?? id, ...(parallelMode === undefined ? {} : { parallelMode }) };
}

/** What the tools read when a step is asked for. */
export interface StepSurroundings {
  /** A mode for every step of a `group.parallel`. */
  readonly mode: () => "race" | undefined;
  /** What the run hands down. */
  readonly sessions: () => RunSessions;
  /** Of the call: events that steps send go on in it. */
  readonly trace: TraceContext | undefined;
}

export function stepTools(
  execution: Execution,
  client: Inngest,
  { mode, sessions, trace }: StepSurroundings,
): StepTools {
  const named = (options: StepOptions): StepName => {
    const name = nameOf(options);
    const parallelMode = name.parallelMode ?? mode();
    return parallelMode === undefined ? name : { ...name, parallelMode };
  };
  const local = (
    options: StepOptions,
    stepType: string | undefined,
    input: readonly unknown[],
    run: (input: readonly unknown[]) => unknown,
  ) => {
    const typed = stepType === undefined ? {} : { stepType };
    return execution.request({
      ...named(options),
      ...typed,
      input,
      run: (edited) => run(edited ?? input),
      report: (head) => ({ ...head, kind: "planned", ...typed }),
    });
  };
  return {
    run: (options, fn, ...input) =>
      local(options, undefined, input, (args) => fn(...(args as typeof input))) as never,
    ai: {
      wrap: (options, fn, ...input) =>
        local(options, "step.ai.wrap", input, (args) => fn(...(args as typeof input))) as never,
      infer: (options, { model, body }) =>
        execution.request({ ...named(options), report: (head) => inferOp(head, model, body) }),
    },
    ...sleepTools(execution, named),
    waitForEvent: (options, wait) => execution.request(waitRequest(named(options), wait)) as never,
    async waitForSignal(options, { signal, timeout, onConflict }) {
      const report = (head: OpHead) => signalOp(head, signal, wireTimeout(timeout), onConflict);
      return (await execution.request({ ...named(options), report })) as never;
    },
    sendSignal: (options, signal) =>
      local(options, "step.sendSignal", [], () => client.sendSignal(signal)) as never,
    sendEvent: (options, events) =>
      local(options, "step.sendEvent", [], () =>
        client.sendFrom({ sessions: sessions(), ...(trace === undefined ? {} : { trace }) }, events),
      ) as never,
    invoke: (options, { function: target, data, v, meta, timeout }) => {
      const slug = slugOf(target, client);
      const expires = timeout === undefined ? undefined : wireTimeout(timeout);
      const payload = invokePayload(data, v, withInherited(meta as JsonObject | undefined, sessions()));
      const report = (head: OpHead) => invokeOp(head, slug, payload, expires);
      return execution.request({ ...named(options), report }) as never;
    },
    fetch: (options, url, init = {}) =>
      execution.request({
        ...named(options),
        report: (head) => fetchOp(head, url, init),
        receive: fetchResponse,
      }) as never,
  };
}

function sleepTools(
  execution: Execution,
  named: (options: StepOptions) => StepName,
): Pick<StepTools, "sleep" | "sleepUntil"> {
  return {
    async sleep(options, duration) {
      const delay = wireDuration(duration);
      const report = (head: OpHead) => {
        if (isBelowSecond(duration)) {
          execution.warnOnce(
            "SLEEP_ROUNDED_UP",
            `the sleep "${head.name}" is shorter than a second, so it takes a second.`,
          );
        }
        return sleepOp(head, delay);
      };
      await execution.request({ ...named(options), report });
    },
    async sleepUntil(options, moment) {
      const until = momentIso(moment);
      await execution.request({ ...named(options), report: (head) => sleepOp(head, until) });
    },
  };
}

function sleepOp(head: OpHead, value: string) {
  return { ...head, kind: "sleep" as const, until: momentOf(value) };
}

function momentOf(text: string): Moment {
  const parsed = parseMoment(text);
  if (parsed === undefined) throw new Error(`"${text}" is neither a duration nor a date.`);
  return parsed;
}

function waitRequest(name: StepName, wait: WaitOptions) {
  const event = typeof wait.event === "string" ? wait.event : wait.event.event;
  const schema = wait.event instanceof EventType ? wait.event.schema : undefined;
  const timeout = momentOf(wireTimeout(wait.timeout));
  const expression = wait.match === undefined ? wait.if : `event.${wait.match} == async.${wait.match}`;
  return {
    ...name,
    report: (head: OpHead) => ({
      ...head,
      kind: "wait-for-event" as const,
      event,
      timeout,
      ...(expression === undefined ? {} : { expression }),
    }),
    receive: async (data: Json): Promise<Json> => {
      if (data === null || schema === undefined) return data;
      const problem = await schemaProblem(schema, isJsonObject(data) ? data.data : undefined);
      if (problem === undefined) return data;
      throw new StepError(name.id, {
        name: "EventValidationError",
        message: `The event ${event} is invalid: ${problem}`,
      });
    },
  };
}

function signalOp(head: OpHead, signal: string, timeout: string, conflict: "fail" | "replace") {
  return { ...head, kind: "wait-for-signal" as const, signal, timeout: momentOf(timeout), conflict };
}

function invokePayload(data: object | undefined, v: string | undefined, meta: JsonObject | undefined) {
  return {
    data: JSON.parse(JSON.stringify(data ?? {})) as JsonObject,
    ...(v === undefined ? {} : { v }),
    ...(meta === undefined ? {} : { meta }),
  };
}

function invokeOp(
  head: OpHead,
  functionId: string,
  payload: ReturnType<typeof invokePayload>,
  timeout: string | undefined,
) {
  return {
    ...head,
    kind: "invoke" as const,
    functionId,
    payload,
    ...(timeout === undefined ? {} : { timeout: momentOf(timeout) }),
  };
}

function inferOp(head: OpHead, model: InferModel, body: LooseRecord) {
  const { url, format, authKey, headers } = model;
  const options = { type: "step.ai.infer", url, format, auth_key: authKey, headers: headers ?? {}, body };
  return { ...head, kind: "unsupported" as const, opcode: "AIGateway", options: JSON.stringify(options) };
}

function fetchOp(
  head: OpHead,
  url: string,
  init: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  },
) {
  const options = { url, method: init.method ?? "GET", headers: init.headers ?? {}, body: init.body ?? "" };
  return { ...head, kind: "unsupported" as const, opcode: "Gateway", options: JSON.stringify(options) };
}

function fetchResponse(data: Json): Response {
  const value = isJsonObject(data) ? data : {};
  return new Response(typeof value.body === "string" ? value.body : null, {
    status: typeof value.status_code === "number" ? value.status_code : 200,
    headers: isJsonObject(value.headers) ? (value.headers as Record<string, string>) : {},
  });
}

function slugOf(target: AnyFunction | FunctionReference<unknown>, client: Inngest): string {
  if (typeof target !== "object" || target === null || !("functionId" in target)) {
    throw new Error(
      "step.invoke needs a function, or referenceFunction({ functionId, appId }); a name alone is not enough.",
    );
  }
  return `${target.appId ?? client.id}-${target.functionId}`;
}
