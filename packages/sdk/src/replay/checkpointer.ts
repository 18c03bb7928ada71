// Checkpointing: results are reported while the call goes on (protocol §9.2, semantics D13).

import type { Op } from "@stepwell/protocol";
import { delay, now } from "../clock.ts";

export interface CheckpointSettings {
  /** Steps that are collected before they are reported; default 1. */
  readonly bufferedSteps: number;
  /** A collected step is reported after this many ms at the latest; 0 is no limit. */
  readonly maxIntervalMs: number;
  /** A call that is older than this (ms) starts no further step; 0 is no limit. */
  readonly maxRuntimeMs: number;
}

/** Reports ops. Rejects when that failed for a reason that leaves the call valid: the ops then go into the answer. */
export type Report = (ops: readonly Op[]) => Promise<"recorded" | "stale">;

export class Checkpointer {
  readonly #report: Report;
  readonly #settings: CheckpointSettings;
  readonly #startedAt = now();
  /** Ran, not reported. */
  #buffer: Op[] = [];
  /** The report under way, with what it carries. */
  #underWay: Promise<void> | undefined;
  #isStale = false;
  #isTimed = false;
  /** Reporting failed: what is left goes into the answer. */
  #isBroken = false;
  hasReported = false;

  constructor(report: Report, settings: CheckpointSettings) {
    this.#report = report;
    this.#settings = settings;
  }

  /** Whether the call has run as long as it may. */
  get isOverdue(): boolean {
    const { maxRuntimeMs } = this.#settings;
    return this.#isBroken || (maxRuntimeMs > 0 && now() - this.#startedAt >= maxRuntimeMs);
  }

  add(op: Op): void {
    this.#buffer.push(op);
    if (this.#buffer.length >= this.#settings.bufferedSteps && this.#underWay === undefined) this.#send();
    else this.#sendInTime();
  }

  /** Sends what is collected once the first of it is as old as it may be. */
  #sendInTime(): void {
    const { maxIntervalMs } = this.#settings;
    if (maxIntervalMs <= 0 || this.#isTimed) return;
    this.#isTimed = true;
    void delay(maxIntervalMs).then(() => {
      this.#isTimed = false;
      if (this.#buffer.length > 0 && this.#underWay === undefined) this.#send();
    });
  }

  /** Resolves once what was due to be reported has been. */
  async settle(): Promise<"stale" | undefined> {
    await this.#underWay;
    return this.#isStale ? "stale" : undefined;
  }

  /** Reports everything; returns what could not be reported. */
  async flush(): Promise<readonly Op[] | "stale"> {
    await this.#underWay;
    if (!this.#isStale && !this.#isBroken && this.#buffer.length > 0) {
      this.#send();
      await this.#underWay;
    }
    return this.#isStale ? "stale" : this.#buffer.splice(0);
  }

  #send(): void {
    if (this.#isBroken || this.#isStale) return;
    const ops = this.#buffer.splice(0);
    this.#underWay = this.#report(ops).then(
      (outcome) => {
        this.hasReported = true;
        this.#isStale = outcome === "stale";
        this.#underWay = undefined;
      },
      () => {
        this.#isBroken = true;
        this.#buffer.unshift(...ops);
        this.#underWay = undefined;
      },
    );
  }
}
