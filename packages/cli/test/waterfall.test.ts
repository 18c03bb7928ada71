import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Segment, TimePartKind, TraceSpan } from "@stepwell/protocol/rest";
import { describe, expect, test } from "vitest";
import { painter } from "../src/drawing/paint.ts";
import { timeBar } from "../src/drawing/time-bar.ts";
import { timeScale } from "../src/drawing/time-scale.ts";
import { waterfall } from "../src/drawing/waterfall.ts";

const second = 1000;
const hour = 3_600_000;
const day = 24 * hour;
const plain = painter(false);
const time = (ms: number): string => new Date(ms).toISOString();

type Part = readonly [kind: TimePartKind, from: number, until?: number];

function segments(parts: readonly Part[]): readonly Segment[] {
  return parts.map(([kind, from, until]) => ({
    kind,
    from: time(from),
    ...(until === undefined ? {} : { until: time(until) }),
  }));
}

/** A span whose times are those of its parts. */
function span(name: string, parts: readonly Part[], more: Partial<TraceSpan> = {}): TraceSpan {
  const [, from = 0] = parts[0] ?? [];
  const until = parts.at(-1)?.[2];
  return {
    id: name,
    name,
    status: until === undefined ? "RUNNING" : "COMPLETED",
    queuedAt: time(from),
    startedAt: time(from),
    ...(until === undefined ? {} : { endedAt: time(until) }),
    segments: segments(parts),
    metadata: [],
    children: [],
    ...more,
  };
}

/** A run that was held back for so long and ended then, if it did. */
function run(
  heldMs: number,
  until: number | undefined,
  children: readonly TraceSpan[],
  more = {},
): TraceSpan {
  return span("f", [["queued", 0, heldMs]], {
    status: until === undefined ? "RUNNING" : "COMPLETED",
    startedAt: time(heldMs),
    ...(until === undefined ? { endedAt: undefined } : { endedAt: time(until) }),
    children,
    ...more,
  } as Partial<TraceSpan>);
}

function drawn(root: TraceSpan, columns = 60, now = 0): string {
  return waterfall(root, { paint: plain, columns, now });
}

/** What is written by hand between the first and the last line of a template. */
const picture = (text: string): string => `${text.split("\n").slice(1, -1).join("\n")}\n`;

describe("dashboard §1.3 the drawing of time", () => {
  test("thick is working, hatched is held back; a failed attempt has crosses, the pause behind it dots", () => {
    const root = run(400, 2000, [
      span("load", [["ran", 400, 1000]], { ranMs: 600 }),
      span(
        "charge",
        [
          ["failed", 1000, 1200],
          ["retrying", 1200, 1600],
          ["ran", 1600, 2000],
        ],
        {
          ranMs: 600,
          maxAttempts: 4,
          attempts: [
            {
              attempt: 0,
              status: "FAILED",
              endedAt: time(1200),
              retryAt: time(1600),
              error: { name: "CardError", message: "declined\nsee log" },
            },
            { attempt: 1, status: "COMPLETED" },
          ],
        },
      ),
    ]);
    expect(drawn(root, 63)).toBe(
      picture(`
            0                                 2.00 s
  ✓ run     ░░░░░░░░████████████╳╳╳╳┈┈┈┈┈┈┈┈████████    2.00 s
  ✓ load            ████████████                        600 ms
  ✓ charge                      ╳╳╳╳┈┈┈┈┈┈┈┈████████    600 ms
      attempt 1 of 4 failed: CardError: declined, tried again after 400 ms

  ░ held back   █ ran   ╳ failed attempt   ┈ before retry
`),
    );
  });

  test("thin is parked, and a parked stretch folds with its length; a met wait ends in a full diamond", () => {
    const root = run(0, 2 * day + 4 * second, [
      span("label", [["ran", 0, 2 * second]], { ranMs: 2 * second }),
      span("pickup", [["waiting", 2 * second, 2 * day + 2 * second]], {
        wait: { kind: "event", name: "order/picked-up", timeoutAt: time(3 * day), outcome: "matched" },
      }),
      span("bill", [["ran", 2 * day + 2 * second, 2 * day + 4 * second]], { ranMs: 2 * second }),
    ]);
    expect(drawn(root, 54)).toBe(
      picture(`
            0           ⟨ 2 d ⟩         2 d
  ✓ run     ████████████╌╌╌╌╌╌╌████████████       2 d
  ✓ label   ████████████                       2.00 s
  ✓ pickup              ╌╌╌╌╌╌◆ order/pick…       2 d
  ✓ bill                       ████████████    2.00 s

  █ ran   ╌ waiting
`),
    );
  });

  test("the guide's picture", () => {
    const root = run(0, 2 * day + 4 * second, [
      span(
        "label",
        [
          ["failed", 0, 600],
          ["retrying", 600, 1000],
          ["ran", 1000, 2000],
        ],
        {
          ranMs: 1600,
          maxAttempts: 4,
          attempts: [
            {
              attempt: 0,
              status: "FAILED",
              endedAt: time(600),
              retryAt: time(1000),
              error: { name: "PrinterError", message: "no paper" },
            },
          ],
        },
      ),
      span("pickup", [["waiting", 2 * second, 2 * day + 2 * second]], {
        wait: { kind: "event", name: "order/picked-up", timeoutAt: time(3 * day), outcome: "matched" },
      }),
      span("bill", [["ran", 2 * day + 2 * second, 2 * day + 4 * second]], { ranMs: 2 * second }),
    ]);
    const guide = readFileSync(
      fileURLToPath(new URL("../../../docs/guides/cli.md", import.meta.url)),
      "utf8",
    );
    expect(guide).toContain(drawn(root, 72));
  });

  test("what runs ends in now; an open wait in a hollow diamond", () => {
    const root = run(0, undefined, [
      span("sync", [["running", 0]]),
      span("ask", [["waiting", 0]], {
        status: "WAITING",
        wait: { kind: "event", name: "a/b", timeoutAt: time(day), outcome: "open" },
      }),
    ]);
    expect(drawn(root, 45, 2000)).toBe(
      picture(`
          0                 2.00 s
  ▸ run   ███████████████████████▶    2.00 s
  ▸ sync  ███████████████████████▶    2.00 s
  ◇ ask   ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌◇    2.00 s

  █ running   ╌ waiting
`),
    );
  });

  test("branches in parallel stand in a bracket", () => {
    const branch = (name: string) => span(name, [["ran", 0, 1000]], { parallelSet: 1, ranMs: 1000 });
    const rows = drawn(run(0, 1000, [branch("a"), branch("b"), branch("c")])).split("\n");
    expect(rows.slice(2, 5).map((row) => row.slice(0, 5))).toEqual(["┌ ✓ a", "├ ✓ b", "└ ✓ c"]);
  });

  test("a branch goes on in its own lane, and what comes behind all of them stands alone", () => {
    const at = (name: string, from: number, until: number, more: Partial<TraceSpan> = {}) =>
      span(name, [["ran", from, until]], { ranMs: until - from, ...more });
    const root = run(0, 900, [
      at("fetch", 0, 100, { parallelSet: 1 }),
      at("render", 0, 500, { parallelSet: 1 }),
      at("parse", 110, 200),
      at("store", 210, 300),
      at("send", 510, 900),
    ]);
    const rows = drawn(root, 60).split("\n").slice(2, 7);
    expect(rows.map((row) => row.slice(0, 12).trimEnd())).toEqual([
      "┌ ✓ fetch",
      "│ ✓   parse",
      "│ ✓   store",
      "└ ✓ render",
      "  ✓ send",
    ]);
  });

  test("a step that is said to come after another one follows it", () => {
    const root = run(0, 900, [
      span("a", [["ran", 0, 100]], { parallelSet: 1 }),
      span("b", [["ran", 0, 200]], { parallelSet: 1 }),
      span("c", [["ran", 300, 400]], { afterStepId: "a" }),
    ]);
    const rows = drawn(root, 60).split("\n").slice(2, 5);
    expect(rows.map((row) => row.slice(0, 8).trimEnd())).toEqual(["┌ ✓ a", "│ ✓   c", "└ ✓ b"]);
  });

  test("the steps of a loop fold to one row that keeps its failures, unless everything is asked for", () => {
    const steps = Array.from({ length: 12 }, (_, index) =>
      span("charge", [["ran", index * 100, index * 100 + 100]], {
        stepId: "charge",
        stepIndex: index,
        ranMs: 100,
        ...(index === 4 ? { status: "FAILED" as const } : {}),
      }),
    );
    const root = run(0, 1200, steps);
    expect(drawn(root)).toMatch(/✗ charge ×12 .* 1\.20 s\n/);
    const all = waterfall(root, { paint: plain, columns: 60, now: 0, isEverything: true });
    expect(all).toContain("charge #12");
  });

  test("own code between steps is drawn as work, and does not fold", () => {
    const root = run(0, hour, [span("nap", [["sleeping", 0, hour - 60 * second]])]);
    const [axis = "", own = ""] = drawn(root, 50).split("\n");
    expect(axis).toContain("⟨59 m ⟩");
    expect(own).toMatch(/^ {2}✓ run {2}─{7}█+ /);
  });

  test("names and errors cannot steer the terminal", () => {
    const root = run(0, 10, [span("a\u001b[2Jb", [["ran", 0, 10]])], {
      attempts: [{ attempt: 0, status: "FAILED", error: { name: "E", message: "x\u009b31m" } }],
    });
    const text = drawn(root, 80);
    expect(text).toContain("a\\x1b[2Jb");
    expect(text).toContain("E: x\\x9b31m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
    expect(text).not.toMatch(/[\u001b\u009b]/);
  });
});

describe("dashboard §6.2 time folds", () => {
  const folds = (working: readonly (readonly [number, number])[], until: number, columns = 80) =>
    timeScale(
      { from: 0, until },
      working.map(([from, end]) => ({ from, until: end })),
      columns,
    ).folds.map((fold) => [fold.from, fold.until]);

  const rows: readonly (readonly [string, readonly (readonly [number, number])[], number, unknown])[] = [
    [
      "3 s do not fold",
      [
        [0, 1000],
        [4000, 5000],
      ],
      5000,
      [],
    ],
    [
      "longer than 3 s folds",
      [
        [0, 1000],
        [4001, 5000],
      ],
      5000,
      [[1000, 4001]],
    ],
    [
      "2 % of the whole do not fold",
      [
        [0, 49 * hour],
        [50 * hour, 100 * hour],
      ],
      100 * hour,
      [],
    ],
    ["what is parked alone does not fold", [], day, []],
    [
      "before the first work and behind the last",
      [[hour, hour + 1]],
      2 * hour,
      [
        [0, hour],
        [hour + 1, 2 * hour],
      ],
    ],
    [
      "work without length parts two folds",
      [[hour, hour]],
      2 * hour,
      [
        [0, hour],
        [hour, 2 * hour],
      ],
    ],
  ];
  test.each(rows)("%s", (_, working, until, expected) => expect(folds(working, until)).toEqual(expected));

  test("work keeps at least a column, and everything stays within the drawing", () => {
    const scale = timeScale({ from: 0, until: 2 * hour }, [{ from: hour, until: hour }], 30);
    const [first, end] = scale.columnsOf(hour, hour);
    expect(end - first).toBe(1);
    expect(scale.columnsOf(0, 2 * hour)).toEqual([0, 30]);
    expect(scale.columnsOf(-5, 3 * hour)).toEqual([0, 30]);
  });

  test("half of the room stays for what happened: the longest stretches fold", () => {
    const working = Array.from({ length: 20 }, (_, index) => [index * hour, index * hour + 1] as const);
    expect(folds(working, 20 * hour, 42)).toHaveLength(3);
  });
});

describe("dashboard §5 the time bar", () => {
  const bar = (...parts: readonly (readonly [TimePartKind, number])[]) =>
    timeBar(
      parts.map(([kind, durationMs]) => ({ kind, durationMs })),
      plain,
    ).text;

  test.each([
    ["its length is the logarithm of the total", [["ran", 1]], "█"],
    ["seven days are twelve columns", [["sleeping", 7 * day]], "────────────"],
    [
      "parts keep their share",
      [
        ["ran", 500],
        ["sleeping", 500],
      ],
      "██──",
    ],
    [
      "a failure never vanishes",
      [
        ["ran", hour],
        ["failed", 1],
        ["ran", hour],
      ],
      "████╳████",
    ],
    [
      "little queue time is not drawn",
      [
        ["queued", 4],
        ["ran", 96],
      ],
      "███",
    ],
    [
      "much is",
      [
        ["queued", 50],
        ["ran", 50],
      ],
      "░░█",
    ],
    ["what runs ends in now", [["running", 1000]], "███▶"],
    ["nothing is nothing", [], ""],
  ] as const)("%s", (_, parts, expected) => expect(bar(...parts)).toBe(expected));
});
