// The axis of the waterfall (spec §6.2): stretches in which no code runs are folded to a fixed width, so that three
// seconds of work in two days of sleep can be read.

export interface Span {
  /** Unix ms. */
  readonly from: number;
  readonly until: number;
}

export interface Piece extends Span {
  readonly isFold: boolean;
  /** Place on the axis, from 0 to 1. */
  readonly left: number;
  readonly right: number;
}

export interface TimeScale {
  readonly pieces: readonly Piece[];
  /** Place of a moment on the axis, from 0 to 1; moments outside are at its ends. */
  readonly at: (time: number) => number;
}

const foldPx = 36;
const foldLeastMs = 3000;
const foldLeastShare = 0.02;
/** So much of the quiet time stays visible at both ends of a fold, so that bars do not touch it. */
export const marginMs = 120;
/** All folds together take no more than this of the axis. */
const foldsShareMax = 0.5;

/**
 * Stretches between `busy` ones that are long enough to be folded. What is long is measured against the time that stays
 * open: after a day of sleep is folded, half a minute may be long beside the rest.
 */
export function foldsOf(whole: Span, busy: readonly Span[]): readonly Span[] {
  let folds: readonly Span[] = [];
  for (;;) {
    const folded = folds.reduce((sum, { from, until }) => sum + until - from, 0);
    const open = whole.until - whole.from - folded;
    const next = quietSpans(whole, busy, Math.max(foldLeastMs, open * foldLeastShare));
    if (next.length <= folds.length) return folds;
    folds = next;
  }
}

function quietSpans(whole: Span, busy: readonly Span[], leastMs: number): readonly Span[] {
  const spans: Span[] = [];
  let quietFrom = whole.from;
  const add = (until: number): void => {
    if (until - quietFrom > leastMs) spans.push({ from: quietFrom + marginMs, until: until - marginMs });
  };
  for (const { from, until } of [...busy].sort((left, right) => left.from - right.from)) {
    add(Math.min(from, whole.until));
    quietFrom = Math.max(quietFrom, until);
  }
  add(whole.until);
  return spans;
}

export function timeScale(whole: Span, folds: readonly Span[], widthPx: number): TimeScale {
  const visible = folds
    .map(({ from, until }) => ({ from: Math.max(from, whole.from), until: Math.min(until, whole.until) }))
    .filter(({ from, until }) => until > from);
  const foldShare =
    visible.length === 0 ? 0 : Math.min(foldPx / Math.max(widthPx, 1), foldsShareMax / visible.length);
  const folded = visible.reduce((sum, { from, until }) => sum + until - from, 0);
  const openMs = Math.max(1, whole.until - whole.from - folded);
  const openShare = 1 - foldShare * visible.length;
  const pieces: Piece[] = [];
  let left = 0;
  let time = whole.from;
  const add = (until: number, isFold: boolean): void => {
    const right = left + (isFold ? foldShare : ((until - time) / openMs) * openShare);
    pieces.push({ from: time, until, isFold, left, right });
    left = right;
    time = until;
  };
  for (const { from, until } of visible) {
    if (from > time) add(from, false);
    add(until, true);
  }
  if (whole.until > time || pieces.length === 0) add(whole.until, false);
  return { pieces, at: (moment) => placeOf(pieces, moment) };
}

function placeOf(pieces: readonly Piece[], moment: number): number {
  for (const piece of pieces) {
    if (moment > piece.until) continue;
    const share =
      piece.until === piece.from ? 0 : Math.max(0, (moment - piece.from) / (piece.until - piece.from));
    return piece.left + share * (piece.right - piece.left);
  }
  return 1;
}

const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
];
const longSteps = [600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000, 604_800_000];
const tickLeastPx = 64;

export interface Tick {
  readonly place: number;
  /** Ms after the beginning of the run. */
  readonly offsetMs: number;
}

/** Marks at round moments after `origin`, no closer than can be read. */
export function ticksOf(scale: TimeScale, origin: number, widthPx: number): readonly Tick[] {
  const ticks: Tick[] = [];
  for (const piece of scale.pieces) {
    if (piece.isFold) continue;
    const px = (piece.right - piece.left) * widthPx;
    const ms = piece.until - piece.from;
    const step = [...steps, ...longSteps].find((one) => (one / ms) * px >= tickLeastPx);
    if (step === undefined || px < tickLeastPx / 2) continue;
    for (
      let offset = Math.ceil((piece.from - origin) / step) * step;
      origin + offset <= piece.until;
      offset += step
    ) {
      const place = scale.at(origin + offset);
      const last = ticks[ticks.length - 1];
      if (last === undefined || (place - last.place) * widthPx >= tickLeastPx / 2)
        ticks.push({ place, offsetMs: offset });
    }
  }
  return ticks;
}
