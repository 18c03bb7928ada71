// The waterfall's arithmetic: folds of quiet time, places on the axis, lanes of parallel branches, folded loops, and
// the words of a row.

import type { TraceSpan } from "@stepwell/protocol/rest";
import { plainText } from "@stepwell/protocol/words";
import { describe, expect, test } from "vitest";
import { keptSteps } from "../page/run/rerun-dialog.tsx";
import { labelOf, lengthOf, noteOf, rowSentence } from "../page/run/row-words.ts";
import { rowsOf, type WaterfallRow } from "../page/run/rows.ts";
import { stepSentence } from "../page/run/step-sentence.ts";
import { foldsOf, ticksOf, timeScale } from "../page/run/time-scale.ts";

const start = Date.UTC(2026, 10, 24, 10);
const time = (offset: number): string => new Date(start + offset).toISOString();

interface Part {
  readonly queued?: number;
  readonly ended?: number;
}

function span(name: string, { queued = 0, ended }: Part = {}, more: Partial<TraceSpan> = {}): TraceSpan {
  return {
    id: name,
    name,
    stepId: name,
    status: ended === undefined ? "RUNNING" : "COMPLETED",
    queuedAt: time(queued),
    startedAt: time(queued),
    ...(ended === undefined
      ? {}
      : { endedAt: time(ended), durationMs: ended - queued, ranMs: ended - queued }),
    segments: [],
    metadata: [],
    children: [],
    ...more,
  };
}

describe("folds", () => {
  const day = 86_400_000;

  test("quiet time of more than three seconds and two percent is folded, with a little left at its ends", () => {
    const folds = foldsOf({ from: 0, until: 100_000 }, [
      { from: 0, until: 1000 },
      { from: 31_000, until: 32_000 },
      { from: 34_000, until: 100_000 },
    ]);
    expect(folds).toEqual([{ from: 1120, until: 30_880 }]);
  });

  test("half a minute is folded too once a day beside it is", () => {
    const busy = [
      { from: 0, until: 500 },
      { from: 30_000, until: 30_500 },
      { from: day, until: day + 500 },
    ];
    expect(foldsOf({ from: 0, until: day + 500 }, busy)).toHaveLength(2);
  });

  test("code that runs all the time leaves nothing to fold", () => {
    expect(foldsOf({ from: 0, until: day }, [{ from: 0, until: day }])).toEqual([]);
  });

  test("a fold has its fixed width; the rest keeps its proportions, without gaps", () => {
    const scale = timeScale({ from: 0, until: 20_000 }, [{ from: 5000, until: 15_000 }], 360);
    expect(scale.pieces.map(({ isFold }) => isFold)).toEqual([false, true, false]);
    const [, fold] = scale.pieces;
    expect((fold?.right ?? 0) - (fold?.left ?? 0)).toBeCloseTo(0.1);
    expect([0, 2500, 5000, 15_000, 20_000].map((moment) => scale.at(moment))).toEqual([
      0,
      expect.closeTo(0.225),
      expect.closeTo(0.45),
      expect.closeTo(0.55),
      1,
    ]);
    expect(scale.at(-5)).toBe(0);
    expect(scale.at(99_999)).toBe(1);
  });

  test("many folds take no more than half of the axis", () => {
    const folds = Array.from({ length: 40 }, (_, index) => ({
      from: index * 1000 + 100,
      until: index * 1000 + 900,
    }));
    const { pieces } = timeScale({ from: 0, until: 40_000 }, folds, 400);
    const folded = pieces
      .filter(({ isFold }) => isFold)
      .reduce((sum, { left, right }) => sum + right - left, 0);
    expect(folded).toBeCloseTo(0.5);
    expect(pieces.at(-1)?.right).toBeCloseTo(1);
  });

  test("ticks stand at round moments after the run's beginning, and none in a fold", () => {
    const scale = timeScale({ from: 7, until: 10_007 }, [{ from: 2007, until: 8007 }], 600);
    const offsets = ticksOf(scale, 7, 600).map(({ offsetMs }) => offsetMs);
    expect(offsets[0]).toBe(0);
    expect(offsets.every((offset) => offset % 500 === 0 && (offset <= 2000 || offset >= 8000))).toBe(true);
  });
});

describe("rows", () => {
  const root = (children: readonly TraceSpan[]): TraceSpan => ({ ...span("run"), children });
  const none = { turned: new Set<string>() };
  const outline = (rows: readonly WaterfallRow[]): readonly string[] =>
    rows.map((row) => {
      if (row.kind === "step") return `${"-".repeat(row.depth)}${row.span.name}${row.isLaneHead ? "*" : ""}`;
      return row.kind === "run"
        ? "run"
        : `${"-".repeat(row.depth)}${row.kind} ${row.kind === "fork" ? row.branches : row.steps.length}`;
    });

  test("steps one after the other are one row each", () => {
    expect(outline(rowsOf(root([span("a", { ended: 5 }), span("b", { queued: 6 })]), none))).toEqual([
      "run",
      "a",
      "b",
    ]);
  });

  test("steps planned at once are lanes of a fork, in which later steps go on while another lane is open", () => {
    const steps = [
      span("left", { ended: 10 }, { parallelSet: 1 }),
      span("right", { ended: 100 }, { parallelSet: 1 }),
      span("after-left", { queued: 11, ended: 20 }),
      span("after-both", { queued: 101 }),
    ];
    expect(outline(rowsOf(root(steps), none))).toEqual([
      "run",
      "fork 2",
      "-left*",
      "-after-left",
      "-right*",
      "after-both",
    ]);
  });

  test("a step that says what it comes after stands in that lane", () => {
    const steps = [
      span("left", { ended: 10 }, { parallelSet: 1 }),
      span("right", { ended: 100 }, { parallelSet: 1 }),
      span("later", { queued: 200 }, { afterStepId: "right" }),
    ];
    expect(outline(rowsOf(root(steps), none))).toEqual(["run", "fork 2", "-left*", "-right*", "-later"]);
  });

  test("a set of one is no fork", () => {
    expect(outline(rowsOf(root([span("only", {}, { parallelSet: 3 })]), none))).toEqual(["run", "only"]);
  });

  test("repeats of one step are folded to one row that opens", () => {
    const steps = Array.from({ length: 480 }, (_, index) =>
      span(
        `charge ${index}`,
        { queued: index, ended: index + 1 },
        { stepId: "charge", status: index < 3 ? "FAILED" : "COMPLETED" },
      ),
    );
    const rows = rowsOf(root(steps), none);
    expect(outline(rows)).toEqual(["run", "loop 480"]);
    const [, loop] = rows;
    expect(loop === undefined ? "" : rowSentence(loop, start, start)).toBe(
      "charge, 480 times, 3 failed, folded",
    );
    expect(rowsOf(root(steps), { turned: new Set([loop?.id ?? ""]) })).toHaveLength(482);
  });

  test("a folded fork shows its row alone", () => {
    const steps = [span("left", {}, { parallelSet: 1 }), span("right", {}, { parallelSet: 1 })];
    expect(outline(rowsOf(root(steps), { turned: new Set(["fork 1"]) }))).toEqual(["run", "fork 2"]);
  });
});

describe("words of a row", () => {
  test("a row is a sentence for those who do not see it", () => {
    const step = span(
      "load",
      { queued: 50, ended: 761 },
      {
        attempts: [0, 1, 2].map((attempt) => ({ attempt, status: attempt < 2 ? "FAILED" : "COMPLETED" })),
      },
    );
    const [, row] = rowsOf({ ...span("run"), children: [step] }, { turned: new Set() });
    expect(row === undefined ? "" : rowSentence(row, start, start)).toBe(
      "load, completed on attempt 3, ran 711 ms, started 50 ms after the run",
    );
    expect(noteOf(step)).toBe("3 attempts");
  });

  test("what has no code is as long as it took", () => {
    const sleep = span("nap", { ended: 5000 }, { stepOp: "SLEEP", ranMs: 0 });
    expect(lengthOf(sleep, start)).toBe(5000);
    expect(labelOf(sleep)).toBe("sleep");
  });

  test("a wait is labelled by its event, and says when it met an earlier one", () => {
    const wait = { kind: "event", name: "order/paid", timeoutAt: time(9), outcome: "matched" } as const;
    expect(labelOf(span("w", {}, { wait }))).toBe("order/paid");
    expect(labelOf(span("w", {}, { wait: { ...wait, outcome: "expired" } }))).toBe("order/paid, expired");
    expect(labelOf(span("w", {}, { wait: { ...wait, lookbackMs: 14 } }))).toBe(
      "matched an event received 14 ms earlier",
    );
  });

  test.each([
    [span("a", { ended: 5 }), "Completed on the first attempt."],
    [span("a", {}, { status: "QUEUED" }), "Planned, and not started yet."],
    [span("a", { ended: 5 }, { restoredFrom: "01K" }), "Its result was taken over from run 01K."],
    [
      span("a", { ended: 5 }, { status: "FAILED", error: { name: "CardError", message: "expired" } }),
      "Failed after 1 attempt with CardError: expired.",
    ],
  ])("a step's panel says what happened %#", (step, words) =>
    expect(plainText(stepSentence(step, start))).toBe(words),
  );
});

test("a rerun keeps the steps that ended before the chosen one was planned", () => {
  const steps = [
    span("a", { ended: 5 }),
    span("b", { queued: 6 }),
    span("c", { queued: 6, ended: 90 }),
    span("d", { queued: 50 }),
  ];
  const [, b, , d] = steps;
  expect(b === undefined ? [] : keptSteps(steps, b).map(({ name }) => name)).toEqual(["a"]);
  expect(d === undefined ? [] : keptSteps(steps, d).map(({ name }) => name)).toEqual(["a"]);
});
