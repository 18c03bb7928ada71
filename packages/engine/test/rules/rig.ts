// A rig for rules: the real engine on the model store under a manual clock, and an app that answers calls from a
// script. A test says what the app reports, and looks at what the engine does next.

import {
  type ControlCommand,
  type FunctionControl,
  functionIdOf,
  type Outcome,
  type Run,
} from "@stepwell/core";
import { createEngine, type Engine, type EngineOptions, type Store } from "@stepwell/engine";
import { type ManualClock, ModelRows, manualClock, modelStore, seededRandom } from "@stepwell/engine/testing";
import {
  type CallAnswer,
  type CallRequest,
  callBody,
  type EventInput,
  type Json,
  type JsonObject,
  type Op,
  parseEventInput,
  parseOps,
  type RetryHint,
  stepKey,
} from "@stepwell/protocol";

/** What `JSON.parse` gives. */
export type Loose = ReturnType<typeof JSON.parse>;

/** A call as the script sees it. */
export interface ScriptedCall {
  readonly event: Loose;
  readonly events: readonly Loose[];
  readonly ctx: Loose;
  readonly steps: Loose;
  readonly request: CallRequest;
  /** The memoised value under a step's id, or undefined. */
  memo(id: string): Loose;
  has(id: string): boolean;
}

export type Script = (call: ScriptedCall) => CallAnswer | Promise<CallAnswer>;

const backoff: RetryHint = { kind: "backoff" };

/** Ops by the author's id, as an SDK reports them. */
export const op = {
  ran: (id: string, data: Json = null, extra: object = {}) => ({
    op: "StepRun",
    id: stepKey(id),
    displayName: id,
    data,
    ...extra,
  }),
  sent: (id: string, ids: readonly string[]) =>
    op.ran(id, { ids: [...ids] }, { opts: { type: "step.sendEvent" } }),
  error: (id: string, error: object = { name: "Error", message: "boom" }) => ({
    op: "StepError",
    id: stepKey(id),
    displayName: id,
    error,
  }),
  failed: (id: string, error: object = { name: "Error", message: "boom" }) => ({
    op: "StepFailed",
    id: stepKey(id),
    displayName: id,
    error,
  }),
  planned: (id: string, extra: object = {}) => ({
    op: "StepPlanned",
    id: stepKey(id),
    displayName: id,
    opts: extra,
  }),
  sleep: (id: string, duration: string, opts: object = {}) => ({
    op: "Sleep",
    id: stepKey(id),
    displayName: id,
    name: duration,
    opts,
  }),
  wait: (id: string, event: string, timeout: string, expression?: string) => ({
    op: "WaitForEvent",
    id: stepKey(id),
    displayName: id,
    name: event,
    opts: { timeout, ...(expression === undefined ? {} : { if: expression }) },
  }),
  signal: (id: string, signal: string, timeout: string, conflict = "fail") => ({
    op: "WaitForSignal",
    id: stepKey(id),
    displayName: id,
    opts: { signal, timeout, conflict },
  }),
  invoke: (id: string, slug: string, data: object = {}, timeout?: string) => ({
    op: "InvokeFunction",
    id: stepKey(id),
    displayName: id,
    opts: { function_id: slug, payload: { data }, ...(timeout === undefined ? {} : { timeout }) },
  }),
  complete: (data: Json) => ({ op: "RunComplete", id: stepKey("complete"), data }),
};

/** Ops as a checkpoint brings them. */
export function opsOf(list: readonly object[]): readonly Op[] {
  const parsed = parseOps(JSON.parse(JSON.stringify(list)));
  if (parsed.kind === "invalid") throw new Error(parsed.reason);
  return parsed.value;
}

/** A 206 answer. */
export function ops(
  list: readonly object[],
  retry: RetryHint = backoff,
  requestVersion: 1 | 2 = 2,
): CallAnswer {
  return { kind: "ops", ops: opsOf(list), retry, requestVersion };
}

export function returned(value: Json): CallAnswer {
  return { kind: "returned", output: JSON.stringify(value), requestVersion: 2 };
}

export function thrown(message: string, retry: RetryHint = backoff, name = "Error"): CallAnswer {
  return { kind: "failed", error: { name, message }, retry, requestVersion: 2 };
}

export const never: RetryHint = { kind: "never" };

/** Runs steps in order, one call each, then completes: the shortest way to a script. */
export function sequence(
  steps: readonly [string, object][],
  output: (call: ScriptedCall) => Json = () => null,
): Script {
  return (call) => {
    const next = steps.find(([id]) => !call.has(id));
    return next === undefined ? returned(output(call)) : ops([next[1]]);
  };
}

export interface FunctionSpec {
  readonly triggers?: readonly (
    | { readonly event: string; readonly expression?: string }
    | { readonly cron: string; readonly jitter?: string }
  )[];
  readonly retries?: number;
  readonly options?: JsonObject;
  readonly script: Script;
}

/** What the event API makes of an event. */
function accepted(event: EventInput): EventInput {
  const result = parseEventInput(event);
  if (result.kind === "invalid") throw new Error(result.reason);
  return result.value;
}

export class Rig {
  readonly clock: ManualClock;
  readonly rows = new ModelRows();
  readonly calls: ScriptedCall[] = [];
  readonly warnings: string[] = [];
  /** How many rows each commit wrote. */
  readonly written: number[] = [];
  #engine: Engine;
  #functions: Readonly<Record<string, FunctionSpec>> = {};
  #boots = 0;
  readonly #options: EngineOptions;
  readonly #wrap: (store: Store) => Store;
  readonly #others = new Map<string, Script>();

  /** @param wrap what stands between the engine and its store, for example to watch what it asks. */
  constructor(
    options: EngineOptions = {},
    wrap: (store: Store) => Store = (store) => store,
    clock: ManualClock = manualClock(),
  ) {
    this.clock = clock;
    this.#options = options;
    this.#wrap = wrap;
    this.#engine = this.#build();
  }

  get engine(): Engine {
    return this.#engine;
  }

  #build(): Engine {
    this.#boots += 1;
    return createEngine({
      store: this.#wrap(
        modelStore(this.rows, {
          faultOf: (_, writes) => {
            this.written.push(writes.length);
            return undefined;
          },
        }),
      ),
      clock: this.clock,
      random: seededRandom(this.#boots),
      transport: { call: (request) => this.#call(request) },
      observer: { warn: (message, detail) => this.warnings.push(`${message} ${JSON.stringify(detail)}`) },
      options: this.#options,
    });
  }

  async #call(request: CallRequest): Promise<CallAnswer> {
    const body = JSON.parse(callBody(request));
    // An SDK fetches what is too much for the call's body.
    const fetched = () => Object.fromEntries(request.steps.map(({ key, text }) => [key, JSON.parse(text)]));
    const steps = request.useApi ? fetched() : body.steps;
    const call: ScriptedCall = {
      ...body,
      steps,
      request,
      memo: (id) => steps[stepKey(id)],
      has: (id) => stepKey(id) in steps,
    };
    this.calls.push(call);
    const other = this.#others.get(request.functionSlug);
    if (other !== undefined) return await other(call);
    const spec = this.#functions[request.functionSlug.replace(/^app-/, "")];
    if (spec === undefined) return thrown(`Function ${request.functionSlug} was not found in this app.`);
    return await spec.script(call);
  }

  /** Answers the calls of a function of another app. */
  answerFor(slug: string, script: Script): void {
    this.#others.set(slug, script);
  }

  /** Starts the engine and syncs the functions, by their bare ids. */
  async start(functions: Readonly<Record<string, FunctionSpec>>): Promise<this> {
    await this.#engine.start();
    return await this.sync(functions);
  }

  /** Takes over the functions, as if the app had been deployed anew. */
  async sync(functions: Readonly<Record<string, FunctionSpec>>, url = "http://app"): Promise<this> {
    this.#functions = functions;
    const outcome = await this.#engine.sync({
      appName: "app",
      url,
      sdk: "rig",
      functions: Object.entries(functions).map(([id, spec]) => ({
        id: `app-${id}`,
        name: id,
        triggers: spec.triggers ?? [],
        url,
        ...(spec.retries === undefined ? {} : { retries: spec.retries }),
        options: spec.options ?? {},
      })),
    });
    if (outcome.kind === "refused") throw new Error(outcome.reasons.join("\n"));
    return this;
  }

  /** The process dies and is started again on the same rows. */
  async restart(): Promise<void> {
    await this.boot();
    await this.settle();
  }

  /** As `restart`, without waiting for the calls that the new process makes. */
  async boot(): Promise<void> {
    this.#engine = this.#build();
    await this.#engine.start();
  }

  async settle(): Promise<void> {
    await this.#engine.whenIdle();
  }

  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms, () => this.settle());
  }

  /** Sends and lets the consequences happen; returns the internal ids. */
  async send(...events: readonly EventInput[]): Promise<readonly string[]> {
    const outcome = await this.#engine.ingest(events.map(accepted));
    if (outcome.kind === "unavailable") throw new Error(outcome.reason);
    await this.settle();
    return outcome.ids;
  }

  runs(functionId?: string): readonly Run[] {
    const id = functionId === undefined ? undefined : functionIdOf(`app-${functionId}`);
    return [...this.rows.tables.runs.values()].filter((run) => id === undefined || run.functionId === id);
  }

  statuses(functionId?: string): readonly string[] {
    return this.runs(functionId).map((run) => run.status);
  }

  run(functionId: string): Run {
    const runs = this.runs(functionId);
    const [run] = runs;
    if (run === undefined || runs.length !== 1)
      throw new Error(`${functionId} has ${runs.length} runs, expected one.`);
    return run;
  }

  output(functionId: string): Loose {
    const { output } = this.run(functionId);
    return output === undefined ? undefined : JSON.parse(output);
  }

  events(name: string): readonly Loose[] {
    return [...this.rows.tables.events.values()]
      .filter((event) => event.name === name)
      .map((event) => JSON.parse(event.text));
  }

  /** An operator's command, and its consequences. @throws when it is refused. */
  async control(functionId: string, command: ControlCommand): Promise<void> {
    const outcome = await this.#engine.controlFunction(functionIdOf(`app-${functionId}`), command);
    if (outcome.kind !== "done") throw new Error(JSON.stringify(outcome));
    await this.settle();
  }

  controls(functionId: string): FunctionControl | undefined {
    return this.rows.tables.controls.get(functionIdOf(`app-${functionId}`));
  }

  /** What was told of a function's events, in the order in which it was told first. */
  reasons(functionId: string): readonly Outcome["reason"][] {
    const id = functionIdOf(`app-${functionId}`);
    return [...this.rows.tables.outcomes.values()]
      .filter((outcome) => outcome.functionId === id)
      .map((outcome) => outcome.reason);
  }

  callsOf(functionId: string): readonly ScriptedCall[] {
    return this.calls.filter((call) => call.request.functionSlug === `app-${functionId}`);
  }
}
