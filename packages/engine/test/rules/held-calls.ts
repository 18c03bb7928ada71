// Calls that stay open until the test lets them go: what limits hold back shows while they are.

import type { CallAnswer, JsonObject } from "@stepwell/protocol";
import { type FunctionSpec, Rig, returned, type ScriptedCall } from "./rig.ts";

/** Lets everything go on that needs neither time nor an open call to end. */
export async function turns(): Promise<void> {
  for (let count = 0; count < 100; count += 1) await new Promise((resolve) => setImmediate(resolve));
}

export class HeldCalls {
  readonly rig: Rig;
  /** `n` of each call's event, in the order of the calls. */
  readonly order: unknown[] = [];
  readonly #open: { readonly n: unknown; readonly release: () => void }[] = [];

  constructor(rig: Rig = new Rig()) {
    this.rig = rig;
  }

  /** Events' `n` of the calls that are open. */
  get open(): readonly unknown[] {
    return this.#open.map(({ n }) => n);
  }

  /** A script whose every call waits for `finish`. */
  script(answer: (call: ScriptedCall) => CallAnswer = () => returned(1)): FunctionSpec["script"] {
    return async (call) => {
      const { n } = call.event.data;
      this.order.push(n);
      await new Promise<void>((release) => this.#open.push({ n, release }));
      return answer(call);
    };
  }

  /** Sends without waiting for the calls to end. */
  async send(...data: readonly JsonObject[]): Promise<void> {
    await this.sendTo("go", ...data);
  }

  async sendTo(name: string, ...data: readonly JsonObject[]): Promise<void> {
    const outcome = await this.rig.engine.ingest(data.map((each) => ({ name, data: each })));
    if (outcome.kind === "unavailable") throw new Error(outcome.reason);
    await turns();
  }

  /** Ends the call that has been open longest, or that of an event. */
  async finish(n?: unknown): Promise<void> {
    const index = n === undefined ? 0 : this.#open.findIndex((call) => call.n === n);
    const [call] = this.#open.splice(index, 1);
    if (call === undefined) throw new Error(`No call is open for ${String(n)}.`);
    call.release();
    await turns();
  }

  async finishAll(): Promise<void> {
    while (this.#open.length > 0) await this.finish();
  }

  /** The process dies with its open calls, which nobody answers, and is started again on the same rows. */
  async restart(): Promise<void> {
    this.#open.length = 0;
    await this.rig.boot();
    await turns();
  }

  async advance(ms: number): Promise<void> {
    await this.rig.clock.advance(ms, turns);
  }
}

/** One function `f` on the event `go`, whose calls are held. */
export async function heldFunction(
  options: FunctionSpec["options"],
  answer?: (call: ScriptedCall) => CallAnswer,
): Promise<HeldCalls> {
  const held = new HeldCalls();
  await held.rig.start({
    f: { triggers: [{ event: "go" }], options: options ?? {}, script: held.script(answer) },
  });
  return held;
}
