// Every instrument that /metrics shows, with its name, meaning and labels. Prometheus asks for seconds.

import type { Counter, Gauge, Histogram, Registry } from "prom-client";

/** The library as a module: it is loaded once the server listens, for it costs a tenth of the cold start. */
export type PromClient = typeof import("prom-client");

const ofFunction = ["app", "function"] as const;
type OfFunction = (typeof ofFunction)[number];

export interface Meters {
  readonly registry: Registry;
  readonly eventsReceived: Counter<"kind">;
  readonly eventOutcomes: Counter<OfFunction | "reason">;
  readonly runsCreated: Counter<OfFunction>;
  readonly runsFinished: Counter<OfFunction | "status">;
  readonly runDuration: Histogram<OfFunction>;
  readonly steps: Counter<OfFunction | "kind" | "status">;
  readonly attemptsFailed: Counter<OfFunction>;
  readonly retries: Counter<OfFunction>;
  readonly calls: Counter<OfFunction | "outcome">;
  readonly callDuration: Histogram<OfFunction>;
  readonly callWait: Histogram<OfFunction>;
  readonly commits: Counter<"outcome">;
  readonly commitDuration: Histogram;
  readonly commitRows: Histogram;
  readonly setAside: Counter;
  readonly openCalls: Gauge<OfFunction>;
  readonly openCallsMax: Gauge;
  readonly callsStanding: Gauge;
  readonly inputsWaiting: Gauge;
  readonly jobsDue: Gauge;
  readonly oldestJobDue: Gauge;
  readonly runsUnfinished: Gauge<OfFunction | "status">;
  readonly oldestRunQueued: Gauge<OfFunction>;
  readonly limit: Gauge<OfFunction | "limit">;
  readonly limitInUse: Gauge<OfFunction | "limit">;
  readonly functionPaused: Gauge<OfFunction>;
  readonly storeReadsFailed: Counter;
}

/** From five milliseconds to the better part of an hour: calls, and what they wait for. */
const callBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];
/** Up to a week: runs sleep and wait. */
const runBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 1800, 3600, 21_600, 86_400, 604_800];
const commitBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const rowBuckets = [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000];

export function createMeters(prom: PromClient): Meters {
  const registry = new prom.Registry();
  return { registry, ...counters(prom, registry), ...histograms(prom, registry), ...gauges(prom, registry) };
}

function counters(prom: PromClient, registry: Registry) {
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new prom.Counter<L>({ name: `stepwell_${name}`, help, labelNames, registers: [registry] });
  return {
    eventsReceived: counter(
      "events_received_total",
      'Events stored: "sent" by apps and clients, or "system" events of the engine itself.',
      ["kind"],
    ),
    eventOutcomes: counter(
      "event_outcomes_total",
      "Events that a function listens to and that started no run of their own, by reason.",
      [...ofFunction, "reason"],
    ),
    runsCreated: counter("runs_created_total", "Runs queued.", ofFunction),
    runsFinished: counter("runs_finished_total", "Runs that ended, by how.", [...ofFunction, "status"]),
    steps: counter("steps_total", "Steps that ended, by kind and how.", [...ofFunction, "kind", "status"]),
    attemptsFailed: counter("attempts_failed_total", "Attempts that failed, the last ones too.", ofFunction),
    retries: counter("retries_total", "Failed attempts that are tried again.", ofFunction),
    calls: counter(
      "calls_total",
      'Calls to apps that were answered: the function "returned", reported "steps", or the call "failed".',
      [...ofFunction, "outcome"],
    ),
    commits: counter("commits_total", "Commits to the store, stored or failed.", ["outcome"]),
    setAside: counter(
      "inputs_set_aside_total",
      "Inputs that the engine could not decide and set aside. Any is worth a look at the log.",
      [],
    ),
    storeReadsFailed: counter(
      "store_reads_failed_total",
      "Scrapes that lack what is read from the store, because the read failed.",
      [],
    ),
  };
}

function histograms(prom: PromClient, registry: Registry) {
  const histogram = <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: number[],
  ) => new prom.Histogram<L>({ name: `stepwell_${name}`, help, labelNames, buckets, registers: [registry] });
  return {
    runDuration: histogram(
      "run_duration_seconds",
      "From queueing to the end of a run, sleeps and waits included.",
      ofFunction,
      runBuckets,
    ),
    callDuration: histogram(
      "call_duration_seconds",
      "From making a call to an app to its answer.",
      ofFunction,
      callBuckets,
    ),
    callWait: histogram(
      "call_wait_seconds",
      "How long due calls stood in line for a limit or for capacity.",
      ofFunction,
      callBuckets,
    ),
    commitDuration: histogram(
      "commit_duration_seconds",
      "From sending a commit to its acknowledgement.",
      [],
      commitBuckets,
    ),
    commitRows: histogram("commit_rows", "Rows put or removed in one commit.", [], rowBuckets),
  };
}

function gauges(prom: PromClient, registry: Registry) {
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new prom.Gauge<L>({ name: `stepwell_${name}`, help, labelNames, registers: [registry] });
  return {
    openCalls: gauge("open_calls", "Calls to apps under way.", ofFunction),
    openCallsMax: gauge("open_calls_limit", "Most calls that may be under way at once.", []),
    callsStanding: gauge("calls_standing", "Due calls that stand in line in memory.", []),
    inputsWaiting: gauge("inputs_waiting", "Requests and answers that wait to be decided.", []),
    jobsDue: gauge(
      "queue_due_jobs",
      "Depth of the queue: due jobs that nothing works on yet, counted up to 100,000.",
      [],
    ),
    oldestJobDue: gauge("queue_oldest_due_seconds", "Age of the oldest due job that nothing works on.", []),
    runsUnfinished: gauge(
      "runs_unfinished",
      'Runs without an end: "queued" before their first call, or "running", asleep and waiting ones too.',
      [...ofFunction, "status"],
    ),
    oldestRunQueued: gauge(
      "run_oldest_queued_seconds",
      "Age of the oldest run that has not had its first call.",
      ofFunction,
    ),
    functionPaused: gauge("function_paused", "1 for a function that an operator has paused.", ofFunction),
    limit: gauge("limit", "What a limit without a key allows, the operator's overrides counted in.", [
      ...ofFunction,
      "limit",
    ]),
    limitInUse: gauge("limit_in_use", "How much of that limit is taken.", [...ofFunction, "limit"]),
  };
}

/** One constant series that tells what runs here. */
export function addBuildInfo(
  prom: PromClient,
  registry: Registry,
  labels: Readonly<Record<string, string>>,
): void {
  const gauge = new prom.Gauge({
    name: "stepwell_build_info",
    help: "Versions of what runs here; always 1.",
    labelNames: Object.keys(labels),
    registers: [registry],
  });
  gauge.set({ ...labels }, 1);
}
