// What each option of a function promises, as something that can be judged from outside over one and the same
// workload: the calls that were made, and what became of the events. The matrix of pairs puts any two together.

import type { Run } from "@stepwell/core";
import type { EventId, Json } from "@stepwell/protocol";
import { turns } from "./held-calls.ts";
import { type FunctionSpec, type Loose, op, ops, Rig, returned } from "./rig.ts";

const second = 1000;
const hour = 3600 * second;

/** A call of the function, in ms since the beginning. */
export interface SeenCall {
  readonly runId: string;
  readonly u: string;
  readonly isFirst: boolean;
  readonly from: number;
  readonly until: number;
}

export interface SentEvent {
  readonly id: string;
  readonly at: number;
  readonly u: string;
  readonly k: number;
  readonly pro: boolean;
}

/** All that a rule is judged by. */
export interface Trace {
  readonly begin: number;
  readonly calls: readonly SeenCall[];
  readonly events: readonly SentEvent[];
  readonly runs: readonly Run[];
  /** What was told of an event, by its id. */
  readonly reasons: ReadonlyMap<string, Loose>;
  /** When the event that cancels was sent. */
  readonly stoppedAt: number;
}

export interface OptionRule {
  /** As it is registered. */
  readonly options: { readonly [option: string]: Json };
  /** Which other options switch the rule off, by the reference. */
  readonly yieldsTo?: readonly string[];
  /** What is wrong with the trace, or undefined. */
  problem(trace: Trace): string | undefined;
}

export const stoppedUser = "a";

/** Calls last three seconds and one second, with a sleep of five between them. */
function script(rig: Rig, calls: SeenCall[], begin: number): FunctionSpec["script"] {
  return async (call) => {
    const from = rig.clock.now();
    const isFirst = !call.has("nap");
    const until = from + (isFirst ? 3 : 1) * second;
    const { u } = call.event.data;
    calls.push({ runId: call.ctx.run_id, u, isFirst, from: from - begin, until: until - begin });
    await new Promise<void>((resolve) => rig.clock.setTimer(until, resolve));
    return isFirst ? ops([op.sleep("nap", "5s")]) : returned(null);
  };
}

/** Two rows of events with a pause between them, of two users in turn; in between an event that cancels one user's. */
export async function observe(options: { readonly [option: string]: Json }): Promise<Trace> {
  const rig = new Rig();
  const begin = rig.clock.now();
  const calls: SeenCall[] = [];
  const events: SentEvent[] = [];
  const advance = (ms: number) => rig.clock.advance(ms, turns);
  await rig.start({ f: { triggers: [{ event: "go" }], options, script: script(rig, calls, begin) } });
  const send = async (n: number) => {
    const data = { n, u: n % 2 === 0 ? "a" : "b", k: n % 5, pro: n % 3 === 0 };
    const outcome = await rig.engine.ingest([{ name: "go", data }]);
    if (outcome.kind === "unavailable") throw new Error(outcome.reason);
    events.push({ id: outcome.ids[0] ?? "", at: rig.clock.now() - begin, ...data });
    await advance(2 * second);
  };
  for (let n = 0; n < 10; n += 1) await send(n);
  const stoppedAt = rig.clock.now() - begin;
  await rig.engine.ingest([{ name: "stop", data: { u: stoppedUser } }]);
  await advance(20 * second);
  for (let n = 10; n < 20; n += 1) await send(n);
  await advance(hour);
  const reasons = new Map<string, Loose>(
    [...rig.rows.tables.outcomes.values()].map(({ eventId, reason }) => [eventId, reason]),
  );
  const left = [...rig.rows.tables.jobs.values()];
  if (left.length > 0) throw new Error(`Jobs are left when all is over: ${JSON.stringify(left)}`);
  return { begin, calls, events, runs: rig.runs("f"), reasons, stoppedAt };
}

const userOf = (trace: Trace, run: Run) => eventOf(trace, run.eventIds[0])?.u ?? "";

function eventOf(trace: Trace, id: EventId | undefined): SentEvent | undefined {
  return trace.events.find((event) => event.id === id);
}

const turnedAway = ["rate-limited", "deduplicated"];

/** Events that neither a rate limit nor an idempotency key turned away. */
function admitted({ events, reasons }: Trace): readonly SentEvent[] {
  return events.filter(({ id }) => !turnedAway.includes(reasons.get(id)?.kind));
}

/** The first problem that a check finds among items. */
function first<T>(items: readonly T[], check: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = check(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const firstCalls = ({ calls }: Trace) => calls.filter(({ isFirst }) => isFirst);

/** Whether more runs of one user than `max` were ever under way at once. */
function underWayProblem(trace: Trace, max: number): string | undefined {
  const started = trace.runs.filter(({ startedAt }) => startedAt !== undefined);
  return first(started, (run) => {
    const underWay = started.filter(
      (other) =>
        userOf(trace, other) === userOf(trace, run) &&
        (other.startedAt ?? 0) <= (run.startedAt ?? 0) &&
        (other.endedAt ?? 0) > (run.startedAt ?? 0),
    );
    return underWay.length > max ? `${underWay.length} runs were under way when ${run.id} began` : undefined;
  });
}

export const optionRules: Readonly<Record<string, OptionRule>> = {
  concurrency: {
    options: { concurrency: { limit: 1, key: "event.data.u" } },
    problem: ({ calls }) =>
      first(calls, (call) => {
        const open = calls.filter(
          (other) => other.u === call.u && other.from <= call.from && other.until > call.from,
        );
        return open.length > 1 ? `${open.length} calls for ${call.u} at ${call.from}` : undefined;
      }),
  },
  wholeRuns: {
    options: { concurrency: { fn: [{ limit: 2, key: "event.data.u" }] } },
    problem: (trace) => underWayProblem(trace, 2),
  },
  throttle: {
    options: { throttle: { limit: 1, period: "4s" } },
    problem: (trace) =>
      first(firstCalls(trace), (call) => {
        const near = firstCalls(trace).filter(
          (other) => other.runId !== call.runId && Math.abs(other.from - call.from) < 4 * second,
        );
        return near.length > 0 ? `two runs began within 4 s of ${call.from}` : undefined;
      }),
  },
  rateLimit: {
    options: { rateLimit: { limit: 2, period: "10s" } },
    yieldsTo: ["idempotency"],
    problem: (trace) =>
      first(admitted(trace), ({ at }) => {
        const within = admitted(trace).filter((event) => event.at >= at && event.at < at + 10 * second);
        return within.length > 2 ? `${within.length} admissions within 10 s of ${at}` : undefined;
      }),
  },
  idempotency: {
    options: { idempotency: "event.data.k" },
    problem: (trace) => {
      const values = admitted(trace).map(({ k }) => k);
      return new Set(values).size < values.length ? `a key was admitted twice: ${values}` : undefined;
    },
  },
  debounce: {
    options: { debounce: { period: "6s", key: "event.data.u" } },
    problem: (trace) =>
      first(trace.runs, (run) => {
        const event = eventOf(trace, run.eventIds[0]);
        if (event === undefined) return `run ${run.id} has no event`;
        const newer = admitted(trace).filter(
          ({ u, at }) => u === event.u && at > event.at && at < event.at + 6 * second,
        );
        if (newer.length > 0) return `the event at ${event.at} was run, and a newer one came`;
        const quiet = run.queuedAt - trace.begin - event.at;
        return quiet === 6 * second ? undefined : `the event at ${event.at} was run after ${quiet} ms`;
      }),
  },
  batch: {
    options: { batchEvents: { maxSize: 3, timeout: "10s" } },
    problem: ({ events, runs }) => {
      const counts = events.map(
        ({ id }) => runs.filter(({ eventIds }) => eventIds.includes(id as EventId)).length,
      );
      if (counts.some((count) => count !== 1)) return `events are in ${counts} batches`;
      const sizes = runs.map(({ eventIds }) => eventIds.length);
      const isGathered = sizes.every((size) => size <= 3) && sizes.length <= events.length / 2;
      return isGathered ? undefined : `the batches have ${sizes} events`;
    },
  },
  priority: {
    options: { priority: { run: "event.data.pro ? 120 : 0" } },
    problem: (trace) =>
      first(trace.runs, (run) => {
        const ahead = (run.queuedAt - run.order) / second;
        const expected = eventOf(trace, run.eventIds[0])?.pro && run.status !== "skipped" ? 120 : 0;
        return ahead === expected ? undefined : `run ${run.id} stands ${ahead} s ahead, not ${expected}`;
      }),
  },
  singleton: {
    options: { singleton: { mode: "skip", key: "event.data.u" } },
    problem: (trace) => underWayProblem(trace, 1),
  },
  "singleton that cancels": {
    options: { singleton: { mode: "cancel", key: "event.data.u" } },
    problem: (trace) => underWayProblem(trace, 1),
  },
  "timeouts of the start": {
    options: { timeouts: { start: "1s" }, concurrency: [{ limit: 1 }] },
    problem: (trace) =>
      first(firstCalls(trace), ({ runId, from }) => {
        const run = trace.runs.find(({ id }) => id === runId);
        const waited = from + trace.begin - (run?.queuedAt ?? 0);
        return waited > second ? `run ${runId} began after ${waited} ms` : undefined;
      }),
  },
  "timeouts of the finish": {
    options: { timeouts: { finish: "4s" } },
    problem: (trace) =>
      first(trace.calls, ({ runId, from }) => {
        const begun = firstCalls(trace).find((call) => call.runId === runId)?.from ?? from;
        return from - begun > 4 * second
          ? `run ${runId} was called ${from - begun} ms after it began`
          : undefined;
      }),
  },
  cancelOn: {
    options: { cancel: [{ event: "stop", if: "event.data.u == async.data.u" }] },
    problem: (trace) => {
      const { begin, stoppedAt, runs, calls } = trace;
      const stopped = runs.filter(
        (run) => userOf(trace, run) === stoppedUser && run.queuedAt - begin <= stoppedAt,
      );
      return first(stopped, (run) => {
        const late = calls.find(({ runId, from }) => runId === run.id && from > stoppedAt);
        if (late !== undefined) return `run ${run.id} was called after it was cancelled`;
        const endedAt = (run.endedAt ?? Number.POSITIVE_INFINITY) - begin;
        return endedAt > stoppedAt ? `run ${run.id} went on after it was cancelled` : undefined;
      });
    },
  },
};
