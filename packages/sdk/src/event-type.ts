// Typed events and triggers (semantics A14).

import type { LooseRecord } from "./json-form.ts";
import { type SchemaOutput, type StandardSchema, schemaProblem } from "./schema.ts";
import type { EventMeta } from "./sessions.ts";

/** An event as it is sent. */
export interface EventPayload<Name extends string = string, Data = LooseRecord> {
  readonly name: Name;
  readonly data?: Data;
  /** Deduplicates: the same id starts a function once within 24 hours. */
  readonly id?: string;
  /** Unix ms; in the future it delays delivery. */
  readonly ts?: number;
  readonly v?: string;
  readonly user?: LooseRecord;
  readonly meta?: EventMeta;
}

export interface EventOptions {
  readonly id?: string;
  readonly ts?: number;
  readonly v?: string;
  readonly meta?: EventMeta;
}

/** A payload that knows how to check itself before it is sent. */
export interface CreatedEvent<Name extends string, Data> extends EventPayload<Name, Data> {
  readonly data: Data;
  /** @throws Error with `path: message` per issue. */
  validate(): Promise<void>;
}

/** A named, optionally checked event: usable as a trigger, in waits and cancellations, and to create payloads. */
export class EventType<Name extends string = string, Data = LooseRecord> {
  readonly event: Name;
  readonly version: string | undefined;
  readonly schema: StandardSchema | undefined;
  /** Only for types. */
  declare readonly dataType: Data;

  constructor(name: Name, schema: StandardSchema | undefined, version: string | undefined) {
    this.event = name;
    this.schema = schema;
    this.version = version;
  }

  get name(): Name {
    return this.event;
  }

  create(data: Data, options: EventOptions = {}): CreatedEvent<Name, Data> {
    const v = options.v ?? this.version;
    const { schema, event } = this;
    const created = { name: event, data, ...options, ...(v === undefined ? {} : { v }) };
    const validate = async (): Promise<void> => {
      const problem = schema === undefined ? undefined : await schemaProblem(schema, data);
      if (problem !== undefined) throw new Error(`The event ${event} is invalid: ${problem}`);
    };
    // Not enumerable, so that it never reaches the wire.
    return Object.defineProperty(created, "validate", { value: validate, enumerable: false }) as CreatedEvent<
      Name,
      Data
    >;
  }
}

/** Schemas whose input and output differ would change the payload between sender and receiver: not accepted. */
type SameShape<S> =
  S extends StandardSchema<infer I, infer O>
    ? [I] extends [O]
      ? [O] extends [I]
        ? S
        : never
      : never
    : never;

export function eventType<const Name extends string>(
  name: Name,
  options?: { readonly version?: string; readonly schema?: undefined },
): EventType<Name>;
export function eventType<const Name extends string, S extends StandardSchema>(
  name: Name,
  options: { readonly schema: SameShape<S>; readonly version?: string },
): EventType<Name, SchemaOutput<S>>;
export function eventType(
  name: string,
  options: { readonly schema?: StandardSchema | undefined; readonly version?: string } = {},
): EventType {
  if (options.schema !== undefined && name.endsWith("*"))
    throw new Error(`The wildcard event ${name} cannot have a schema.`);
  return new EventType(name, options.schema, options.version);
}

/** Declares the data that a function expects when it is invoked directly. */
export interface InvokeTrigger<Data> {
  readonly invokeSchema: StandardSchema;
  readonly dataType?: Data;
}

export function invoke<S extends StandardSchema>(schema: S): InvokeTrigger<SchemaOutput<S>> {
  return { invokeSchema: schema };
}

export interface CronTrigger {
  readonly cron: string;
  readonly jitter?: string;
}

/** A trigger by time: five fields, optionally behind `TZ=<zone> `. */
export function cron(schedule: string): CronTrigger {
  return { cron: schedule };
}

export type EventTrigger = { readonly event: string | EventType<string, unknown>; readonly if?: string };
export type Trigger = EventTrigger | EventType<string, unknown> | CronTrigger | InvokeTrigger<unknown>;
