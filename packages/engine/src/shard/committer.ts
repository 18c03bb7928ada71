// Group commit. Decisions are applied to memory at once; their rows gather while a commit is in flight and go with
// the next. Effects wait until everything decided before them is stored, also those of decisions that changed nothing.

import { type Change, isUrgent, RowGroup, rowOf } from "@stepwell/core";
import type { Clock, Timer } from "../ports/clock.ts";
import type { CommitReport } from "../ports/observer.ts";
import type { Store } from "../ports/store.ts";

/** How long a change that nobody waits for may stay unstored when nothing else is committed, in ms. */
const lazyCommitMs = 200;

interface Group {
  readonly rows: RowGroup;
  readonly changes: Change[];
  readonly release: (() => void)[];
  isUrgent: boolean;
}

function emptyGroup(): Group {
  return { rows: new RowGroup(), changes: [], release: [], isUrgent: false };
}

export interface CommitterEvents {
  /** A group is durable. */
  stored(group: number, changes: readonly Change[]): void;
  /** A commit failed or its outcome is unknown: memory must be dropped. */
  failed(error: unknown): void;
  /** A commit ended, one way or the other. */
  done(report: CommitReport): void;
}

export class Committer {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #epoch: number;
  readonly #events: CommitterEvents;
  /** Number of the last commit that was sent. */
  #sent: number;
  #gathering = emptyGroup();
  #inFlight: Group | undefined;
  #lazyTimer: Timer | undefined;
  #isDropped = false;

  constructor(store: Store, clock: Clock, epoch: number, commit: number, events: CommitterEvents) {
    this.#store = store;
    this.#clock = clock;
    this.#epoch = epoch;
    this.#sent = commit;
    this.#events = events;
  }

  /** The number of the group that changes join at present. */
  get group(): number {
    return this.#sent + 1;
  }

  /** Whether nobody waits for anything; changes that nobody waits for may still be unstored. */
  get isIdle(): boolean {
    return this.#inFlight === undefined && !this.#gathering.isUrgent;
  }

  /** Whether all that was added is stored. */
  get isQuiet(): boolean {
    return this.#inFlight === undefined && this.#gathering.rows.size === 0;
  }

  /** @param isNew the row was never stored, so that removing it within the group needs no write. */
  add(change: Change, isNew: boolean): void {
    const row = rowOf(change);
    if (row === undefined) return;
    this.#gathering.rows.add(row, isNew);
    this.#gathering.changes.push(change);
    if (isUrgent(change)) this.#gathering.isUrgent = true;
  }

  /** Runs `effect` once everything added so far is stored. */
  afterwards(effect: () => void): void {
    if (this.#gathering.isUrgent) this.#gathering.release.push(effect);
    else if (this.#inFlight !== undefined) this.#inFlight.release.push(effect);
    else effect();
  }

  /** As `afterwards`, and changes that nobody waited for are stored first too. */
  afterEverything(effect: () => void): void {
    if (this.#gathering.rows.size > 0) this.#gathering.isUrgent = true;
    this.afterwards(effect);
  }

  /** Resolves once everything added so far is stored, what nobody waited for too. */
  everythingStored(): Promise<void> {
    return new Promise((resolve) => {
      this.afterEverything(resolve);
      this.flush();
    });
  }

  /** Sends what has gathered, unless a commit is in flight. */
  flush(): void {
    if (this.#isDropped || this.#inFlight !== undefined) return;
    const group = this.#gathering;
    if (!group.isUrgent) {
      if (group.rows.size > 0)
        this.#lazyTimer ??= this.#clock.setTimer(this.#clock.now() + lazyCommitMs, () => this.#flushLazy());
      return;
    }
    this.#lazyTimer?.cancel();
    this.#lazyTimer = undefined;
    this.#gathering = emptyGroup();
    if (group.rows.size === 0) {
      // Everything in the group was undone again before it was stored.
      this.#events.stored(this.#sent, group.changes);
      for (const effect of group.release) effect();
      return;
    }
    this.#inFlight = group;
    this.#sent += 1;
    this.#send(group, this.#sent);
  }

  /** Forgets everything: what is in flight may or may not be stored, nothing more is sent or released. */
  drop(): void {
    this.#isDropped = true;
    this.#lazyTimer?.cancel();
  }

  #flushLazy(): void {
    this.#lazyTimer = undefined;
    this.#gathering.isUrgent = true;
    this.flush();
  }

  #send(group: Group, commit: number): void {
    const writes = group.rows.writes();
    const sentAt = this.#clock.elapsed();
    const done = (isStored: boolean): void =>
      this.#events.done({ rows: writes.length, durationMs: this.#clock.elapsed() - sentAt, isStored });
    this.#store.commit({ epoch: this.#epoch, commit }, writes).then(
      () => {
        done(true);
        if (this.#isDropped) return;
        this.#inFlight = undefined;
        this.#events.stored(commit, group.changes);
        for (const effect of group.release) effect();
        this.flush();
      },
      (error: unknown) => {
        done(false);
        if (!this.#isDropped) this.#events.failed(error);
      },
    );
  }
}
