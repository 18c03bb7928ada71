// What the contract's tests stand on: the test framework as an argument, and a store that a test has claimed.

import type { RowWrite } from "@stepwell/core";
import type { Claim, Store } from "../../ports/store.ts";

/** What an assertion offers; vitest, jest and bun have it. */
export interface Expectation {
  toBe(expected: unknown): void;
  toEqual(expected: unknown): void;
  toMatchObject(expected: object): void;
  readonly rejects: { toMatchObject(expected: object): Promise<void>; toThrow(): Promise<void> };
}

/** The test framework's functions, so that the engine depends on none. */
export interface ContractApi {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: () => Promise<void>): unknown;
  expect(value: unknown): Expectation;
}

/** One new, empty database. */
export interface OpenedStore {
  readonly store: Store;
  /** Opens the same database again, as a new process would after the old one has ended without closing it. */
  reopen(): Promise<Store>;
  /** Closes what is open and removes the database. */
  dispose(): Promise<void>;
}

/** A store under a claim, that numbers its commits. */
export class Session {
  store: Store;
  /** What the first claim of the test's database told. */
  readonly first: Claim;
  epoch = 0;
  lastCommit = 0;
  readonly #opened: OpenedStore;

  private constructor(opened: OpenedStore, first: Claim) {
    this.#opened = opened;
    this.store = opened.store;
    this.first = first;
    this.#own(first);
  }

  static async open(opened: OpenedStore): Promise<Session> {
    return new Session(opened, await opened.store.claim());
  }

  async claim(): Promise<Claim> {
    const claim = await this.store.claim();
    this.#own(claim);
    return claim;
  }

  #own({ epoch, commit }: Claim): void {
    this.epoch = epoch;
    this.lastCommit = commit;
  }

  async commit(...writes: readonly RowWrite[]): Promise<void> {
    await this.store.commit({ epoch: this.epoch, commit: this.lastCommit + 1 }, writes);
    this.lastCommit += 1;
  }

  /** The same database through a new handle, claimed. */
  async reopen(): Promise<Claim> {
    this.store = await this.#opened.reopen();
    return await this.claim();
  }
}

/** Registers a test that gets a new, claimed store. */
export type SessionTest = (name: string, body: (session: Session) => Promise<void>) => void;

export function sessionTests(api: ContractApi, open: () => Promise<OpenedStore>): SessionTest {
  return (name, body) => {
    api.test(name, async () => {
      const opened = await open();
      try {
        await body(await Session.open(opened));
      } finally {
        await opened.dispose();
      }
    });
  };
}

/** What every part of the contract gets. */
export interface ContractPart {
  readonly expect: ContractApi["expect"];
  readonly test: SessionTest;
}
