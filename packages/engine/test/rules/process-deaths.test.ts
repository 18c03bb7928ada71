// A call that ends the process cannot do so for ever (design: poison): after an end out of order calls are recorded
// before they are made, and one that was under way at three deaths is held.

import { createEngine, type Engine } from "@stepwell/engine";
import { type ManualClock, ModelRows, manualClock, modelStore, seededRandom } from "@stepwell/engine/testing";
import { asJobId, type CallAnswer, type CallRequest } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";

const returned: CallAnswer = { kind: "returned", output: "1", requestVersion: 2 };

/** One database and the processes that have it, one after the other. */
class Machine {
  readonly rows = new ModelRows();
  readonly clock: ManualClock = manualClock();
  /** Slugs of the calls that were made, over all processes. */
  readonly calls: string[] = [];
  /** What stood in the store with each call's job when the call was made. */
  readonly recorded: unknown[] = [];
  #engine: Engine | undefined;
  #boots = 0;
  readonly #answer: (call: CallRequest) => CallAnswer | undefined;
  readonly #answerMs: number;

  /**
   * @param answer what a call comes to; undefined when it ends the process or goes on for ever.
   * @param answerMs how long an answer takes.
   */
  constructor(answer: (call: CallRequest) => CallAnswer | undefined, answerMs = 0) {
    this.#answer = answer;
    this.#answerMs = answerMs;
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error("No process runs.");
    return this.#engine;
  }

  /** Starts a process. The former one, if it was not stopped, has died. */
  async boot(): Promise<void> {
    this.#boots += 1;
    const process = this.#boots;
    this.#engine = createEngine({
      store: modelStore(this.rows),
      clock: this.clock,
      random: seededRandom(process),
      transport: {
        call: async (request) => {
          if (process !== this.#boots) return await new Promise<never>(() => {});
          this.calls.push(request.functionSlug);
          const job = this.rows.tables.jobs.get(asJobId(request.jobId));
          this.recorded.push(job?.kind === "call" ? job.recorded : "no job");
          const answer = this.#answer(request);
          if (answer === undefined) return await new Promise<never>(() => {});
          if (this.#answerMs === 0) return answer;
          return await new Promise((resolve) => {
            this.clock.setTimer(this.clock.now() + this.#answerMs, () => {
              if (process === this.#boots) resolve(answer);
            });
          });
        },
      },
    });
    await this.#engine.start();
    await this.settle();
  }

  async sync(...names: readonly string[]): Promise<void> {
    await this.engine.sync({
      appName: "app",
      url: "http://app",
      sdk: "test",
      functions: names.map((name) => ({
        id: `app-${name}`,
        name,
        triggers: [{ event: `go/${name}` }],
        url: "http://app",
        options: {},
      })),
    });
  }

  async send(...names: readonly string[]): Promise<void> {
    await this.engine.ingest(names.map((name) => ({ name: `go/${name}`, data: {} })));
    await this.settle();
  }

  /** Lets everything happen that needs no time; a call that ends the process never answers. */
  async settle(): Promise<void> {
    await this.clock.advance(0);
  }

  run(name: string) {
    const slug = [...this.rows.tables.functions.values()].find((settings) => settings.name === name);
    return [...this.rows.tables.runs.values()].find((run) => run.functionId === slug?.id);
  }
}

const killer = (call: CallRequest): CallAnswer | undefined =>
  call.functionSlug === "app-killer" ? undefined : returned;

describe("a call that ends the process", () => {
  test("is made again at each start until it was recorded at three deaths; then its run fails and says why", async () => {
    const machine = new Machine(killer);
    await machine.boot();
    await machine.sync("killer", "good");
    await machine.send("killer");
    // The first call was made after an end in order, so that nothing tells of it.
    for (let death = 1; death <= 3; death += 1) {
      await machine.boot();
      expect([death, machine.calls.length, machine.run("killer")?.endedAt]).toEqual([
        death,
        death + 1,
        undefined,
      ]);
    }
    await machine.boot();
    expect(machine.calls).toHaveLength(4);
    const run = machine.run("killer");
    expect(run).toMatchObject({ status: "failed", error: { name: "InternalError" } });
    expect(run?.error?.message).toContain("under way at 3 ends of this engine's process");
    expect(machine.rows.tables.jobs.size).toBe(0);
    expect([...machine.rows.tables.poisons.values()]).toMatchObject([
      { runId: run?.id, reason: run?.error?.message },
    ]);
    await machine.send("good");
    expect(machine.run("good")?.status).toBe("completed");
  });

  test("is begun apart from others that saw a death, so that these are not held with it", async () => {
    // Answers come a little later, so that all calls of a start are under way together.
    const machine: Machine = new Machine(killer, 50);
    await machine.boot();
    await machine.sync("killer", "good");
    await machine.send("good", "killer", "good", "good");
    for (let death = 1; death <= 8; death += 1) {
      await machine.boot();
      await machine.clock.advance(death < 8 ? 1000 : 10_000);
    }
    const statuses = [...machine.rows.tables.runs.values()].map((run) => run.status).sort();
    expect(statuses).toEqual(["completed", "completed", "completed", "failed"]);
    expect(machine.run("killer")?.status).toBe("failed");
  });

  test("a long call of a suspect does not hold the others up", async () => {
    const machine = new Machine(() => undefined);
    await machine.boot();
    await machine.sync("long");
    await machine.send("long", "long");
    for (let death = 1; death <= 2; death += 1) await machine.boot();
    expect(machine.engine.load().openCalls).toBe(1);
    await machine.clock.advance(5500);
    expect(machine.engine.load().openCalls).toBe(2);
  });

  test("ends in order do not count", async () => {
    const machine = new Machine(killer);
    await machine.boot();
    await machine.sync("killer");
    await machine.send("killer");
    for (let stop = 1; stop <= 6; stop += 1) {
      const stopped = machine.engine.stop(10);
      await machine.clock.advance(10);
      await stopped;
      await machine.boot();
    }
    expect(machine.calls).toHaveLength(7);
    expect(machine.run("killer")?.endedAt).toBe(undefined);
  });
});

describe("the record of a call", () => {
  test("is stored before the call is made, for a minute after an end out of order and at no other time", async () => {
    const machine = new Machine(killer);
    await machine.boot();
    await machine.sync("good");
    await machine.send("good");
    await machine.boot();
    await machine.send("good");
    await machine.clock.advance(60_000);
    await machine.send("good");
    expect(machine.recorded).toEqual([undefined, { epoch: 2, deaths: 0 }, undefined]);
  });

  test("is gone with the answer, a failed one too", async () => {
    const machine = new Machine((call) =>
      call.attempt === 0
        ? { kind: "failed", error: { name: "Error", message: "no" }, retry: { kind: "backoff" } }
        : returned,
    );
    await machine.boot();
    await machine.sync("good");
    await machine.boot();
    await machine.send("good");
    expect([...machine.rows.tables.jobs.values()]).toMatchObject([{ kind: "call", attempt: 1 }]);
    expect([...machine.rows.tables.jobs.values()][0]).not.toHaveProperty("recorded");
  });
});
