// One seed is one world: engine, app, senders, and what goes wrong with them. A failure replays exactly.

import { type ControlCommand, functionIdOf } from "@stepwell/core";
import { createEngine, type Engine } from "@stepwell/engine";
import { ModelRows, type ModelStore, modelStore, seededRandom } from "@stepwell/engine/testing";
import type { CallAnswer, CallRequest, FunctionConfig } from "@stepwell/protocol";
import { SimulatedApp } from "./app.ts";
import { checkBulks } from "./check-bulk.ts";
import { checkEnd } from "./check-end.ts";
import { checkFlow } from "./check-flow.ts";
import { keyValues, wireFlow } from "./flow.ts";
import { MirroredRows } from "./mirrored-rows.ts";
import { Operator } from "./operator.ts";
import { optionsLeftOut, type PlantedBug, plantedStore } from "./planted-bugs.ts";
import { eventNames, makePrograms, type Program, replyNames } from "./program.ts";
import { Scheduler } from "./scheduler.ts";
import { Violation, Witness } from "./witness.ts";

export interface SimulationOptions {
  /** SQLite gets every commit beside the model, and both are compared; by default on every fifth seed. */
  readonly withSqlite?: boolean;
  readonly bug?: PlantedBug;
}

export interface SimulationResult {
  readonly seed: number;
  readonly violation?: string;
  readonly calls: number;
  readonly steps: number;
  readonly runs: number;
  readonly crashes: number;
  /** Runs that were compared with their rows at random moments. */
  readonly comparedRuns: number;
}

/** Of so many worlds one has SQLite beside the model. */
const everyWithSqlite = 5;
const minuteMs = 60_000;
const faultyMs = 8 * minuteMs;
const hourMs = 60 * minuteMs;
/** More steps of the scheduler than any healthy world needs. */
const stepsMax = 400_000;

export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationResult> {
  const world = new SimulatedWorld(seed, options);
  try {
    await world.run();
    return { seed, ...world.counts() };
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return { seed, ...world.counts(), violation: error.message };
  } finally {
    world.close();
  }
}

class SimulatedWorld {
  readonly #seed: number;
  readonly #options: SimulationOptions;
  readonly #scheduler: Scheduler;
  readonly #programs: readonly Program[];
  readonly #witness: Witness;
  readonly #app: SimulatedApp;
  readonly #rows: ModelRows;
  readonly #operator: Operator;
  #store: ModelStore | undefined;
  #engine: Engine | undefined;
  #engineNumber = 0;
  #isFaulty = true;
  #crashes = 0;
  #comparedRuns = 0;
  #failure: Error | undefined;
  readonly #faultRate: number;

  constructor(seed: number, options: SimulationOptions) {
    this.#seed = seed;
    this.#options = options;
    const withSqlite = options.withSqlite ?? seed % everyWithSqlite === 0;
    this.#rows = withSqlite ? new MirroredRows() : new ModelRows();
    this.#scheduler = new Scheduler(seed);
    this.#programs = makePrograms(this.#scheduler);
    this.#faultRate = this.#scheduler.pick([0, 0.01, 0.05]);
    const flows = new Map(this.#programs.map((program) => [`app-${program.name}`, program.flow]));
    this.#witness = new Witness(flows, () => this.#scheduler.clock.now());
    this.#app = new SimulatedApp(this.#programs, this.#scheduler, this.#witness);
    this.#operator = new Operator({
      scheduler: this.#scheduler,
      rows: this.#rows,
      programs: this.#programs,
      engine: () => this.#engine,
    });
  }

  close(): void {
    if (this.#rows instanceof MirroredRows) this.#rows.close();
  }

  counts() {
    const { calls, steps } = this.#witness;
    return {
      calls,
      steps,
      runs: this.#rows.tables.runs.size,
      crashes: this.#crashes,
      comparedRuns: this.#comparedRuns,
    };
  }

  async run(): Promise<void> {
    this.#boot();
    this.#spawn(this.#sendEvents());
    this.#spawn(this.#crashNowAndThen());
    this.#spawn(this.#pauseNowAndThen());
    this.#spawn(this.#compareNowAndThen());
    this.#spawn(this.#operator.work(faultyMs));
    const begin = this.#scheduler.clock.now();
    await this.#drive(begin + faultyMs);
    // Faults stop: from here on everything must come to its end.
    this.#isFaulty = false;
    for (const program of this.#programs) this.#spawn(this.#control(program, { kind: "resume" }));
    await this.#drive(begin + faultyMs + hourMs);
    this.#spawn(this.#operator.goOn());
    await this.#drive(begin + faultyMs + 20 * hourMs);
    this.#spawn(this.#sync(this.#engine, true));
    await this.#drive(begin + faultyMs + 30 * hourMs);
    await this.#drive(begin + faultyMs + 31 * hourMs);
    await this.#compareWithSqlite();
    checkEnd(this.#rows, this.#programs, this.#witness);
    checkFlow(this.#rows, this.#programs, this.#witness);
    checkBulks(this.#rows, this.#operator, this.#witness);
  }

  async #drive(until: number): Promise<void> {
    for (let step = 0; await this.#scheduler.step(until); step += 1) {
      if (this.#failure !== undefined) throw this.#failure;
      if (step > stepsMax) throw new Violation(`The world is still busy after ${stepsMax} turns.`);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** A part of the world that goes on by itself; its failure is the world's. */
  #spawn(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
    });
  }

  #boot(): void {
    this.#engineNumber += 1;
    const number = this.#engineNumber;
    const store = this.#openStore();
    const engine = createEngine({
      store,
      clock: this.#scheduler.clock,
      random: seededRandom(this.#seed * 1000 + number),
      transport: { call: (request) => this.#call(number, request) },
      limits: {
        cachedRunsMax: this.#scheduler.pick([1, 3, 1000]),
        openCallsMax: this.#scheduler.pick([3, 100]),
        waitsPerDecision: this.#scheduler.pick([1, 1000]),
        callsPerLane: this.#scheduler.pick([1, 2, 64]),
        // Crashes come from outside here: no call is to blame, and every run must end by itself.
        callDeathsMax: Number.POSITIVE_INFINITY,
      },
    });
    this.#store = store;
    this.#engine = engine;
    this.#spawn(this.#start(engine));
  }

  async #start(engine: Engine): Promise<void> {
    await this.#persistently(() => engine.start());
    await this.#sync(engine, false);
  }

  /** @param isLast schedules end, so that the world can come to rest. */
  async #sync(engine: Engine | undefined, isLast: boolean): Promise<void> {
    const { bug } = this.#options;
    const left = bug === undefined ? [] : optionsLeftOut(bug);
    const functions = this.#programs.map(({ cron, ...program }) =>
      configOf({ ...program, ...(cron === undefined || isLast ? {} : { cron }) }, left),
    );
    const outcome = await engine?.sync({ appName: "app", url: "http://app", sdk: "simulated", functions });
    if (outcome?.kind === "refused") throw new Error(outcome.reasons.join("\n"));
  }

  /** Starting may meet a fault of the store; the process would be started again. */
  async #persistently(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work();
      } catch {
        await this.#scheduler.after(1000);
      }
    }
  }

  #openStore(): ModelStore {
    const store = modelStore(this.#rows, {
      beforeEach: () => this.#scheduler.turn(),
      afterEach: () => this.#scheduler.turn(),
      faultOf: () => {
        if (!this.#isFaulty || !this.#scheduler.chance(this.#faultRate)) return undefined;
        return this.#scheduler.pick(["unavailable", "unknown-written", "unknown-not-written"] as const);
      },
    });
    const { bug } = this.#options;
    return bug === undefined ? store : plantedStore(bug, store);
  }

  /** A call over a network that delays, loses and cuts. */
  async #call(engineNumber: number, request: CallRequest): Promise<CallAnswer> {
    // A dead process makes no calls, whatever its objects still do here.
    if (engineNumber !== this.#engineNumber) return new Promise(() => {});
    const seen =
      this.#options.bug === "step-forgotten" && this.#scheduler.chance(0.2)
        ? { ...request, steps: request.steps.slice(1) }
        : request;
    try {
      this.#witness.callMade(engineNumber, seen);
    } catch (error) {
      this.#failure ??= error as Error;
    }
    await this.#scheduler.turn();
    if (this.#isFaulty && this.#scheduler.chance(this.#faultRate)) return this.#lost(request);
    const answer = await this.#app.call(seen, {
      checkpoint: async (queueItemId, ops) => {
        const engine = this.#engineOf(engineNumber);
        if (engine === undefined) return "stale";
        const outcome = await engine
          .checkpoint({ queueItemId, ops })
          .catch(() => ({ kind: "stale" as const }));
        return outcome.kind === "recorded" ? "recorded" : "stale";
      },
      send: (name, data) => this.#send([{ name, data: { ...data, n: 1 } }]),
    });
    if (this.#isFaulty && this.#scheduler.chance(0.05))
      await this.#scheduler.after(this.#scheduler.integer(20_000));
    if (this.#isFaulty && this.#scheduler.chance(this.#faultRate)) return this.#lost(request);
    this.#witness.callEnded(request.queueItemId);
    return answer;
  }

  #lost(request: CallRequest): CallAnswer {
    this.#witness.callEnded(request.queueItemId);
    return {
      kind: "failed",
      error: { name: "Error", message: "The connection was lost." },
      retry: { kind: "backoff" },
    };
  }

  #engineOf(number: number): Engine | undefined {
    return number === this.#engineNumber ? this.#engine : undefined;
  }

  async #sendEvents(): Promise<void> {
    const count = 3 + this.#scheduler.integer(12);
    for (let index = 0; index < count; index += 1) {
      await this.#scheduler.after(this.#scheduler.integer(40_000));
      const roll = this.#scheduler.integer(10);
      if (roll === 0) this.#spawn(this.#send([{ name: "stop", data: {} }]).then(() => {}));
      else if (roll === 1) this.#spawn(this.#signal());
      else this.#spawn(this.#send(this.#someEvents(index)).then(() => {}));
    }
  }

  #someEvents(index: number) {
    const length = 1 + this.#scheduler.integer(3);
    return Array.from({ length }, (_, position) => ({
      name: this.#scheduler.pick([...eventNames, ...replyNames]),
      data: {
        n: this.#scheduler.integer(3),
        ...(this.#scheduler.chance(0.8) ? { k: this.#scheduler.pick(keyValues) } : {}),
      },
      ...(this.#scheduler.chance(0.3)
        ? { id: `id-${this.#scheduler.integer(4)}` }
        : { id: `own-${index}-${position}` }),
      ...(this.#scheduler.chance(0.1)
        ? { ts: this.#scheduler.clock.now() + this.#scheduler.integer(100_000) }
        : {}),
    }));
  }

  async #signal(): Promise<void> {
    await this.#engine?.signal("signal/one", '"data"').catch(() => null);
  }

  /** Sends until the answer comes, as an SDK does: the seed makes a repetition the same request. */
  async #send(
    events: readonly {
      readonly name: string;
      readonly data: { readonly [key: string]: string | number };
      readonly id?: string;
      readonly ts?: number;
    }[],
  ): Promise<readonly string[]> {
    const entropy = seededRandom(this.#scheduler.integer(2 ** 31)).bytes(10);
    const seed = { atMs: this.#scheduler.clock.now(), entropy };
    for (;;) {
      const engine = this.#engine;
      const answer =
        engine === undefined
          ? undefined
          : await Promise.race([engine.ingest(events, seed), this.#scheduler.after(30_000)]);
      if (answer?.kind === "accepted") {
        for (const [index, id] of answer.ids.entries()) {
          const event = events[index];
          if (event !== undefined)
            this.#witness.acknowledged.set(id, { name: event.name, externalId: event.id ?? id });
        }
        if (this.#options.bug === "event-lost" && this.#scheduler.chance(0.3))
          this.#rows.tables.events.delete(answer.ids[0] as never);
        return answer.ids;
      }
      await this.#scheduler.after(500);
    }
  }

  /** At random moments what the shard holds of runs is loaded again and compared (design §6). */
  async #compareNowAndThen(): Promise<void> {
    for (;;) {
      await this.#scheduler.after(1 + this.#scheduler.integer(this.#isFaulty ? 10_000 : hourMs));
      // A crash or a fault of the store may leave it without an answer: the next one is of another process.
      const asked = this.#engine?.selfCheck().catch(() => undefined);
      const check = await Promise.race([asked, this.#scheduler.after(60_000)]);
      await this.#compareWithSqlite();
      if (check?.kind !== "compared") continue;
      this.#comparedRuns += check.runs;
      const [difference] = check.differences;
      if (difference !== undefined) this.#witness.fail(difference);
    }
  }

  async #compareWithSqlite(): Promise<void> {
    if (!(this.#rows instanceof MirroredRows)) return;
    const difference = await this.#rows.difference(
      this.#scheduler,
      this.#programs,
      this.#scheduler.clock.now(),
    );
    if (difference !== undefined) this.#witness.fail(difference);
  }

  async #pauseNowAndThen(): Promise<void> {
    for (let count = this.#scheduler.integer(3); count > 0; count -= 1) {
      await this.#scheduler.after(this.#scheduler.integer(faultyMs / 2));
      const program = this.#scheduler.pick(this.#programs);
      await this.#control(program, { kind: "pause" });
      await this.#scheduler.after(this.#scheduler.integer(faultyMs / 4));
      await this.#control(program, { kind: "resume" });
    }
  }

  /** Asks until it is done, as an operator would. */
  async #control(program: Program, command: ControlCommand): Promise<void> {
    const id = functionIdOf(`app-${program.name}`);
    for (;;) {
      const asked = this.#engine?.controlFunction(id, command).catch(() => undefined);
      const outcome = await Promise.race([asked, this.#scheduler.after(30_000)]);
      if (outcome?.kind === "done") return;
      await this.#scheduler.after(500);
    }
  }

  /** The planted bug of an operation that does not keep how far it has come. */
  #forgetPositions(): void {
    const { bulks } = this.#rows.tables;
    for (const [id, { position: _, ...bulk }] of bulks) bulks.set(id, bulk);
  }

  async #crashNowAndThen(): Promise<void> {
    const count = this.#scheduler.integer(4);
    for (let index = 0; index < count; index += 1) {
      await this.#scheduler.after(this.#scheduler.integer(faultyMs / 4));
      // Chance picks the moment within the work of the present time too.
      for (let turn = this.#scheduler.integer(40); turn > 0; turn -= 1) await this.#scheduler.turn();
      if (!this.#isFaulty) return;
      this.#crashes += 1;
      this.#store?.crash();
      if (this.#options.bug === "replay-begins-again") this.#forgetPositions();
      this.#boot();
    }
  }
}

function configOf(program: Program, left: readonly string[]): FunctionConfig {
  const { cron, cancelOn, flow } = program;
  // A batch speaks of many events, and its run cannot be cancelled by one.
  const cancels = cancelOn !== undefined && flow.batch === undefined;
  return {
    id: `app-${program.name}`,
    name: program.name,
    triggers: cron !== undefined ? [{ cron }] : program.trigger === "" ? [] : [{ event: program.trigger }],
    url: "http://app",
    options: {
      ...wireFlow(flow, left),
      ...(cancels ? { cancel: [{ event: cancelOn }] } : {}),
    },
  };
}
