// Bulk operations of the fake world: one that replays, one held after its first five, and two that have ended. Steering
// changes them; time moves the running one.

import type { BulkRequest, BulkView, FunctionReference } from "@stepwell/protocol/rest";
import { iso } from "./plan.ts";

const minute = 60_000;

interface Bulk {
  view: BulkView;
  /** Runs in a second while it runs. */
  readonly perSecond: number;
  since: number;
}

export class Bulks {
  readonly #all = new Map<string, Bulk>();
  readonly #now: () => number;

  constructor(now: () => number, trial: FunctionReference, onboarding: FunctionReference) {
    this.#now = now;
    const began = now();
    const add = (view: Omit<BulkView, "createdAt">, ago: number, perSecond = 0): void => {
      this.#all.set(view.id, {
        view: { ...view, createdAt: iso(began - ago) },
        perSecond,
        since: began,
      });
    };
    add(
      {
        id: "01KASNBK000000000000000001",
        kind: "replay",
        status: "RUNNING",
        by: "ana",
        functions: [trial],
        selection: {
          functionId: [trial.id],
          status: ["FAILED"],
          from: iso(began - 130 * minute),
          until: iso(began),
        },
        perMinute: 600,
        counts: {
          total: 1313,
          matched: 820,
          done: 812,
          skipped: 8,
          left: 493,
          skippedBecause: [{ reason: "its event was removed by retention", count: 8 }],
        },
        newRuns: { COMPLETED: 790, FAILED: 14, RUNNING: 8 },
      },
      90_000,
      9,
    );
    add(
      {
        id: "01KASNBK000000000000000002",
        kind: "replay",
        status: "HELD",
        functions: [onboarding],
        selection: {
          functionId: [onboarding.id],
          status: ["FAILED"],
          expression: "event.data.plan == 'team'",
        },
        holdAfter: 5,
        counts: { total: 86, matched: 5, done: 5, skipped: 0, left: 81, skippedBecause: [] },
        newRuns: { COMPLETED: 4, FAILED: 1 },
      },
      12 * minute,
    );
    add(
      {
        id: "01KASNBK000000000000000003",
        kind: "cancel",
        status: "DONE",
        by: "jo",
        functions: [onboarding],
        selection: { functionId: [onboarding.id], status: ["QUEUED", "RUNNING"] },
        endedAt: iso(began - 177 * minute),
        counts: {
          total: 240,
          matched: 240,
          done: 228,
          skipped: 12,
          left: 0,
          skippedBecause: [{ reason: "it had ended by then", count: 12 }],
        },
      },
      180 * minute,
    );
  }

  /** Begins one over `total` runs; one that holds after a first few is held there. */
  begin(request: BulkRequest, total: number, functions: readonly FunctionReference[]): BulkView {
    const now = this.#now();
    const { holdAfter, kind, name, selection } = request;
    const done = holdAfter === undefined ? 0 : Math.min(holdAfter, total);
    const view: BulkView = {
      id: `01KB${String(this.#all.size).padStart(22, "0")}`,
      kind,
      status: holdAfter === undefined ? "RUNNING" : "HELD",
      selection,
      functions,
      createdAt: iso(now),
      counts: { total, matched: done, done, skipped: 0, skippedBecause: [], left: total - done },
      ...(name === undefined ? {} : { name }),
      ...(holdAfter === undefined ? {} : { holdAfter, newRuns: { COMPLETED: done } }),
    };
    const others = [...this.#all];
    this.#all.clear();
    for (const [id, bulk] of [[view.id, { view, perSecond: 9, since: now }] as const, ...others])
      this.#all.set(id, bulk);
    return view;
  }

  list(): readonly BulkView[] {
    return [...this.#all.keys()].flatMap((id) => this.read(id) ?? []);
  }

  read(id: string): BulkView | undefined {
    const bulk = this.#all.get(id);
    if (bulk === undefined) return undefined;
    const { view } = bulk;
    if (view.status !== "RUNNING") return view;
    const seconds = (this.#now() - bulk.since) / 1000;
    const { total = 0, done, skipped } = view.counts;
    const more = Math.min(total - done - skipped, Math.floor(seconds * bulk.perSecond));
    const left = total - done - skipped - more;
    return {
      ...view,
      status: left === 0 ? "DONE" : "RUNNING",
      ...(left === 0 ? { endedAt: iso(this.#now()) } : {}),
      counts: { ...view.counts, done: done + more, matched: done + skipped + more, left },
    };
  }

  steer(id: string, how: string): BulkView | undefined {
    const bulk = this.#all.get(id);
    const view = this.read(id);
    if (bulk === undefined || view === undefined) return undefined;
    const status = how === "hold" ? "HELD" : how === "resume" ? "RUNNING" : "STOPPED";
    bulk.view = { ...view, status, ...(status === "STOPPED" ? { endedAt: iso(this.#now()) } : {}) };
    bulk.since = this.#now();
    return bulk.view;
  }
}
