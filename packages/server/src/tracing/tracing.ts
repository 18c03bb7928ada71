// Traces of runs, sent to an OTLP collector when a run has ended. What waits to be sent is bounded and holds ids
// alone; a collector that is away costs spans, never the engine's time.

import type { Change } from "@stepwell/core";
import type { Clock, Engine, Observer, Timer } from "@stepwell/engine";
import type { FunctionId, RunId } from "@stepwell/protocol";
import type { ServerLogger } from "../options.ts";
import { type Exporter, openExporter, type TracingOptions } from "./exporter.ts";
import { type FunctionNames, runSpans, type Span } from "./run-spans.ts";

/** Runs that may wait; beyond it the newest are left out. */
const runsWaitingMax = 10_000;
/** Spans in one request, as long as a single run has no more. */
const spansPerRequest = 512;
/** How long ended runs gather before they are sent, in ms. */
const gatherMs = 500;

export interface Tracing {
  /** Give it to the engine whose runs are to be traced. */
  readonly observer: Observer;
  /** From now on ended runs are read from the engine's store and sent. */
  start(engine: Engine): void;
  /** Sends what waits, for `graceMs` at most. */
  stop(graceMs: number): Promise<void>;
}

export interface TracingPorts {
  readonly clock: Clock;
  readonly logger: ServerLogger;
}

export function createTracing(options: TracingOptions, ports: TracingPorts): Tracing {
  return new RunTracing(options, ports);
}

class RunTracing implements Tracing {
  readonly observer: Observer;
  readonly #options: TracingOptions;
  readonly #ports: TracingPorts;
  readonly #functions = new Map<FunctionId, FunctionNames>();
  #waiting: RunId[] = [];
  #engine: Engine | undefined;
  #exporter: Promise<Exporter> | undefined;
  #timer: Timer | undefined;
  #sending: Promise<void> | undefined;
  #isFailing = false;
  #isOverflowTold = false;

  constructor(options: TracingOptions, ports: TracingPorts) {
    this.#options = options;
    this.#ports = ports;
    this.observer = {
      claimed: (functions) => {
        for (const settings of functions) this.#functions.set(settings.id, settings);
      },
      committed: (changes) => {
        for (const change of changes) this.#look(change);
        this.#plan();
      },
    };
  }

  start(engine: Engine): void {
    this.#engine = engine;
    this.#plan();
  }

  async stop(graceMs: number): Promise<void> {
    this.#timer?.cancel();
    const { clock } = this.#ports;
    let grace: Timer | undefined;
    const isOver = new Promise<void>((resolve) => {
      grace = clock.setTimer(clock.now() + graceMs, resolve);
    });
    await Promise.race([this.#sendAll(), isOver]);
    this.#waiting = [];
    this.#engine = undefined;
    // A collector that hangs must not hold up the end; its connections end with the process.
    const exporter = await this.#exporter?.catch(() => undefined);
    await Promise.race([exporter?.shutdown(), isOver]);
    grace?.cancel();
  }

  #look(change: Change): void {
    if (change.kind === "function.put") this.#functions.set(change.settings.id, change.settings);
    const isEnd =
      (change.kind === "run.put" || change.kind === "run.create") && change.run.endedAt !== undefined;
    if (!isEnd) return;
    if (this.#waiting.length < runsWaitingMax) {
      this.#waiting.push(change.run.id);
      return;
    }
    if (this.#isOverflowTold) return;
    this.#isOverflowTold = true;
    this.#ports.logger.warn(
      `More than ${runsWaitingMax} ended runs wait for the OTLP collector; some get no trace. The runs themselves are not affected.`,
    );
  }

  #plan(): void {
    if (this.#waiting.length === 0 || this.#engine === undefined) return;
    if (this.#timer !== undefined || this.#sending !== undefined) return;
    const { clock } = this.#ports;
    this.#timer = clock.setTimer(clock.now() + gatherMs, () => {
      this.#timer = undefined;
      this.#sending = this.#sendAll().finally(() => {
        this.#sending = undefined;
        this.#plan();
      });
    });
  }

  async #sendAll(): Promise<void> {
    await this.#sending;
    while (this.#waiting.length > 0 && this.#engine !== undefined) {
      const spans = await this.#gather(this.#engine);
      if (spans.length > 0) await this.#send(spans);
    }
  }

  /** Spans of the runs that have waited longest, as many as fit into a request. */
  async #gather(engine: Engine): Promise<readonly Span[]> {
    const spans: Span[] = [];
    while (spans.length < spansPerRequest) {
      const id = this.#waiting.shift();
      if (id === undefined) break;
      const detail = await engine.reader.readRun(id).catch((error: unknown) => {
        this.#tellOnce(`The run ${id} could not be read: ${String(error)}`);
        return undefined;
      });
      const names = detail === undefined ? undefined : this.#functions.get(detail.run.functionId);
      if (detail !== undefined && names !== undefined) spans.push(...runSpans(detail, names));
    }
    return spans;
  }

  async #send(spans: readonly Span[]): Promise<void> {
    try {
      this.#exporter ??= openExporter(this.#options);
      const failure = await (await this.#exporter).export(spans);
      if (failure !== undefined) return this.#tellOnce(failure);
      if (this.#isFailing) this.#ports.logger.warn("Traces reach the OTLP collector again.");
      this.#isFailing = false;
      this.#isOverflowTold = false;
    } catch (error) {
      this.#tellOnce(error instanceof Error ? error.message : String(error));
    }
  }

  #tellOnce(reason: string): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    const { origin, pathname } = new URL(this.#options.url);
    this.#ports.logger.warn(
      `Traces do not reach the OTLP collector at ${origin}${pathname}: ${reason}. Spans are left out until it answers; runs go on.`,
    );
  }
}
