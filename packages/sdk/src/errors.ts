// Errors that say what the engine does next, and errors as they travel.

import { isJsonObject, type Json, parseError, type SerializedError } from "@stepwell/protocol";
import { type DurationValue, retryAfterText } from "./time-value.ts";

/** Fails the step, or the run, at once: trying again would not help (semantics C2.6). */
export class NonRetriableError extends Error {
  override readonly name: string = "NonRetriableError";
}

/** Tries again at a given time instead of after the backoff (semantics C2.7). */
export class RetryAfterError extends Error {
  override readonly name: string = "RetryAfterError";
  /** Seconds, or an ISO 8601 date: what the header says. */
  readonly retryAfter: string;

  /** @param after ms, a duration such as "30s", or a date. */
  constructor(message: string, after: DurationValue | Date, options?: ErrorOptions) {
    super(message, options);
    this.retryAfter = retryAfterText(after);
  }
}

/** A step that failed for good, as the awaiting code sees it (semantics C2.13). */
export class StepError extends Error {
  override readonly name: string;
  readonly stepId: string;

  constructor(stepId: string, error: SerializedError) {
    const cause = error.cause === undefined ? {} : { cause: reviveCause(error.cause) };
    super(error.message, cause);
    this.name = error.name;
    this.stepId = stepId;
    if (error.stack !== undefined) this.stack = error.stack;
    if (error.code !== undefined) Object.assign(this, { code: error.code });
    if (error.data !== undefined) Object.assign(this, { data: error.data });
  }
}

function reviveCause(cause: Json): unknown {
  return isJsonObject(cause) && typeof cause.message === "string" ? reviveError(cause) : cause;
}

const builtIn: Readonly<Record<string, new (message: string, options?: ErrorOptions) => Error>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  NonRetriableError,
};

/** An error from its serialised form; built-in classes and NonRetriableError come back as such (semantics B5.2). */
export function reviveError(value: Json | undefined): Error {
  const { name, message, stack, code, cause } = parseError(value);
  const revived = new (builtIn[name] ?? Error)(
    message,
    cause === undefined ? undefined : { cause: reviveCause(cause) },
  );
  if (revived.name !== name) Object.defineProperty(revived, "name", { value: name, configurable: true });
  if (stack !== undefined) revived.stack = stack;
  return code === undefined ? revived : Object.assign(revived, { code });
}

const causeDepthMax = 5;

/** The serialised form of whatever was thrown: name, message, stack, code and cause (semantics C2.12). */
export function serializeError(thrown: unknown): SerializedError & { readonly __serialized: true } {
  return { ...serialize(thrown, 0), __serialized: true };
}

function serialize(thrown: unknown, depth: number): SerializedError {
  if (!(thrown instanceof Error)) {
    const message = typeof thrown === "string" ? thrown : safeText(thrown);
    return { name: "Error", message, stack: `Error: ${message}` };
  }
  const { code } = thrown as { readonly code?: unknown };
  const { cause } = thrown;
  return {
    name: thrown.name || "Error",
    message: thrown.message,
    stack: thrown.stack ?? `${thrown.name}: ${thrown.message}`,
    ...(code === undefined ? {} : { code: jsonOrText(code) }),
    ...(cause === undefined || depth >= causeDepthMax
      ? {}
      : {
          cause:
            cause instanceof Error ? (serialize(cause, depth + 1) as unknown as Json) : jsonOrText(cause),
        }),
  };
}

function jsonOrText(value: unknown): Json {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null") as Json;
  } catch {
    return String(value);
  }
}

function safeText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/** Whether a thrown value asks not to be tried again; by class or by name, for errors of another copy of the SDK. */
export function isNonRetriable(thrown: unknown): boolean {
  return (
    thrown instanceof NonRetriableError || (thrown instanceof Error && thrown.name === "NonRetriableError")
  );
}

/** When a thrown value wants to be tried again, as header text. */
export function retryAfterOf(thrown: unknown): string | undefined {
  if (thrown instanceof RetryAfterError) return thrown.retryAfter;
  const foreign = thrown as { readonly name?: unknown; readonly retryAfter?: unknown } | null;
  return foreign?.name === "RetryAfterError" && typeof foreign.retryAfter === "string"
    ? foreign.retryAfter
    : undefined;
}
