// Functions: what authors define, and how they are registered (semantics C1, F2).

import { canonicalJson, type FunctionConfig, type Json, type JsonObject, stepKey } from "@stepwell/protocol";
import type { Inngest } from "./client.ts";
import {
  type CronTrigger,
  type EventTrigger,
  EventType,
  type InvokeTrigger,
  type Trigger,
} from "./event-type.ts";
import type { JsonForm, LooseRecord } from "./json-form.ts";
import type { Logger } from "./logger.ts";
import type { StandardSchema } from "./schema.ts";
import type { StepTools } from "./step-tools.ts";
import { type DurationValue, optionDuration, wireDuration } from "./time-value.ts";

export interface CancelOnOptions {
  readonly event: string | EventType<string, unknown>;
  /** An expression over `event` (the trigger) and `async` (the cancelling event). */
  readonly if?: string;
  /** A path that must be equal in both. */
  readonly match?: string;
  /** How long the listener is valid. */
  readonly timeout?: DurationValue;
}

export interface ConcurrencyOption {
  readonly limit: number;
  readonly key?: string;
  readonly scope?: "fn" | "env" | "account";
}

/** Limits on the steps that execute at once; two hold together. */
export type StepLimits =
  | number
  | ConcurrencyOption
  | readonly [ConcurrencyOption]
  | readonly [ConcurrencyOption, ConcurrencyOption];

/** How many runs may be under way at once, from their first call to their end, asleep or waiting too. */
export interface WholeRunLimit {
  readonly limit: number;
  readonly key?: string;
}

type OneOrMore<T> = T | readonly T[];

/** Options of a function; durations as texts such as "30s". */
export interface FunctionOptions<T extends OneOrMore<Trigger> = OneOrMore<Trigger>> {
  /** Stable, unique within the app. */
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly triggers?: T;
  /** Retries after the first attempt, 0 to 20; the server's default is 4. */
  readonly retries?: number;
  /** On steps; or on whole runs, `fn`, and on steps, `step`, apart (semantics C7). */
  readonly concurrency?: StepLimits | { readonly fn?: readonly [WholeRunLimit]; readonly step?: StepLimits };
  readonly cancelOn?: readonly CancelOnOptions[];
  readonly throttle?: {
    readonly limit: number;
    readonly period: DurationValue;
    readonly burst?: number;
    readonly key?: string;
  };
  readonly rateLimit?: { readonly limit: number; readonly period: DurationValue; readonly key?: string };
  readonly debounce?: {
    readonly period: DurationValue;
    readonly key?: string;
    readonly timeout?: DurationValue;
  };
  readonly batchEvents?: {
    readonly maxSize: number;
    readonly timeout: DurationValue;
    readonly key?: string;
    readonly if?: string;
  };
  /** An expression whose whole number is how many seconds a run is put ahead of those queued at the same time. */
  readonly priority?: { readonly run?: string };
  readonly idempotency?: string;
  readonly timeouts?: { readonly start?: DurationValue; readonly finish?: DurationValue };
  readonly singleton?: { readonly mode: "skip" | "cancel"; readonly key?: string };
  /** How far waits look back for events that came before them. */
  readonly waitLookback?: "causal" | "none" | string;
  /** Runs once when a run has failed for good. */
  readonly onFailure?: (context: FailureContext) => unknown;
  readonly checkpointing?: boolean | CheckpointingOptions;
  readonly optimizeParallelism?: boolean;
}

export interface CheckpointingOptions {
  /** Steps that are collected before they are reported; 1 by default. What is not reported runs again after a crash. */
  readonly bufferedSteps?: number;
  /** How long one call may run before the rest is left to the next; 0 is no limit; 10 s by default over HTTP. */
  readonly maxRuntime?: DurationValue;
  /** How long collected steps wait to be reported; 0, the default, is until enough are collected. */
  readonly maxInterval?: DurationValue;
}

/** An event as handlers see it. */
export interface ReceivedEvent<Name extends string = string, Data = LooseRecord> {
  readonly name: Name;
  readonly data: Data;
  readonly id: string;
  /** Unix ms. */
  readonly ts: number;
  readonly v?: string;
  readonly user?: LooseRecord;
  readonly meta?: LooseRecord;
}

type EventOfTrigger<T> =
  T extends EventType<infer N, infer D>
    ? ReceivedEvent<N, D>
    : T extends { readonly event: EventType<infer N, infer D> }
      ? ReceivedEvent<N, D>
      : T extends { readonly event: infer N extends string }
        ? ReceivedEvent<N>
        : T extends CronTrigger
          ? ReceivedEvent<
              "inngest/scheduled.timer",
              { readonly cron: string; readonly scheduledAt: string; readonly fireAt: string }
            >
          : T extends InvokeTrigger<infer D>
            ? ReceivedEvent<"inngest/function.invoked", D>
            : never;

type ItemOf<T> = T extends readonly (infer Item)[] ? Item : T;
type InvokeDataOf<Item> = Item extends InvokeTrigger<infer D> ? D : never;
type EventDataOf<Item> = Item extends CronTrigger | InvokeTrigger<unknown>
  ? never
  : EventOfTrigger<Item> extends { readonly data: infer D }
    ? D
    : never;

/** Any function may be invoked: with the data of its `invoke()` trigger, else with that of one of its events. */
type InvokedEvent<Item> = ReceivedEvent<
  "inngest/function.invoked",
  [InvokeDataOf<Item>] extends [never]
    ? [EventDataOf<Item>] extends [never]
      ? LooseRecord
      : EventDataOf<Item>
    : InvokeDataOf<Item>
>;

/** The events that triggers can bring, and an invocation; without triggers, a loose one. */
export type TriggerEvent<T> = [T] extends [undefined]
  ? ReceivedEvent
  : [ItemOf<T>] extends [never]
    ? ReceivedEvent
    : EventOfTrigger<ItemOf<T>> | InvokedEvent<ItemOf<T>>;

export interface Context<E = ReceivedEvent> {
  readonly event: E;
  readonly events: readonly E[];
  readonly step: StepTools;
  readonly group: GroupTools;
  readonly runId: string;
  /** Counts from 0. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** The sessions that all triggering events share, by key; what the run sends and invokes inherits them. */
  readonly sessions: Record<string, string>;
  /** Silent while the run replays. */
  readonly logger: Logger;
}

export interface FailureContext extends Context<ReceivedEvent<"inngest/function.failed">> {
  readonly error: Error;
}

export interface GroupTools {
  /** Steps started inside bring the code on one by one, as in a true race. */
  parallel<T>(task: () => Promise<T>): Promise<T>;
  parallel<T>(options: { readonly mode?: "race" }, task: () => Promise<T>): Promise<T>;
}

/** A function, as it is served. */
export class InngestFunction<Output = unknown> {
  readonly client: Inngest;
  readonly options: FunctionOptions;
  readonly handler: (context: FailureContext) => unknown;
  /** Only for types. */
  declare readonly outputType: Output;

  constructor(client: Inngest, options: FunctionOptions, handler: (context: FailureContext) => unknown) {
    this.client = client;
    this.options = options;
    this.handler = handler;
  }

  get functionId(): string {
    return this.options.id;
  }

  get appId(): string {
    return this.client.id;
  }

  get slug(): string {
    return `${this.appId}-${this.functionId}`;
  }
}

export type AnyFunction = InngestFunction<unknown>;

/** A function of this or another app that is known by name alone. */
export interface FunctionReference<Output> {
  readonly functionId: string;
  readonly appId?: string;
  /** Only for types. */
  readonly outputType?: Output;
}

export function referenceFunction<F extends AnyFunction>(reference: {
  readonly functionId: string;
  readonly appId?: string;
}): FunctionReference<F["outputType"]>;
export function referenceFunction<S extends StandardSchema>(reference: {
  readonly functionId: string;
  readonly appId?: string;
  readonly schemas?: { readonly return?: S };
}): FunctionReference<S extends StandardSchema<infer _I, infer O> ? O : LooseRecord>;
export function referenceFunction(reference: {
  readonly functionId: string;
  readonly appId?: string;
}): FunctionReference<unknown> {
  const { functionId, appId } = reference;
  return { functionId, ...(appId === undefined ? {} : { appId }) };
}

/** What invoking a function gives, in its JSON form. */
export type FunctionOutput<F> =
  F extends InngestFunction<infer O>
    ? JsonForm<Awaited<O>>
    : F extends FunctionReference<infer O>
      ? JsonForm<Awaited<O>>
      : never;

/** The triggers as a list. */
export function triggersOf(options: FunctionOptions): readonly Trigger[] {
  const { triggers } = options;
  if (triggers === undefined) return [];
  return Array.isArray(triggers) ? (triggers as readonly Trigger[]) : [triggers as Trigger];
}

/** The registrations of a function: its own, and that of its failure handler (protocol §8.6). */
export function functionConfigs(fn: AnyFunction, appUrl: string): readonly FunctionConfig[] {
  const { options, slug } = fn;
  const config: FunctionConfig = {
    id: slug,
    name: options.name ?? options.id,
    triggers: triggersOf(options).flatMap(wireTrigger),
    url: callUrl(appUrl, slug),
    ...(options.retries === undefined ? {} : { retries: options.retries }),
    options: wireOptions(options),
  };
  if (options.onFailure === undefined) return [config];
  const failureSlug = `${slug}-failure`;
  const expression = `event.data.function_id == '${slug}'`;
  return [
    config,
    {
      id: failureSlug,
      name: `${config.name} (failure)`,
      triggers: [{ event: "inngest/function.failed", expression }],
      url: callUrl(appUrl, failureSlug),
      retries: 1,
      options: {},
    },
  ];
}

function callUrl(appUrl: string, slug: string): string {
  if (!URL.canParse(appUrl) || !appUrl.startsWith("http")) return appUrl;
  const url = new URL(appUrl);
  url.searchParams.set("fnId", slug);
  url.searchParams.set("stepId", "step");
  return url.toString();
}

function wireTrigger(trigger: Trigger): readonly JsonObject[] {
  if (trigger instanceof EventType) return [{ event: trigger.event }];
  if ("invokeSchema" in trigger) return [];
  if ("cron" in trigger)
    return [{ cron: trigger.cron, ...(trigger.jitter === undefined ? {} : { jitter: trigger.jitter }) }];
  const { event, if: expression } = trigger as EventTrigger;
  const name = typeof event === "string" ? event : event.event;
  return [{ event: name, ...(expression === undefined ? {} : { expression }) }];
}

/** Options in their wire form; durations as texts. */
function wireOptions(options: FunctionOptions): JsonObject {
  const {
    concurrency,
    cancelOn,
    throttle,
    rateLimit,
    debounce,
    batchEvents,
    priority,
    idempotency,
    timeouts,
    singleton,
    waitLookback,
  } = options;
  const period = (value: { readonly period: DurationValue }) => ({
    ...value,
    period: optionDuration(value.period),
  });
  return JSON.parse(
    JSON.stringify({
      concurrency,
      cancel: cancelOn?.map(wireCancel),
      throttle: throttle && period(throttle),
      rateLimit: rateLimit && period(rateLimit),
      debounce: debounce && {
        ...period(debounce),
        timeout: debounce.timeout && optionDuration(debounce.timeout),
      },
      batchEvents: batchEvents && { ...batchEvents, timeout: optionDuration(batchEvents.timeout) },
      priority,
      idempotency,
      timeouts: timeouts && {
        start: timeouts.start && optionDuration(timeouts.start),
        finish: timeouts.finish && optionDuration(timeouts.finish),
      },
      singleton,
      waitLookback,
    }),
  ) as JsonObject;
}

function wireCancel({ event, if: expression, match, timeout }: CancelOnOptions): JsonObject {
  const condition = match === undefined ? expression : `event.${match} == async.${match}`;
  return {
    event: typeof event === "string" ? event : event.event,
    ...(condition === undefined ? {} : { if: condition }),
    ...(timeout === undefined ? {} : { timeout: wireDuration(timeout) }),
  };
}

/** A registration's JSON, in the shape of protocol §3.3. */
export function configJson(config: FunctionConfig): Json {
  const { id, name, triggers, url, retries, options } = config;
  const step = {
    id: "step",
    name: "step",
    runtime: { type: "http", url },
    ...(retries === undefined ? {} : { retries: { attempts: retries } }),
  };
  return { ...options, id, name, triggers, steps: { step } };
}

/** A short text that changes when any registration does. */
export function configsKey(configs: readonly FunctionConfig[]): string {
  return stepKey(canonicalJson(configs.map(configJson)));
}
