// A rig for the server's tests: the real engine on the model store under a manual clock, an app that answers calls
// from a script, and requests without a network.

import { allObservers, createEngine, type Engine, type StoreReader } from "@stepwell/engine";
import { type ManualClock, ModelRows, manualClock, modelStore, seededRandom } from "@stepwell/engine/testing";
import { type CallAnswer, type CallRequest, type Json, parseOps, stepKey } from "@stepwell/protocol";
import { createServer, type Server } from "../src/create-server.ts";
import { createMetrics } from "../src/metrics/metrics.ts";
import type { ServerOptions } from "../src/options.ts";
import type { TracingOptions } from "../src/tracing/exporter.ts";
import { createTracing, type Tracing } from "../src/tracing/tracing.ts";

/** What `JSON.parse` gives. */
export type Loose = ReturnType<typeof JSON.parse>;

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined when the text is no JSON. */
  readonly body: Loose;
}

export type Script = (call: CallRequest) => CallAnswer | Promise<CallAnswer>;

export interface Rig {
  readonly engine: Engine;
  readonly clock: ManualClock;
  readonly rows: ModelRows;
  readonly server: Server;
  readonly calls: CallRequest[];
  readonly logged: string[];
  /** When it was asked for. */
  readonly tracing: Tracing | undefined;
  request(path: string, init?: RequestInit): Promise<Answered>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answered>;
  /** Registers an app with functions by trigger, on `http://localhost:3000/api/inngest`. */
  register(app: string, functions: Readonly<Record<string, Loose>>): Promise<Answered>;
}

export const returned = (value: Json = null): CallAnswer => ({
  kind: "returned",
  output: JSON.stringify(value),
});

/** The ops of an answer, by the author's ids. */
export function answered(...ops: readonly Json[]): CallAnswer {
  const parsed = parseOps(ops);
  if (parsed.kind === "invalid") throw new Error(parsed.reason);
  return { kind: "ops", ops: parsed.value, retry: { kind: "backoff" }, requestVersion: 2 };
}

export const op = {
  ran: (id: string, data: Json = null, extra: object = {}): Json => ({
    op: "StepRun",
    id: stepKey(id),
    displayName: id,
    userland: { id },
    data,
    ...extra,
  }),
  error: (id: string, message: string): Json => ({
    op: "StepError",
    id: stepKey(id),
    displayName: id,
    error: { name: "Error", message },
  }),
  sleep: (id: string, duration: string): Json => ({
    op: "Sleep",
    id: stepKey(id),
    displayName: id,
    name: duration,
  }),
  wait: (id: string, event: string, timeout: string, expression?: string): Json => ({
    op: "WaitForEvent",
    id: stepKey(id),
    displayName: id,
    name: event,
    opts: { timeout, ...(expression === undefined ? {} : { if: expression }) },
  }),
  signal: (id: string, signal: string, timeout: string): Json => ({
    op: "WaitForSignal",
    id: stepKey(id),
    displayName: id,
    opts: { signal, timeout, conflict: "fail" },
  }),
  invoke: (id: string, slug: string): Json => ({
    op: "InvokeFunction",
    id: stepKey(id),
    displayName: id,
    opts: { function_id: slug, payload: { data: {} } },
  }),
};

export async function rig(
  options: Partial<ServerOptions> = {},
  script: Script = () => returned(),
  tracingOptions?: TracingOptions,
): Promise<Rig> {
  const clock = manualClock();
  const rows = new ModelRows();
  const calls: CallRequest[] = [];
  const logged: string[] = [];
  const log = (message: string): void => void logged.push(message);
  const logger = { warn: log, error: log };
  const tracing = tracingOptions === undefined ? undefined : createTracing(tracingOptions, { clock, logger });
  const metrics = createMetrics({ version: "1.2.3", storeName: "model" });
  const engine = createEngine({
    store: modelStore(rows),
    transport: {
      call: async (call) => {
        calls.push(call);
        return await script(call);
      },
    },
    clock,
    random: seededRandom(1),
    observer: allObservers(metrics.observer, tracing?.observer ?? {}),
  });
  await engine.start();
  tracing?.start(engine);
  const server = createServer({
    engine,
    mode: "dev",
    clock,
    metrics,
    logger,
    ...options,
  });
  // A server in use has loaded its routes.
  await server.addresses();
  const request = async (path: string, init?: RequestInit): Promise<Answered> => {
    const response = await server.fetch(new Request(new URL(path, "http://stepwell.test"), init));
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: jsonOf(text) };
  };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answered> =>
    request(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const register = (app: string, functions: Readonly<Record<string, Loose>>): Promise<Answered> =>
    post("/fn/register", registration(app, functions));
  return { engine, clock, rows, server, calls, logged, tracing, request, post, register };
}

/** @param functions the parts of each function's configuration that matter, by its id. */
export function registration(
  app: string,
  functions: Readonly<Record<string, Loose>>,
  url = "http://localhost:3000/api/inngest",
): Loose {
  return {
    url,
    appName: app,
    sdk: "js:v4.24.0",
    framework: "test",
    deployType: "ping",
    v: "0.1",
    functions: Object.entries(functions).map(([id, config]) => ({
      id: `${app}-${id}`,
      name: id,
      triggers: [],
      steps: {
        step: {
          id: "step",
          name: "step",
          runtime: { type: "http", url: `${url}?fnId=${app}-${id}&stepId=step` },
        },
      },
      ...config,
    })),
  };
}

function jsonOf(text: string): Loose {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An engine of which only what is given may be used. */
export function fakeEngine(parts: Partial<Engine> & { readonly reader?: Partial<StoreReader> }): Engine {
  const reader = { listApps: async () => [], listFunctions: async () => [], ...parts.reader };
  return { onCommitted: () => () => {}, ...parts, reader } as Engine;
}
