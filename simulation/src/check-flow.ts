// What flow control must have kept, seen at the end: what became of each event, who ran beside whom, which ticks fired.

import { functionIdOf, nextTick, type Run, type StoredEvent } from "@stepwell/core";
import type { ModelRows } from "@stepwell/engine/testing";
import { missingKey } from "./flow.ts";
import type { Program } from "./program.ts";
import type { Witness } from "./witness.ts";
import { keyOfEvent } from "./witness-flow.ts";

interface Found {
  readonly program: Program;
  readonly rows: ModelRows;
  readonly witness: Witness;
  /** Of this function, oldest first: those that were admitted, and with them those that repeat others. */
  readonly runs: readonly Run[];
  readonly allRuns: readonly Run[];
}

export function checkFlow(rows: ModelRows, programs: readonly Program[], witness: Witness): void {
  for (const program of programs) {
    const id = functionIdOf(`app-${program.name}`);
    const allRuns = [...rows.tables.runs.values()]
      .filter((run) => run.functionId === id)
      .sort((left, right) => left.queuedAt - right.queuedAt || left.sequence - right.sequence);
    const runs = allRuns.filter((run) => run.originalRunId === undefined);
    const found = { program, rows, witness, runs, allRuns };
    checkEachEvent(found);
    checkSpacing(found);
    checkRate(found);
    checkIdempotency(found);
    checkDebounce(found);
    checkBatches(found);
    checkSingleton(found);
    checkWholeRuns(found);
    checkTicks(found);
  }
  const [left] = [...rows.tables.limits.values()].filter(
    ({ kind }) =>
      kind === "singleton" ||
      kind === "runs" ||
      kind === "debounce" ||
      kind === "batch" ||
      kind === "batch-event",
  );
  if (left !== undefined) witness.fail(`A limit's state is left when all has ended: ${JSON.stringify(left)}`);
}

function eventOf({ rows, witness }: Found, run: Run): StoredEvent {
  const event = rows.tables.events.get(run.eventIds[0] ?? "");
  return event ?? witness.fail(`Run ${run.id} has no event.`);
}

/** Every event of the trigger's name has a run or a reason, and never more than one run. */
function checkEachEvent(found: Found): void {
  const { program, rows, witness, runs } = found;
  const id = functionIdOf(`app-${program.name}`);
  const runsOf = new Map<string, number>();
  for (const run of runs)
    for (const eventId of run.eventIds) runsOf.set(eventId, (runsOf.get(eventId) ?? 0) + 1);
  for (const event of rows.tables.events.values()) {
    if (event.name !== program.trigger) continue;
    const count = runsOf.get(event.id) ?? 0;
    const outcome = rows.tables.outcomes.get(`${event.id}/${id}`);
    if (count > 1) witness.fail(`Event ${event.id} is in ${count} runs of ${program.name}.`);
    if (count === 0 && outcome === undefined)
      witness.fail(`Event ${event.id} has neither a run of ${program.name} nor a reason.`);
    const waits = outcome?.reason.kind === "debounced" || outcome?.reason.kind === "batched";
    if (count === 0 && waits)
      witness.fail(`Event ${event.id} was ${outcome?.reason.kind} by ${program.name} and never ran.`);
  }
}

/**
 * GCRA over the moments at which runs were started, none of which was called earlier. A start whose process died before
 * the call went out is made good later, and is no second start.
 */
function checkSpacing({ program, rows, witness, allRuns }: Found): void {
  const { throttle } = program.flow;
  if (throttle === undefined) return;
  const intervalMs = (throttle.seconds * 1000) / throttle.limit;
  const spacedUntil = new Map<string, number>();
  const started = allRuns
    .flatMap((run) => (run.startedAt === undefined ? [] : [{ run, at: run.startedAt }]))
    .sort((left, right) => left.at - right.at);
  for (const { run, at } of started) {
    const called = witness.flow.firstCalls.get(run.id);
    if (called !== undefined && called < at)
      witness.fail(`Run ${run.id} of ${program.name} was called at ${called}, before its start at ${at}.`);
    const key = throttle.isKeyed
      ? keyOfEvent(rows.tables.events.get(run.eventIds[0] ?? "")?.text ?? "{}")
      : "";
    const until = spacedUntil.get(key) ?? 0;
    const opensAt = until - throttle.burst * intervalMs;
    if (at < Math.floor(opensAt))
      witness.fail(
        `${program.name} started run ${run.id} ${opensAt - at} ms before its throttle allows it (${key}).`,
      );
    spacedUntil.set(key, Math.max(at, until) + intervalMs);
  }
}

/** Never more than the limit within any window of the period. A debounce admits events, not runs. */
function checkRate(found: Found): void {
  const { rateLimit, isIdempotent, debounce } = found.program.flow;
  if (rateLimit === undefined || isIdempotent || debounce !== undefined) return;
  const starts = new Map<string, number[]>();
  for (const run of found.runs) {
    const key = rateLimit.isKeyed ? keyOfEvent(eventOf(found, run).text) : "";
    if (key === missingKey) continue;
    const times = starts.get(key) ?? [];
    times.push(run.queuedAt);
    starts.set(key, times);
  }
  for (const [key, times] of starts) {
    for (const [index, at] of times.entries()) {
      const last = times[index + rateLimit.limit];
      if (last !== undefined && last - at < rateLimit.seconds * 1000)
        found.witness.fail(
          `${found.program.name} has ${rateLimit.limit + 1} starts within ${last - at} ms for ${key}; its rate limit allows ${rateLimit.limit} in ${rateLimit.seconds} s.`,
        );
    }
  }
}

/** One run in 24 hours per value. */
function checkIdempotency(found: Found): void {
  if (!found.program.flow.isIdempotent || found.program.flow.debounce !== undefined) return;
  const last = new Map<string, number>();
  for (const run of found.runs) {
    const key = keyOfEvent(eventOf(found, run).text);
    const before = last.get(key);
    if (key !== missingKey && before !== undefined && run.queuedAt - before < 24 * 3_600_000)
      found.witness.fail(`${found.program.name} has two runs for the idempotency key ${key} in a day.`);
    last.set(key, run.queuedAt);
  }
}

/** An event gives way to a newer one alone, and runs of a key keep their distance. */
function checkDebounce(found: Found): void {
  const { program, rows, witness } = found;
  const { debounce } = program.flow;
  if (debounce === undefined) return;
  const id = functionIdOf(`app-${program.name}`);
  for (const { eventId, functionId, reason } of rows.tables.outcomes.values()) {
    if (functionId !== id || reason.kind !== "superseded") continue;
    const [event, other] = [eventId, reason.byEventId].map((one) => rows.tables.events.get(one));
    if (event === undefined || other === undefined || other.ts < event.ts)
      witness.fail(`${program.name} dropped event ${eventId} for the older event ${reason.byEventId}.`);
  }
  const distanceMs = Math.min(debounce.seconds, debounce.timeout ?? Number.POSITIVE_INFINITY) * 1000;
  const last = new Map<string, number>();
  for (const run of found.runs) {
    const key = debounce.isKeyed ? keyOfEvent(eventOf(found, run).text) : "";
    const before = last.get(key);
    if (before !== undefined && run.queuedAt - before < distanceMs)
      witness.fail(`${program.name} fired twice within ${run.queuedAt - before} ms for ${key}.`);
    last.set(key, run.queuedAt);
  }
}

/** A batch holds events of one key in order of arrival, and not too many. */
function checkBatches(found: Found): void {
  const { program, rows, witness, runs } = found;
  const { batch } = program.flow;
  for (const run of runs) {
    if (batch === undefined) {
      if (run.eventIds.length !== 1)
        witness.fail(`Run ${run.id} has ${run.eventIds.length} events, no batch.`);
      continue;
    }
    if (run.eventIds.length > batch.maxSize)
      witness.fail(
        `The batch of run ${run.id} has ${run.eventIds.length} events, more than ${batch.maxSize}.`,
      );
    const events = run.eventIds.map((id) => rows.tables.events.get(id));
    const places = events.map((event) => event?.sequence ?? 0);
    if (places.some((place, index) => place <= (places[index - 1] ?? 0)))
      witness.fail(`The batch of run ${run.id} is not in order of arrival: ${places}.`);
    const keys = new Set(events.map((event) => (batch.isKeyed ? keyOfEvent(event?.text ?? "{}") : "")));
    if (keys.size > 1) witness.fail(`The batch of run ${run.id} has events of the keys ${[...keys]}.`);
  }
}

/** From the first call to the end, at most one run per key. */
function checkSingleton(found: Found): void {
  const { program, witness } = found;
  const { singleton } = program.flow;
  if (singleton === undefined) return;
  const busyUntil = new Map<string, { readonly runId: string; readonly at: number }>();
  const begun = found.allRuns
    .flatMap((run) => {
      const at = witness.flow.firstCalls.get(run.id);
      return at === undefined ? [] : [{ run, at }];
    })
    .sort((left, right) => left.at - right.at || (left.run.endedAt ?? 0) - (right.run.endedAt ?? 0));
  for (const { run, at } of begun) {
    const key = singleton.isKeyed ? keyOfEvent(eventOf(found, run).text) : "";
    if (key === missingKey) continue;
    const busy = busyUntil.get(key);
    if (busy !== undefined && at < busy.at)
      witness.fail(
        `Run ${run.id} of the singleton ${program.name} (${key}) begins beside run ${busy.runId}.`,
      );
    busyUntil.set(key, { runId: run.id, at: run.endedAt ?? Number.POSITIVE_INFINITY });
  }
}

/** From the first call to the end, no more runs of a key than the limit on whole runs allows. */
function checkWholeRuns(found: Found): void {
  const { program, witness } = found;
  const { wholeRuns } = program.flow;
  if (wholeRuns === undefined) return;
  const moments = new Map<string, { readonly at: number; readonly change: 1 | -1 }[]>();
  for (const run of found.allRuns) {
    const at = witness.flow.firstCalls.get(run.id);
    if (at === undefined) continue;
    const key = wholeRuns.isKeyed ? keyOfEvent(eventOf(found, run).text) : "";
    const known = moments.get(key) ?? [];
    known.push({ at, change: 1 }, { at: run.endedAt ?? Number.POSITIVE_INFINITY, change: -1 });
    moments.set(key, known);
  }
  for (const [key, changes] of moments) {
    let underWay = 0;
    for (const { at, change } of changes.sort(
      (left, right) => left.at - right.at || left.change - right.change,
    )) {
      underWay += change;
      if (underWay > wholeRuns.limit)
        witness.fail(
          `${program.name} has ${underWay} runs under way for ${key} at ${at}, and its limit on whole runs is ${wholeRuns.limit}.`,
        );
    }
  }
}

/** Each tick fired once, or was counted as missed; none was made up. */
function checkTicks(found: Found): void {
  const { program, rows, witness } = found;
  if (program.cron === undefined) return;
  const id = functionIdOf(`app-${program.name}`);
  const ticks = [...rows.tables.events.values()].filter((event) => event.forFunctionId === id);
  const moments = ticks.map((event) => Date.parse(event.externalId)).sort((left, right) => left - right);
  if (new Set(moments).size !== moments.length) witness.fail(`${program.name} fired a tick twice.`);
  const [first] = moments;
  const last = moments.at(-1);
  if (first === undefined || last === undefined) return witness.fail(`${program.name} never ticked.`);
  const missed = rows.tables.controls.get(id)?.missedTicks ?? 0;
  let expected = 1;
  for (
    let at = nextTick(program.cron, first);
    at !== undefined && at <= last;
    at = nextTick(program.cron, at)
  )
    expected += 1;
  if (moments.length + missed !== expected)
    witness.fail(
      `${program.name} fired ${moments.length} ticks and missed ${missed}, where its schedule has ${expected}.`,
    );
}
