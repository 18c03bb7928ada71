// An operator: cancels and replays in bulk, holds, goes on and stops, and runs single runs again, wholly or from a step.
// What was answered is remembered, so that it can be judged at the end.

import { type BulkRequest, functionIdOf, type Run, type RunStatus, type Step } from "@stepwell/core";
import type { Engine } from "@stepwell/engine";
import type { ModelRows } from "@stepwell/engine/testing";
import type { BulkId, RunId } from "@stepwell/protocol";
import type { Program } from "./program.ts";
import type { Scheduler } from "./scheduler.ts";

export interface OperatorWorld {
  readonly scheduler: Scheduler;
  readonly rows: ModelRows;
  readonly programs: readonly Program[];
  /** The engine that runs at present. */
  engine(): Engine | undefined;
}

export interface AnsweredRerun {
  readonly id: RunId;
  readonly of: RunId;
  readonly fromStep?: string;
}

const patienceMs = 30_000;
const ended: readonly RunStatus[] = ["completed", "failed", "cancelled", "skipped"];

export class Operator {
  readonly #world: OperatorWorld;
  /** Bulk operations that were answered. */
  readonly bulks = new Set<BulkId>();
  readonly reruns: AnsweredRerun[] = [];

  constructor(world: OperatorWorld) {
    this.#world = world;
  }

  /** @param forMs how long there is something to do. */
  async work(forMs: number): Promise<void> {
    const { scheduler } = this.#world;
    for (let count = scheduler.integer(6); count > 0; count -= 1) {
      await scheduler.after(scheduler.integer(forMs / 4));
      if (scheduler.chance(0.4)) await this.#rerun();
      else await this.#bulk(forMs);
    }
  }

  /** Lets go on whatever is held, so that everything comes to its end. */
  async goOn(): Promise<void> {
    for (const { id, status } of [...this.#world.rows.tables.bulks.values()]) {
      if (status === "held") await this.#persistently((engine) => engine.steerBulk(id, "resume"));
    }
  }

  async #bulk(forMs: number): Promise<void> {
    const { scheduler } = this.#world;
    const request = this.#request();
    const outcome = await this.#once((engine) => engine.startBulk(request));
    if (outcome?.kind !== "started") return;
    const { id } = outcome.bulk;
    this.bulks.add(id);
    for (let count = scheduler.integer(3); count > 0; count -= 1) {
      await scheduler.after(scheduler.integer(forMs / 6));
      const steer = scheduler.pick(["hold", "resume", "resume", "stop"] as const);
      await this.#once((engine) => engine.steerBulk(id, steer));
      if (steer !== "hold") continue;
      await scheduler.after(scheduler.integer(forMs / 6));
      await this.#once((engine) => engine.steerBulk(id, "resume"));
    }
  }

  #request(): BulkRequest {
    const { scheduler, programs } = this.#world;
    const isCancel = scheduler.chance(0.25);
    const some = programs.filter(() => scheduler.chance(isCancel ? 0.4 : 0.8));
    const functionIds = some.map(({ name }) => functionIdOf(`app-${name}`));
    const statuses = isCancel ? (["queued", "running"] as const) : ended.filter(() => scheduler.chance(0.7));
    const perMinute = scheduler.pick([0, 2, 6, 60]);
    const holdAfter = scheduler.pick([0, 0, 2]);
    return {
      kind: isCancel ? "cancel" : "replay",
      selection: { functionIds, statuses: statuses.length === 0 ? ["failed"] : statuses },
      ...(perMinute === 0 || isCancel ? {} : { perMinute }),
      ...(holdAfter === 0 ? {} : { holdAfter }),
    };
  }

  async #rerun(): Promise<void> {
    const { scheduler, rows } = this.#world;
    const runs = [...rows.tables.runs.values()].filter(({ endedAt }) => endedAt !== undefined);
    if (runs.length === 0) return;
    const of: Run = scheduler.pick(runs);
    const steps: readonly Step[] = [...rows.tables.steps.values()].filter(({ runId }) => runId === of.id);
    const fromStep = steps.length === 0 || scheduler.chance(0.3) ? undefined : scheduler.pick(steps).key;
    const outcome = await this.#once((engine) =>
      engine.rerun(of.id, fromStep === undefined ? {} : { fromStep: { stepId: fromStep } }),
    );
    if (outcome?.kind !== "started") return;
    this.reruns.push({ id: outcome.runId, of: of.id, ...(fromStep === undefined ? {} : { fromStep }) });
  }

  /** Asks once; no answer comes from an engine that dies meanwhile. */
  async #once<T>(ask: (engine: Engine) => Promise<T>): Promise<T | undefined> {
    const engine = this.#world.engine();
    if (engine === undefined) return undefined;
    const asked = ask(engine).catch(() => undefined);
    return (await Promise.race([asked, this.#world.scheduler.after(patienceMs)])) ?? undefined;
  }

  async #persistently<T>(ask: (engine: Engine) => Promise<T>): Promise<T> {
    for (;;) {
      const answer = await this.#once(ask);
      if (answer !== undefined) return answer;
      await this.#world.scheduler.after(500);
    }
  }
}
