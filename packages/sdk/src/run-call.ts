// From a call to its answer: finds the function, builds the handler's context, executes.

import {
  type CallAnswer,
  type Json,
  sharedSessions,
  systemEvent,
  type TraceContext,
} from "@stepwell/protocol";
import type { Inngest } from "./client.ts";
import { reviveError } from "./errors.ts";
import { EventType } from "./event-type.ts";
import {
  type AnyFunction,
  type FailureContext,
  type GroupTools,
  type ReceivedEvent,
  triggersOf,
} from "./function.ts";
import { replayLogger } from "./logger.ts";
import { Checkpointer, type Report } from "./replay/checkpointer.ts";
import { Execution } from "./replay/execution.ts";
import { type Memo, readMemo } from "./replay/memo.ts";
import { type StandardSchema, schemaProblem } from "./schema.ts";
import { stepTools } from "./step-tools.ts";
import { durationMs } from "./time-value.ts";

/** A call with its JSON parsed, whichever way it came. */
export interface ParsedCall {
  readonly functionSlug: string;
  readonly stepId: string;
  readonly runId: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly requestVersion: number;
  readonly disableImmediateExecution: boolean;
  readonly events: readonly ReceivedEvent[];
  /** Results and edited inputs by step key, as JSON values. */
  readonly steps: ReadonlyMap<string, Json>;
  readonly stack: readonly string[];
  /** The trace that the call belongs to. */
  readonly trace?: TraceContext;
}

/** How steps of this call are reported while it runs, where that is possible. */
export interface CheckpointWay {
  readonly report: Report;
  /** How long a call goes on by default, in ms. */
  readonly maxRuntimeMs: number;
}

export async function runCall(
  client: Inngest,
  functions: ReadonlyMap<string, AnyFunction>,
  call: ParsedCall,
  way: CheckpointWay | undefined,
): Promise<CallAnswer> {
  const isFailure = call.functionSlug.endsWith("-failure") && !functions.has(call.functionSlug);
  const fn = functions.get(isFailure ? call.functionSlug.slice(0, -"-failure".length) : call.functionSlug);
  const handler = isFailure ? fn?.options.onFailure : fn?.handler;
  if (fn === undefined || handler === undefined) return notFound(call.functionSlug);
  const invalid = isFailure ? undefined : await eventProblem(fn, call.events);
  if (invalid !== undefined) {
    // Bad input does not heal by trying again (semantics A14.4).
    return {
      kind: "failed",
      error: { name: "EventValidationError", message: invalid },
      retry: { kind: "never" },
      requestVersion: 2,
    };
  }
  return await execute(client, fn, handler, call, way);
}

function notFound(slug: string): CallAnswer {
  const message = `Function "${slug}" was not found in this app; it may have been removed or renamed. Sync the app again.`;
  return { kind: "failed", error: { name: "Error", message }, retry: { kind: "backoff" }, requestVersion: 2 };
}

async function execute(
  client: Inngest,
  fn: AnyFunction,
  handler: (context: FailureContext) => unknown,
  call: ParsedCall,
  way: CheckpointWay | undefined,
): Promise<CallAnswer> {
  const memos = new Map<string, Memo>();
  for (const [key, value] of call.steps) memos.set(key, readMemo(value));
  const checkpointer = checkpointerOf(client, fn, call, way);
  const context = { sessions: { ...sharedSessions(call.events) } };
  const execution: Execution = new Execution({
    stepId: call.stepId,
    attempt: call.attempt,
    maxAttempts: call.maxAttempts,
    requestVersion: versionOf(client, fn, call),
    disableImmediateExecution: call.disableImmediateExecution,
    memos,
    stack: call.stack,
    ...(checkpointer === undefined ? {} : { checkpointer }),
    sessions: () => (client.propagatesSessions ? context.sessions : {}),
    handler: () => handler(contextOf(client, call, context.sessions, () => execution)),
    warn: (message) => client.logger.warn(message),
  });
  return await execution.run();
}

function versionOf(client: Inngest, fn: AnyFunction, call: ParsedCall): 1 | 2 {
  if (call.requestVersion === 1) return 1;
  if (call.requestVersion === 2) return 2;
  return (fn.options.optimizeParallelism ?? client.options.optimizeParallelism ?? true) ? 2 : 1;
}

function checkpointerOf(
  client: Inngest,
  fn: AnyFunction,
  call: ParsedCall,
  way: CheckpointWay | undefined,
): Checkpointer | undefined {
  const setting = fn.options.checkpointing ?? client.options.checkpointing ?? true;
  if (way === undefined || setting === false || call.stepId !== "step" || call.disableImmediateExecution)
    return undefined;
  const options = setting === true ? {} : setting;
  return new Checkpointer(way.report, {
    bufferedSteps: Math.max(1, options.bufferedSteps ?? 1),
    maxIntervalMs: options.maxInterval === undefined ? 0 : durationMs(options.maxInterval),
    maxRuntimeMs: options.maxRuntime === undefined ? way.maxRuntimeMs : durationMs(options.maxRuntime),
  });
}

function contextOf(
  client: Inngest,
  call: ParsedCall,
  sessions: Record<string, string>,
  execution: () => Execution,
): FailureContext {
  const [event] = call.events;
  if (event === undefined) throw new Error(`The call of run ${call.runId} carries no event.`);
  let mode: "race" | undefined;
  const group: GroupTools = {
    async parallel(...args: readonly unknown[]) {
      const task = args.at(-1) as () => Promise<never>;
      const before = mode;
      mode = "race";
      // The mode holds for the steps that the task starts at once; later ones belong to no group.
      const result = task();
      mode = before;
      return await result;
    },
  };
  const error = event.name === systemEvent.failed ? reviveError(event.data["error"] as Json) : new Error("");
  return {
    event: event as FailureContext["event"],
    events: call.events as FailureContext["events"],
    step: stepTools(execution(), client, {
      mode: () => mode,
      sessions: () => (client.propagatesSessions ? sessions : {}),
      trace: call.trace,
    }),
    group,
    runId: call.runId,
    attempt: call.attempt,
    maxAttempts: call.maxAttempts,
    sessions,
    logger: replayLogger(client.logger, () => execution().isReplaying),
    error,
  };
}

/** Checks the triggering events against the schemas of the triggers that they came by (semantics A14.2). */
async function eventProblem(fn: AnyFunction, events: readonly ReceivedEvent[]): Promise<string | undefined> {
  const schemas = schemasOf(fn);
  if (schemas.size === 0) return undefined;
  for (const event of events) {
    const isInvoked = event.name === systemEvent.invoked;
    const own = schemas.get(event.name);
    // Without a schema for invocations an invocation must fit one of the events that it stands for (D8.10).
    const fitting = own !== undefined ? [own] : isInvoked ? [...schemas.values()] : [];
    const problem = await problemWith(fitting, isInvoked ? withoutInternal(event.data) : event.data);
    if (problem !== undefined) return `The event ${event.name} is invalid: ${problem}`;
  }
  return undefined;
}

/** Why data fits none of the schemas: what the first one says. */
async function problemWith(schemas: readonly StandardSchema[], data: unknown): Promise<string | undefined> {
  let first: string | undefined;
  for (const schema of schemas) {
    const problem = await schemaProblem(schema, data);
    if (problem === undefined) return undefined;
    first ??= problem;
  }
  return first;
}

function schemasOf(fn: AnyFunction): ReadonlyMap<string, StandardSchema> {
  const schemas = new Map<string, StandardSchema>();
  for (const trigger of triggersOf(fn.options)) {
    if (!(trigger instanceof EventType) && "invokeSchema" in trigger) {
      schemas.set(systemEvent.invoked, trigger.invokeSchema);
      continue;
    }
    const type = trigger instanceof EventType ? trigger : "event" in trigger ? trigger.event : undefined;
    if (type instanceof EventType && type.schema !== undefined) schemas.set(type.event, type.schema);
  }
  return schemas;
}

function withoutInternal(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { _inngest: _, ...rest } = data;
  return rest;
}
