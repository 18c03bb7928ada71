import { type FailedAttempt, type Run, type Step, withoutValues } from "@stepwell/core";
import type { RunDetail } from "@stepwell/engine";
import { asEventId, asFunctionId, asRunId, asStepKey } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import { nearestNames } from "../src/views/nearest-names.ts";
import { runActivity } from "../src/views/run-activity.ts";
import { sentEventIds } from "../src/views/sent-events.ts";
import { codeStretches, stepStretches } from "../src/views/stretches.ts";
import { timestamp } from "../src/views/time.ts";
import { timeParts } from "../src/views/time-parts.ts";

const aRun = (fields: Partial<Run> = {}): Run => ({
  id: asRunId("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
  functionId: asFunctionId("f"),
  status: "running",
  queuedAt: 0,
  startedAt: 10,
  eventIds: [asEventId("01ARZ3NDEKTSV4RRFFQ69G5FAW")],
  sequence: 1,
  order: 0,
  requestVersion: 2,
  disableImmediateExecution: false,
  batch: 0,
  ...fields,
});

const aStep = (fields: Partial<Step> = {}): Step => ({
  runId: aRun().id,
  key: asStepKey("k"),
  kind: "run",
  name: "step",
  status: "open",
  batch: 0,
  race: false,
  registeredAt: 100,
  ...fields,
});

const failedAt = (attempt: number, endedAt: number, retryAt?: number): FailedAttempt => ({
  runId: aRun().id,
  stepId: "k",
  attempt,
  endedAt,
  error: { name: "Error", message: "boom" },
  ...(retryAt === undefined ? {} : { retryAt }),
});

/** Stretches as `kind from-until`. */
const shown = (step: Step, attempts: readonly FailedAttempt[], run: Run, now: number): readonly string[] =>
  stepStretches(step, { attempts, run, steps: [step], now }).map(
    ({ kind, from, until }) => `${kind} ${from}-${until ?? ""}`,
  );

describe("where a step's time went", () => {
  const cases: readonly (readonly [
    string,
    Step,
    readonly FailedAttempt[],
    Run,
    number,
    readonly string[],
  ])[] = [
    [
      "a planned step that ran",
      aStep({ status: "completed", startedAt: 150, endedAt: 200 }),
      [],
      aRun(),
      999,
      ["queued 100-150", "ran 150-200"],
    ],
    [
      "a step that was reported once it was over",
      aStep({ status: "completed", startedAt: 50, endedAt: 90 }),
      [],
      aRun(),
      999,
      ["ran 50-90"],
    ],
    ["a planned step under way", aStep(), [], aRun(), 150, ["running 100-"]],
    [
      "one whose run was cancelled meanwhile",
      aStep(),
      [],
      aRun({ status: "cancelled", endedAt: 180 }),
      999,
      ["cancelled 100-180"],
    ],
    [
      "one that waits for its next attempt",
      aStep(),
      [failedAt(0, 120, 500)],
      aRun(),
      300,
      ["failed 100-120", "retrying 120-"],
    ],
    [
      "one whose next attempt is due",
      aStep(),
      [failedAt(0, 120, 500)],
      aRun(),
      600,
      ["failed 100-120", "retrying 120-500", "running 500-"],
    ],
    [
      "one that succeeded at the second attempt",
      aStep({ status: "completed", startedAt: 505, endedAt: 550 }),
      [failedAt(0, 120, 500)],
      aRun(),
      999,
      ["failed 100-120", "retrying 120-500", "queued 500-505", "ran 505-550"],
    ],
    [
      "one that failed for good",
      aStep({ status: "failed", endedAt: 560 }),
      [failedAt(0, 120, 500), failedAt(1, 560)],
      aRun(),
      999,
      ["failed 100-120", "retrying 120-500", "failed 500-560"],
    ],
    [
      "one that failed at once",
      aStep({ status: "failed", endedAt: 160 }),
      [],
      aRun(),
      999,
      ["failed 100-160"],
    ],
    [
      "an app's clock that is behind",
      aStep({ status: "completed", startedAt: 90, endedAt: 95 }),
      [failedAt(0, 120, 500)],
      aRun(),
      999,
      ["failed 90-120", "retrying 120-500", "ran 500-500"],
    ],
    ["a sleep under way", aStep({ kind: "sleep" }), [], aRun(), 150, ["sleeping 100-"]],
    [
      "a wait that ended",
      aStep({ kind: "wait-for-event", status: "completed", endedAt: 300 }),
      [],
      aRun(),
      999,
      ["waiting 100-300"],
    ],
    [
      "a wait that its run did not await",
      aStep({ kind: "wait-for-signal" }),
      [],
      aRun({ endedAt: 250 }),
      999,
      ["waiting 100-250"],
    ],
    [
      "an invoke",
      aStep({ kind: "invoke", status: "failed", endedAt: 300 }),
      [],
      aRun(),
      999,
      ["invoking 100-300"],
    ],
  ];
  test.each(cases)("%s", (_, step, attempts, run, now, expected) => {
    expect(shown(step, attempts, run, now)).toEqual(expected);
  });
});

test("failed code between steps began where a step had ended, or where its retry was due", () => {
  const steps = [
    aStep({ key: asStepKey("a"), status: "completed", endedAt: 60 }),
    aStep({ key: asStepKey("b"), status: "completed", endedAt: 400 }),
  ];
  const attempts = [failedAt(0, 90, 200), failedAt(1, 250, 300), failedAt(0, 500)];
  const stretches = codeStretches(attempts, aRun({ endedAt: 500 }), steps, 999);
  expect(stretches.map(({ kind, from, until }) => `${kind} ${from}-${until ?? ""}`)).toEqual([
    "failed 60-90",
    "retrying 90-200",
    "failed 200-250",
    "retrying 250-300",
    "failed 400-500",
  ]);
});

describe("where a run's time went", () => {
  test("the busiest wins where steps overlap, and the code between them counts as run", () => {
    const parts = timeParts(
      aRun({ status: "completed", endedAt: 200 }),
      [
        { kind: "sleeping", from: 20, until: 150 },
        { kind: "waiting", from: 40, until: 160 },
        { kind: "ran", from: 60, until: 70 },
      ],
      999,
    );
    expect(parts?.map(({ kind, durationMs }) => `${kind} ${durationMs}`)).toEqual([
      "queued 10",
      "ran 10",
      "sleeping 20",
      "waiting 20",
      "ran 10",
      "waiting 90",
      "ran 40",
    ]);
    expect(parts?.reduce((total, { durationMs }) => total + durationMs, 0)).toBe(200);
  });

  test("what lasts goes on until now", () => {
    expect(timeParts(aRun(), [{ kind: "waiting", from: 20 }], 100)).toEqual([
      { kind: "queued", durationMs: 10 },
      { kind: "ran", durationMs: 10 },
      { kind: "waiting", durationMs: 80 },
    ]);
    expect(timeParts(aRun(), [], 100)?.at(-1)).toEqual({ kind: "running", durationMs: 90 });
    const { startedAt: _, ...queued } = aRun({ status: "queued" });
    expect(timeParts(queued, [], 100)).toEqual([{ kind: "queued", durationMs: 100 }]);
  });

  test("clocks of apps that are ahead or behind move nothing outside of the run", () => {
    const parts = timeParts(aRun({ endedAt: 100 }), [{ kind: "ran", from: -50, until: 5000 }], 999);
    expect(parts?.reduce((total, { durationMs }) => total + durationMs, 0)).toBe(100);
  });

  test("a bar of too many parts is none", () => {
    const stretches = Array.from({ length: 400 }, (_, index) => ({
      kind: "sleeping" as const,
      from: 20 + index * 2,
      until: 21 + index * 2,
    }));
    expect(timeParts(aRun({ endedAt: 5000 }), stretches, 9999)).toBeUndefined();
  });
});

test("what a run does: the most telling of all that goes on", () => {
  const detail = (fields: Partial<RunDetail>): RunDetail => ({
    run: aRun(),
    steps: [],
    attempts: [],
    jobs: [],
    waits: [],
    events: [],
    ...fields,
  });
  const call = (dueAt: number, attempt = 0): never =>
    ({
      kind: "call",
      id: "j",
      runId: aRun().id,
      functionId: "f",
      stepId: "k",
      attempt,
      dueAt,
      order: 1,
    }) as never;
  const sleep = aStep({ kind: "sleep", dueAt: 500, key: asStepKey("s") });
  const wait = aStep({ kind: "wait-for-event", target: "a/b", dueAt: 600, key: asStepKey("w") });
  const kind = (fields: Partial<RunDetail>): string | undefined =>
    runActivity(detail(fields), undefined, 100)?.kind;
  expect(kind({ steps: [sleep, wait], jobs: [call(90), call(300, 1)] })).toBe("running");
  expect(kind({ steps: [sleep, wait], jobs: [call(300, 1)] })).toBe("retrying");
  expect(kind({ steps: [sleep, wait] })).toBe("waiting");
  expect(kind({ steps: [sleep] })).toBe("sleeping");
  expect(kind({})).toBe("running");
  expect(kind({ run: aRun({ status: "queued" }) })).toBe("queued");
  expect(kind({ run: aRun({ status: "completed", endedAt: 50 }), steps: [sleep] })).toBeUndefined();
});

test("which events a step sent: what TypeScript and Python report, and nothing that merely looks like it", () => {
  const id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
  const sent = (result: string): readonly string[] =>
    sentEventIds(aStep({ stepType: "step.sendEvent", result }));
  expect(sent(`{"data":{"ids":["${id}"]}}`)).toEqual([id]);
  expect(sent(`{"data":["${id}"]}`)).toEqual([id]);
  expect(sent('{"data":{"__ENCRYPTED__":true,"data":"x"}}')).toEqual([]);
  expect(sent('{"data":{"ids":["x",5]}}')).toEqual([]);
  expect(sent('{"error":{"message":"x"}}')).toEqual([]);
  expect(sentEventIds(aStep({ result: `{"data":["${id}"]}` }))).toEqual([]);
});

test("names that were perhaps meant", () => {
  const known = ["user/created", "user/deleted", "order/paid", "a"];
  expect(nearestNames("user/create", known)).toEqual(["user/created"]);
  expect(nearestNames("User/Created", known)[0]).toBe("user/created");
  expect(nearestNames("usre/created", known)[0]).toBe("user/created");
  expect(nearestNames("invoice/sent", known)).toEqual([]);
});

test("messages of one cause are the same without their values", () => {
  const shape = withoutValues("No such customer: 'cus_Q1x7Rk' (id 42, run 01ARZ3NDEKTSV4RRFFQ69G5FAV)");
  expect(withoutValues("No such customer: 'cus_9zzzzz' (id 7, run 01BX5ZZKBKACTAV9WEVGEMMVRZ)")).toBe(shape);
  expect(withoutValues("No such invoice: 'x'")).not.toBe(shape);
});

test("times beyond what a date can hold are shown as the last one it can", () => {
  expect(timestamp(0)).toBe("1970-01-01T00:00:00.000Z");
  expect(timestamp(Number.MAX_SAFE_INTEGER)).toBe("+275760-09-13T00:00:00.000Z");
});
