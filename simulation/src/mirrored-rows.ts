// The model's rows with a real SQLite database beside them, which gets every commit of the world. At random moments
// both are compared: row by row, and by what they answer to the same questions.

import { functionIdOf, type RowWrite, type Run, type Table, type Wait } from "@stepwell/core";
import { ModelRows, modelStore } from "@stepwell/engine/testing";
import { canonicalJson, type Json } from "@stepwell/protocol";
import { type InProcessDatabase, inProcessDatabase } from "@stepwell/store-sqlite/testing";
import type { Program } from "./program.ts";
import type { Scheduler } from "./scheduler.ts";

export class MirroredRows extends ModelRows {
  readonly #database: InProcessDatabase = inProcessDatabase();
  readonly #model = modelStore(this);
  #epoch = 0;

  override write(commit: number, writes: readonly RowWrite[]): void {
    super.write(commit, writes);
    while (this.#epoch < this.epoch) this.#epoch = this.#database.calls.claim().epoch;
    this.#database.calls.commit({ epoch: this.#epoch, commit }, writes);
  }

  /** What model and SQLite disagree about; undefined when they agree, or a commit came in between. */
  async difference(
    scheduler: Scheduler,
    programs: readonly Program[],
    now: number,
  ): Promise<string | undefined> {
    const { commit } = this;
    const found = this.#rowDifference() ?? (await this.#answerDifference(scheduler, programs, now));
    return commit === this.commit ? found : undefined;
  }

  close(): void {
    this.#database.close();
  }

  #rowDifference(): string | undefined {
    for (const table of Object.keys(this.tables) as Table[]) {
      const model = [...this.tables[table].values()].map(textOf).sort();
      const stored = this.#database.rowsOf(table).map(textOf).sort();
      const missing = model.find((row, index) => row !== stored[index]);
      if (missing !== undefined || model.length !== stored.length)
        return `The table ${table} has ${stored.length} rows in SQLite and ${model.length} in the model; the first that differs: ${missing}`;
    }
    return undefined;
  }

  async #answerDifference(
    scheduler: Scheduler,
    programs: readonly Program[],
    now: number,
  ): Promise<string | undefined> {
    for (const [question, model, stored] of this.#questions(scheduler, programs, now)) {
      const [expected, given] = [textOf(await model), textOf(stored)];
      if (expected !== given) return `${question}: SQLite answers ${given}, the model ${expected}`;
    }
    return undefined;
  }

  /** The same question to both, with what each says. */
  *#questions(
    scheduler: Scheduler,
    programs: readonly Program[],
    now: number,
  ): Iterable<readonly [string, Promise<unknown>, unknown]> {
    const model = this.#model;
    const { calls } = this.#database;
    const limit = 1 + scheduler.integer(5);
    const start = { dueAt: 0, id: "" as const };
    yield ["due jobs", model.loadDueJobs(start, now, limit), calls.loadDueJobs(start, now, limit)];
    yield ["queue", model.reader.queueFigures(now, [], limit), calls.queueFigures(now, [], limit)];
    yield ["figures", model.reader.functionFigures(), calls.functionFigures()];
    const functionIds = [functionIdOf(`app-${scheduler.pick(programs).name}`)];
    const statuses = [
      scheduler.pick<Run["status"]>(["queued", "running", "completed", "failed", "cancelled"]),
    ];
    const order = scheduler.pick(["newest", "oldest"] as const);
    for (const filter of [
      { limit, order },
      { limit, order, functionIds, statuses },
    ]) {
      yield [`runs ${textOf(filter)}`, model.reader.listRuns(filter), calls.listRuns(filter)];
      yield [`how many ${textOf(filter)}`, model.reader.countRuns(filter), calls.countRuns(filter)];
    }
    const events = [...this.tables.events.values()];
    if (events.length > 0) {
      const { name, receivedAt, sequence } = scheduler.pick(events);
      const scan = {
        name,
        limit,
        afterSequence: sequence - 2,
        receivedFrom: scheduler.pick([0, receivedAt]),
      };
      yield [`scan ${textOf(scan)}`, model.scanEvents(scan), calls.scanEvents(scan)];
    }
    const waits: readonly Wait[] = [...this.tables.waits.values()];
    if (waits.length === 0) return;
    const { event, keys } = scheduler.pick(waits);
    const page = { after: "", limit };
    yield [`waits for ${event}`, model.loadWaits(event, keys, page), calls.loadWaits(event, keys, page)];
    const shapes = model.loadWaitShapes(event).then((found) => [...found].sort());
    yield [`shapes of ${event}`, shapes, [...calls.loadWaitShapes(event)].sort()];
  }
}

function textOf(value: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(value)) as Json);
}
