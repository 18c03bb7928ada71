// What flow control promises, judged from the calls that leave the engine: limits hold at every moment, and nothing of
// a run is called once its time is over.

import { type CallRequest, isJsonObject, type Json, ulidTime } from "@stepwell/protocol";
import { type Flow, missingKey } from "./flow.ts";

interface LiveCall {
  readonly engine: number;
  readonly functionSlug: string;
  readonly key: string;
}

export class FlowWitness {
  readonly #flows: ReadonlyMap<string, Flow>;
  readonly #now: () => number;
  readonly #fail: (message: string) => never;
  readonly #live = new Map<string, LiveCall>();
  /** When the first call of each run was seen. */
  readonly firstCalls = new Map<string, number>();

  /** @param flows by function slug. */
  constructor(flows: ReadonlyMap<string, Flow>, now: () => number, fail: (message: string) => never) {
    this.#flows = flows;
    this.#now = now;
    this.#fail = fail;
  }

  callMade(engine: number, request: CallRequest): void {
    const { functionSlug, runId } = request;
    const flow = this.#flows.get(functionSlug);
    if (flow === undefined) return;
    const key = keyOfEvent(request.events[0] ?? "{}");
    const isFirst = !this.firstCalls.has(runId);
    if (isFirst) this.firstCalls.set(runId, this.#now());
    this.#checkTime(functionSlug, flow, runId, isFirst);
    this.#live.set(request.queueItemId, { engine, functionSlug, key });
    this.#checkConcurrency(engine, functionSlug, flow, key);
  }

  callEnded(queueItemId: string): void {
    this.#live.delete(queueItemId);
  }

  #checkConcurrency(engine: number, functionSlug: string, flow: Flow, key: string): void {
    for (const { limit, isKeyed, scope } of flow.concurrency) {
      let open = 0;
      for (const call of this.#live.values()) {
        if (call.engine !== engine || (isKeyed && call.key !== key)) continue;
        const counts =
          scope === "fn" ? call.functionSlug === functionSlug : this.#sharesEnv(call.functionSlug);
        if (counts) open += 1;
      }
      if (open > limit)
        this.#fail(
          `${functionSlug} makes a call while ${open - 1} are open for ${isKeyed ? key : "all"}, and its ${scope} limit is ${limit}.`,
        );
    }
  }

  #sharesEnv(functionSlug: string): boolean {
    return this.#flows.get(functionSlug)?.concurrency.some(({ scope }) => scope === "env") ?? false;
  }

  #checkTime(functionSlug: string, { timeouts }: Flow, runId: string, isFirst: boolean): void {
    const now = this.#now();
    const { start, finish } = timeouts ?? {};
    if (isFirst && start !== undefined && now > ulidTime(runId) + start * 1000)
      this.#fail(`${functionSlug} starts run ${runId} after its start timeout of ${start} s.`);
    const begun = this.firstCalls.get(runId) ?? now;
    if (finish !== undefined && now > begun + finish * 1000)
      this.#fail(`${functionSlug} calls run ${runId} after its finish timeout of ${finish} s.`);
  }
}

/** The value of the limits' key in an event's text. */
export function keyOfEvent(text: string): string {
  const event = JSON.parse(text) as Json;
  const data = isJsonObject(event) ? event.data : undefined;
  const key = isJsonObject(data) ? data.k : undefined;
  return typeof key === "string" ? key : missingKey;
}
