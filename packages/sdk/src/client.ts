// The client: an app's name, how to reach the engine, sending events, and defining functions (semantics F1).

import {
  type EmbeddedApp,
  type EngineLink,
  type EventInput,
  embeddedAppKey,
  formatEventIdSeed,
  hashSigningKey,
  header,
  isJsonObject,
  type JsonObject,
  objectAt,
  parseJson,
  stringAt,
  type TraceContext,
} from "@stepwell/protocol";
import { chance, delay, now, randomBytes } from "./clock.ts";
import { embeddedApp } from "./embedded.ts";
import {
  branchOf,
  type Connection,
  connectionOf,
  type Environment,
  processEnvironment,
} from "./environment.ts";
import type { CreatedEvent, EventPayload, Trigger } from "./event-type.ts";
import {
  type AnyFunction,
  type CheckpointingOptions,
  type Context,
  type FailureContext,
  type FunctionOptions,
  InngestFunction,
  type TriggerEvent,
} from "./function.ts";
import { ConsoleLogger, type Logger } from "./logger.ts";
import { ambientSessions } from "./replay/ambient.ts";
import { propagatesSessions, type RunSessions, withInherited } from "./sessions.ts";
import { sdkHeader } from "./version.ts";

export interface ClientOptions {
  /** The app's id: unique within the environment. */
  readonly id: string;
  readonly eventKey?: string;
  readonly signingKey?: string;
  readonly signingKeyFallback?: string;
  /** Address of the server, for events and API alike. */
  readonly baseUrl?: string;
  /** Whether the server is a dev server: no keys, no signatures. */
  readonly isDev?: boolean;
  readonly env?: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly logger?: Logger;
  readonly appVersion?: string;
  readonly checkpointing?: boolean | CheckpointingOptions;
  readonly optimizeParallelism?: boolean;
  /** Whether what a run sends and invokes inherits its sessions; default INNGEST_SESSION_PROPAGATION, else true. */
  readonly sessionPropagation?: boolean;
}

type SentEvent = EventPayload<string, object> | CreatedEvent<string, unknown>;

const sendAttemptsMax = 5;
const sendDelayMs = 100;
const noEventKey = "NO_EVENT_KEY_SET";

export class Inngest {
  readonly id: string;
  readonly options: ClientOptions;
  readonly logger: Logger;
  #environment: Environment = processEnvironment();
  #link: EngineLink | undefined;

  constructor(options: ClientOptions) {
    if (typeof options?.id !== "string" || options.id === "") {
      throw new Error('A client needs an id: new Inngest({ id: "my-app" }).');
    }
    this.id = options.id;
    this.options = options;
    this.logger = options.logger ?? new ConsoleLogger();
  }

  /** For runtimes that hand their variables over with each request. */
  setEnvVars(environment: Environment): this {
    this.#environment = { ...this.#environment, ...environment };
    return this;
  }

  get environment(): Environment {
    return this.#environment;
  }

  get connection(): Connection {
    return connectionOf(this.options, this.#environment);
  }

  get mode(): "dev" | "cloud" {
    return this.connection.isDev ? "dev" : "cloud";
  }

  get env(): string | undefined {
    return this.options.env ?? branchOf(this.#environment);
  }

  get appVersion(): string | undefined {
    return this.options.appVersion;
  }

  get propagatesSessions(): boolean {
    return propagatesSessions(this.options.sessionPropagation, this.#environment);
  }

  get eventKey(): string | undefined {
    return this.options.eventKey ?? (this.#environment["INNGEST_EVENT_KEY"] || undefined);
  }

  get signingKey(): string | undefined {
    return this.options.signingKey ?? (this.#environment["INNGEST_SIGNING_KEY"] || undefined);
  }

  get signingKeyFallback(): string | undefined {
    return (
      this.options.signingKeyFallback ?? (this.#environment["INNGEST_SIGNING_KEY_FALLBACK"] || undefined)
    );
  }

  get fetch(): typeof globalThis.fetch {
    return this.options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  }

  /** The embedding engine, if there is one. */
  get link(): EngineLink | undefined {
    return this.#link;
  }

  /**
   * Sends one event or several; resolves with their internal ids, in order, once they are stored (semantics A2, A6).
   *
   * @param options `trace` is the W3C trace context in which what the events start goes on.
   * @throws Error when an event is invalid, the key is missing or refused, or the server cannot be reached.
   */
  async send(events: SentEvent | readonly SentEvent[]): Promise<{ ids: string[] }> {
    const sessions = ambientSessions();
    return await this.sendFrom(sessions === undefined ? {} : { sessions }, events);
  }

  /** As `send`, from a run that hands down its sessions and its trace. */
  async sendFrom(
    { sessions, trace }: { readonly sessions?: RunSessions; readonly trace?: TraceContext },
    events: SentEvent | readonly SentEvent[],
  ): Promise<{ ids: string[] }> {
    const list = Array.isArray(events) ? (events as readonly SentEvent[]) : [events as SentEvent];
    if (list.length === 0) {
      this.logger.warn("send() was called without events; nothing was sent.");
      return { ids: [] };
    }
    for (const event of list) if ("validate" in event) await event.validate();
    const inputs = list.map((event) => inputOf(event, sessions));
    const link = this.#link;
    if (link !== undefined) return { ids: [...(await link.ingest(inputs, trace)).ids] };
    return await this.#sendOverHttp(inputs, trace);
  }

  async #sendOverHttp(
    events: readonly EventInput[],
    trace: TraceContext | undefined,
  ): Promise<{ ids: string[] }> {
    const { isDev, eventUrl } = this.connection;
    const key = this.eventKey ?? (isDev ? noEventKey : undefined);
    if (key === undefined) {
      throw new Error(
        "Failed to send events: there is no event key. Set INNGEST_EVENT_KEY, or eventKey in new Inngest({ … }).",
      );
    }
    // The same seed on each attempt gives the same ids, so that repeating a request sends nothing twice (A2.3).
    const entropy = randomBytes(10);
    const seed =
      entropy === undefined ? {} : { [header.eventIdSeed]: formatEventIdSeed({ atMs: now(), entropy }) };
    const headers = { ...this.headers(), ...seed, ...trace };
    const attempts = entropy === undefined ? 1 : sendAttemptsMax;
    const body = JSON.stringify(events);
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#post(`${eventUrl}/e/${encodeURIComponent(key)}`, headers, body);
      if (Array.isArray(outcome)) return { ids: outcome };
      const isLast = attempt >= attempts || !isWorthRepeating(outcome.status);
      if (isLast)
        throw new Error(outcome.message, outcome.cause === undefined ? undefined : { cause: outcome.cause });
      await delay(sendDelayMs * 2 ** (attempt - 1) * (0.5 + chance() / 2));
    }
  }

  async #post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<string[] | SendFailure> {
    try {
      const response = await this.fetch(url, { method: "POST", headers, body });
      const text = await response.text();
      const answer = parseJson(text);
      const object = answer.kind === "parsed" && isJsonObject(answer.value) ? answer.value : undefined;
      if (object?.status === 200 && object.error === undefined)
        return (object.ids as string[] | undefined) ?? [];
      const status = response.status === 200 ? 500 : response.status;
      return { status, message: sendErrorText(status, object, text) };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      return {
        status: 0,
        message: `Failed to send events to ${new URL(url).origin}: ${reason}. Is the server running?`,
        cause,
      };
    }
  }

  /** Sends a signal to the run that waits for it; `runId` is undefined when none does (semantics D6.3). */
  async sendSignal(options: {
    readonly signal: string;
    readonly data?: unknown;
  }): Promise<{ runId: string | undefined }> {
    if (this.#link !== undefined) {
      const delivered = await this.#link.signal(options.signal, JSON.stringify(options.data) ?? "null");
      return { runId: delivered?.runId };
    }
    const response = await this.callApi("POST", "/v1/signals", {
      signal: options.signal,
      data: (options.data ?? null) as never,
    });
    if (response.status === 404) return { runId: undefined };
    const text = await response.text();
    if (!response.ok)
      throw new Error(`Failed to send the signal "${options.signal}": ${response.status} ${text}`);
    const body = parseJson(text);
    const value = body.kind === "parsed" && isJsonObject(body.value) ? body.value : {};
    return { runId: stringAt(objectAt(value, "data") ?? value, "run_id") };
  }

  /** A request to the server's API, with the fallback key where the first one is refused. */
  async callApi(
    method: string,
    path: string,
    body?: JsonObject,
    extraHeaders: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const url = `${this.connection.apiUrl}${path}`;
    const send = (key: string | undefined) =>
      this.fetch(url, {
        method,
        headers: {
          ...this.headers(),
          ...extraHeaders,
          ...(key === undefined ? {} : { authorization: `Bearer ${hashSigningKey(key)}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const response = await send(this.signingKey);
    const isRefused = response.status === 401 || response.status === 403;
    return isRefused && this.signingKeyFallback !== undefined
      ? await send(this.signingKeyFallback)
      : response;
  }

  /** Headers of every request. */
  headers(): Record<string, string> {
    const { env } = this;
    return {
      "content-type": "application/json",
      "user-agent": sdkHeader,
      [header.sdk]: sdkHeader,
      ...(env === undefined ? {} : { [header.env]: env }),
    };
  }

  /**
   * Defines a function. It runs once it is served (or embedded).
   *
   * @throws Error when the arguments are in the old order, or the id is missing.
   */
  createFunction<const T extends Trigger | readonly Trigger[] | undefined, R>(
    options: Omit<FunctionOptions, "triggers"> & { readonly triggers?: T },
    handler: (context: Context<TriggerEvent<T>>) => R,
  ): InngestFunction<R> {
    if (typeof handler !== "function") {
      throw new Error(
        "createFunction takes two arguments, options and handler; triggers stand in the options: { id, triggers: [{ event }] }.",
      );
    }
    if (typeof options.id !== "string" || options.id === "") throw new Error("A function needs an id.");
    return new InngestFunction<R>(
      this,
      options as FunctionOptions,
      handler as unknown as (context: FailureContext) => unknown,
    );
  }

  /** How an embedding engine learns about this app. */
  [embeddedAppKey](functions: readonly AnyFunction[]): EmbeddedApp {
    return embeddedApp(this, functions, (link) => {
      this.#link = link;
      return () => {
        if (this.#link === link) this.#link = undefined;
      };
    });
  }
}

interface SendFailure {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly message: string;
  readonly cause?: unknown;
}

/** A request that is wrong stays wrong; anything else may be a matter of time. */
function isWorthRepeating(status: number): boolean {
  return status === 0 || status >= 500 || status === 429 || status === 408;
}

const statusTexts: Readonly<Record<number, string>> = {
  400: "Cannot process event payload",
  401: "Event key not found",
  403: "Forbidden",
  404: "Event key not found",
  409: "Event transform failed",
  412: "Event transform failed",
  413: "Event payload too large",
  500: "Internal server error",
};

function sendErrorText(status: number, body: JsonObject | undefined, text: string): string {
  const said = body === undefined ? undefined : stringAt(body, "error");
  return `Inngest API Error: ${status} ${said ?? statusTexts[status] ?? (text.slice(0, 200) || "unknown error")}`;
}

/** An event as it goes out: always with `data` and `ts` (semantics A1.4). */
function inputOf(event: SentEvent, sessions: RunSessions | undefined): EventInput {
  const { name, data, id, ts, v, user } = event;
  const meta = withInherited(event.meta as JsonObject | undefined, sessions);
  return {
    name,
    data: JSON.parse(JSON.stringify(data ?? {})) as JsonObject,
    ts: ts === undefined || ts === 0 ? now() : ts,
    ...(id === undefined ? {} : { id }),
    ...(v === undefined ? {} : { v }),
    ...(user === undefined ? {} : { user: user as JsonObject }),
    ...(meta === undefined ? {} : { meta }),
  };
}
