// The SDK of Stepwell.

import { type WebHandler, webHandler } from "./serve/handler.ts";
import type { ServeOptions } from "./serve/options.ts";

export { type ClientOptions, Inngest } from "./client.ts";
export { NonRetriableError, RetryAfterError, StepError, serializeError } from "./errors.ts";
export {
  type CreatedEvent,
  type CronTrigger,
  cron,
  type EventOptions,
  type EventPayload,
  EventType,
  eventType,
  type InvokeTrigger,
  invoke,
  type Trigger,
} from "./event-type.ts";
export {
  type AnyFunction,
  type CancelOnOptions,
  type Context,
  type FailureContext,
  type FunctionOptions,
  type FunctionOutput,
  type FunctionReference,
  InngestFunction,
  type ReceivedEvent,
  referenceFunction,
} from "./function.ts";
export type { JsonForm, LooseRecord, LooseValue } from "./json-form.ts";
export { ConsoleLogger, type Logger } from "./logger.ts";
export { type StandardSchema, staticSchema } from "./schema.ts";
export type { WebHandler } from "./serve/handler.ts";
export type { ServeOptions } from "./serve/options.ts";
export type { EventMeta } from "./sessions.ts";
export type { AwaitedEvent, StepOptions, StepTools, WaitOptions } from "./step-tools.ts";
export { version } from "./version.ts";

/** A web-standard handler for an app's endpoint: `(Request) => Promise<Response>`. */
export function serve(options: ServeOptions): WebHandler {
  return webHandler(options, { framework: "web" });
}
