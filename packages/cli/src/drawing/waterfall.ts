// A run's trace in the terminal: one row per step on a common scale, in the dashboard's drawing of time.

import type { AttemptView, Segment, TimePartKind, TraceSpan } from "@stepwell/protocol/rest";
import {
  at,
  duration,
  errorLine,
  harmless,
  type State,
  shortDuration,
  spanState,
} from "@stepwell/protocol/words";
import { Lane } from "./lane.ts";
import { type Paint, stateColor, stateMark } from "./paint.ts";
import { strokes, waitMarks } from "./stroke.ts";
import { cutEnd, padEnd, textWidth } from "./text-width.ts";
import { foldColumns, type Span, type TimeScale, timeScale } from "./time-scale.ts";
import { type TraceRow, traceRows } from "./trace-rows.ts";

export interface WaterfallOptions {
  readonly paint: Paint;
  /** Of the whole drawing. */
  readonly columns: number;
  /** Unix ms. */
  readonly now: number;
  /** Shows each step of long loops. */
  readonly isEverything?: boolean;
}

const tookColumns = 9;
const nameColumnsMax = 30;
const laneColumnsMin = 20;

export function waterfall(root: TraceSpan, options: WaterfallOptions): string {
  const { paint, columns } = options;
  // What a run left open ended with it.
  const now = root.endedAt === undefined ? options.now : at(root.endedAt);
  const whole: Span = { from: at(root.queuedAt), until: endOf(root, now) };
  const rows = traceRows(root.children, options.isEverything === true);
  const names = ["run", ...rows.map(shownName)];
  const nameColumns = Math.min(nameColumnsMax, Math.max(...names.map(textWidth)));
  const laneColumns = Math.max(laneColumnsMin, columns - nameColumns - tookColumns - 8);
  const own = ownCode(root, whole, now);
  const scale = timeScale(whole, [...working(root, now), ...own], laneColumns);
  const used = new Set<TimePartKind>();
  const line = (row: { bracket: string; state: State; name: string; took: string }, lane: Lane): string => {
    for (const kind of lane.kinds()) used.add(kind);
    const name = padEnd(cutEnd(row.name, nameColumns), nameColumns);
    const mark = paint(stateColor[row.state], stateMark[row.state]);
    const took = " ".repeat(Math.max(0, tookColumns - textWidth(row.took))) + row.took;
    return `${row.bracket} ${mark} ${name}  ${lane.text(paint)} ${took}`;
  };
  const head = " ".repeat(nameColumns + 6) + paint("dim", axis(scale, whole));
  const lines = [
    head,
    line(
      {
        bracket: " ",
        state: spanState(root.status),
        name: "run",
        took: duration(whole.until - whole.from),
      },
      rootLane(root, own, scale, now),
    ),
    ...attemptLines(root.attempts ?? [], undefined, paint),
  ];
  for (const row of rows) {
    const state = rowState(row);
    lines.push(
      line({ ...row, name: shownName(row), state, took: rowTook(row, now) }, rowLane(row, scale, now)),
    );
    for (const span of row.spans.length === 1 ? row.spans : []) {
      const attempts = span.attempts ?? [];
      lines.push(...attemptLines(attempts, span.maxAttempts, paint));
    }
  }
  return `${[...lines, ...legend(used, paint)].map((text) => text.trimEnd()).join("\n")}\n`;
}

/** A step that follows another one in its branch stands a little to the right. */
function shownName({ name, isFollower }: TraceRow): string {
  return `${isFollower ? "  " : ""}${harmless(name)}`;
}

function endOf(span: TraceSpan, now: number): number {
  return span.endedAt === undefined ? Math.max(now, at(span.queuedAt)) : at(span.endedAt);
}

function stretchOf(segment: Segment, now: number): Span {
  const from = at(segment.from);
  return { from, until: Math.max(from, segment.until === undefined ? now : at(segment.until)) };
}

const workingKinds: ReadonlySet<TimePartKind> = new Set(["ran", "running", "failed", "cancelled"]);

function working(root: TraceSpan, now: number): readonly Span[] {
  return [root, ...root.children].flatMap((span) =>
    span.segments.filter(({ kind }) => workingKinds.has(kind)).map((segment) => stretchOf(segment, now)),
  );
}

/** Where no step had anything to do: the function's own code ran. */
function ownCode(root: TraceSpan, whole: Span, now: number): readonly Span[] {
  const covered = [root, ...root.children]
    .flatMap((span) => span.segments.map((segment) => stretchOf(segment, now)))
    .sort((left, right) => left.from - right.from);
  const own: Span[] = [];
  let last = root.startedAt === undefined ? whole.until : at(root.startedAt);
  for (const { from, until } of covered) {
    if (from > last) own.push({ from: last, until: Math.min(from, whole.until) });
    last = Math.max(last, until);
  }
  if (last < whole.until) own.push({ from: last, until: whole.until });
  return own;
}

function rootLane(root: TraceSpan, own: readonly Span[], scale: TimeScale, now: number): Lane {
  const lane = new Lane(scale);
  for (const span of [root, ...root.children]) {
    for (const segment of span.segments) {
      const { from, until } = stretchOf(segment, now);
      // A step that waits for its turn says nothing about the run, which had begun.
      const isHeld = segment.kind === "queued";
      if (!isHeld || (span === root && until > from)) lane.draw(segment.kind, from, until);
    }
  }
  for (const [index, { from, until }] of own.entries()) {
    const isLast = index === own.length - 1 && root.endedAt === undefined;
    lane.fill(isLast ? "running" : "ran", from, until);
  }
  return lane;
}

function rowLane(row: TraceRow, scale: TimeScale, now: number): Lane {
  const lane = new Lane(scale);
  for (const span of row.spans) {
    for (const segment of span.segments) {
      const { from, until } = stretchOf(segment, now);
      const mark =
        span.wait !== undefined && segment.kind === "waiting" ? waitMarks[span.wait.outcome] : undefined;
      lane.draw(segment.kind, from, until, mark);
    }
    if (span.segments.length === 0) lane.draw("ran", at(span.queuedAt), endOf(span, now));
  }
  const label = labelOf(row);
  if (label !== undefined) lane.label(harmless(label));
  return lane;
}

/** What a step waits for. */
function labelOf({ spans: [span, ...more] }: TraceRow): string | undefined {
  if (span === undefined || more.length > 0) return undefined;
  if (span.wait !== undefined) {
    const { lookbackMs = 0 } = span.wait;
    return lookbackMs > 0 ? `${span.wait.name}, ${duration(lookbackMs)} before` : span.wait.name;
  }
  return span.invoke === undefined ? undefined : (span.invoke.functionName ?? span.invoke.functionId);
}

function rowState({ spans }: TraceRow): State {
  const states = spans.map(({ status }) => spanState(status));
  return (
    states.find((state) => state === "failed") ?? states.find((state) => state !== "completed") ?? "completed"
  );
}

/** How long its code ran; where no code runs, how long it took. */
function rowTook({ spans }: TraceRow, now: number): string {
  return duration(
    spans.reduce(
      (sum, span) => sum + (span.ranMs ?? endOf(span, now) - at(span.startedAt ?? span.queuedAt)),
      0,
    ),
  );
}

function axis({ folds, columns }: TimeScale, whole: Span): string {
  const cells = Array<string>(columns).fill(" ");
  const write = (text: string, from: number): void => {
    for (const [index, character] of [...text].entries()) cells[from + index] = character;
  };
  for (const { from, until, column } of folds) {
    const text = shortDuration(until - from);
    const space = foldColumns - 2 - text.length;
    write(`⟨${" ".repeat(Math.floor(space / 2))}${text}${" ".repeat(Math.ceil(space / 2))}⟩`, column);
  }
  const total = duration(whole.until - whole.from);
  const isFree = (from: number): boolean => cells.slice(Math.max(0, from)).every((cell) => cell === " ");
  if (cells[0] === " ") write("0", 0);
  if (isFree(columns - total.length - 1)) write(total, columns - total.length);
  return cells.join("");
}

/** More failed attempts than this are told by their number. */
const attemptsShown = 3;

function attemptLines(
  attempts: readonly AttemptView[],
  attemptsMax: number | undefined,
  paint: Paint,
): readonly string[] {
  const failed = attempts.filter(({ status }) => status === "FAILED");
  const shown = failed.length > attemptsShown ? [...failed.slice(0, 1), ...failed.slice(-1)] : failed;
  const lines = shown.map(({ attempt, error, endedAt, retryAt }) => {
    const of = attemptsMax === undefined ? "" : ` of ${attemptsMax}`;
    const why = error === undefined ? "" : `: ${errorLine(error)}`;
    const again =
      retryAt === undefined || endedAt === undefined
        ? ""
        : `, tried again after ${duration(at(retryAt) - at(endedAt))}`;
    return `      ${paint("red", `attempt ${attempt + 1}${of} failed${why}`)}${again}`;
  });
  if (shown.length < failed.length)
    lines.splice(1, 0, `      ${paint("red", `${failed.length - shown.length} more attempts failed`)}`);
  return lines;
}

function legend(used: ReadonlySet<TimePartKind>, paint: Paint): readonly string[] {
  const kinds = (Object.keys(strokes) as readonly TimePartKind[]).filter((kind) => used.has(kind));
  // Plain code needs no explanation.
  if (kinds.every((kind) => kind === "ran")) return [];
  const words = kinds.map(
    (kind) => `${paint(strokes[kind].color, strokes[kind].character)} ${strokes[kind].words}`,
  );
  return ["", `  ${words.join("   ")}`];
}
