// Rows for the contract's tests, with everything that a test does not speak of filled in.

import type {
  App,
  Bulk,
  DedupeKey,
  FailedAttempt,
  FunctionControl,
  FunctionSettings,
  LimitState,
  Outcome,
  Poison,
  RowRemoval,
  RowWrite,
  Run,
  RunJob,
  ShardJob,
  SignalClaim,
  Step,
  StoredEvent,
  Table,
  Tables,
  Wait,
} from "@stepwell/core";
import { asAppId, asBulkId, asEventId, asFunctionId, asJobId, asRunId, asStepKey } from "@stepwell/protocol";

/** A time that no clock shows; rows are told apart by what a test adds to it. */
export const t0 = 1_700_000_000_000;

export const runId = (name: string) => asRunId(`run-${name}`);
export const eventId = (name: string) => asEventId(`event-${name}`);
export const functionId = (name: string) => asFunctionId(`function-${name}`);
export const appId = (name: string) => asAppId(`app-${name}`);
export const bulkId = (name: string) => asBulkId(`bulk-${name}`);
export const jobId = (name: string) => asJobId(`job-${name}`);
export const stepKey = (name: string) => asStepKey(`step-${name}`);

export function anEvent(name: string, sequence: number, more: Partial<StoredEvent> = {}): StoredEvent {
  return {
    id: eventId(name),
    sequence,
    receivedAt: t0 + sequence,
    name: "shop/order.placed",
    externalId: `external-${name}`,
    ts: t0,
    text: `{"name":"shop/order.placed","data":{"order":"${name}"}}`,
    ...more,
  };
}

export function aRun(name: string, more: Partial<Run> = {}): Run {
  return {
    id: runId(name),
    functionId: functionId("a"),
    status: "queued",
    queuedAt: t0,
    eventIds: [eventId(name)],
    sequence: 1,
    order: t0,
    requestVersion: -1,
    disableImmediateExecution: false,
    batch: 0,
    ...more,
  };
}

export function aStep(run: string, name: string, more: Partial<Step> = {}): Step {
  return {
    runId: runId(run),
    key: stepKey(name),
    kind: "run",
    name,
    status: "open",
    batch: 0,
    race: false,
    registeredAt: t0,
    ...more,
  };
}

export function aCall(run: string, name: string, more: Partial<RunJob & { kind: "call" }> = {}): RunJob {
  return {
    id: jobId(name),
    dueAt: t0,
    runId: runId(run),
    kind: "call",
    functionId: functionId("a"),
    stepId: "step",
    attempt: 0,
    order: 1,
    sequence: 1,
    ...more,
  };
}

export function aSleep(run: string, name: string, dueAt: number): RunJob {
  return { id: jobId(name), dueAt, runId: runId(run), kind: "sleep", stepKey: stepKey(name) };
}

export function aRoute(event: string, dueAt = t0): ShardJob {
  return { id: jobId(`route-${event}`), dueAt, kind: "route", eventId: eventId(event) };
}

export function aWait(run: string, name: string, more: Partial<Wait> = {}): Wait {
  return {
    id: `${runId(run)}/${name}`,
    runId: runId(run),
    purpose: { kind: "resume", stepKey: stepKey(name) },
    event: "shop/order.paid",
    afterSequence: 0,
    expiresAt: t0 + 1000,
    keys: [{ shape: "", values: "" }],
    ...more,
  };
}

export function anAttempt(run: string, attempt: number, more: Partial<FailedAttempt> = {}): FailedAttempt {
  return {
    runId: runId(run),
    stepId: "step",
    attempt,
    endedAt: t0 + attempt,
    error: { name: "Error", message: `attempt ${attempt}` },
    ...more,
  };
}

export function aDedupe(name: string, expiresAt: number): DedupeKey {
  return { key: `${functionId("a")}/${name}`, eventId: eventId(name), runId: runId(name), expiresAt };
}

export function aSignal(name: string, run: string): SignalClaim {
  return { name, runId: runId(run), stepKey: stepKey("signal") };
}

export function aLimit(name: string, more: Partial<LimitState> = {}): LimitState {
  // The fields of one kind belong together where a test names another kind.
  return { kind: "rate", key: `${functionId("a")}/rate/${name}`, count: 1, ...more } as LimitState;
}

export function aControl(name: string, more: Partial<FunctionControl> = {}): FunctionControl {
  return { functionId: functionId(name), overrides: [], keys: [], missedTicks: 0, ...more };
}

export function anOutcome(event: string, functionName: string): Outcome {
  return {
    eventId: eventId(event),
    functionId: functionId(functionName),
    reason: { kind: "filtered", expression: "event.data.a == 1" },
  };
}

export function aPoison(id: string, at: number, more: Partial<Poison> = {}): Poison {
  return { id, at, input: "{}", reason: "An assertion failed.", ...more };
}

export function aFunction(name: string, app: string, more: Partial<FunctionSettings> = {}): FunctionSettings {
  return {
    id: functionId(name),
    slug: `${app}-${name}`,
    name,
    appId: appId(app),
    appName: app,
    url: "http://localhost:3000/api/inngest",
    triggers: [{ kind: "event", event: "shop/order.placed" }],
    maxAttempts: 4,
    concurrency: [],
    cancelOn: [],
    configText: "{}",
    createdAt: t0,
    ...more,
  };
}

export function anApp(name: string, more: Partial<App> = {}): App {
  return {
    id: appId(name),
    name,
    url: "http://localhost:3000/api/inngest",
    sdk: "js:v4.0.0",
    checksum: "0",
    syncedAt: t0,
    createdAt: t0,
    ...more,
  };
}

export function aBulk(name: string, more: Partial<Bulk> = {}): Bulk {
  return {
    id: bulkId(name),
    kind: "replay",
    selection: { functionIds: [functionId("a")], statuses: ["failed"], until: t0 },
    status: "running",
    createdAt: t0,
    done: 0,
    skipped: {},
    ...more,
  };
}

const keyOf: { readonly [T in Table]: (row: Tables[T]) => string } = {
  apps: (row) => row.id,
  functions: (row) => row.id,
  events: (row) => row.id,
  runs: (row) => row.id,
  steps: (row) => `${row.runId}/${row.key}`,
  attempts: (row) => `${row.runId}/${row.stepId}/${row.endedAt}/${row.attempt}`,
  jobs: (row) => row.id,
  waits: (row) => row.id,
  signals: (row) => row.name,
  dedupes: (row) => row.key,
  limits: (row) => row.key,
  controls: (row) => row.functionId,
  failureMarks: (row) => row.key,
  syncs: (row) => row.id,
  outcomes: (row) => `${row.eventId}/${row.functionId}`,
  poisons: (row) => row.id,
  bulks: (row) => row.id,
};

export function put<T extends Table>(table: T, row: Tables[T]): RowWrite {
  // The table and its row belong together by the signature; the union cannot be told so without a cast.
  return { kind: "put", table, key: keyOf[table](row), row } as RowWrite;
}

export function remove(table: RowRemoval["table"], key: string): RowWrite {
  return { kind: "remove", table, key };
}
