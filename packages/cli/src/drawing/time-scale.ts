// The common scale of a run's rows: time folds (dashboard §6.2). A stretch longer than 3 s and than 2 % of the whole,
// in which no code runs, is drawn a few columns wide, with its true length written above it.

export interface Span {
  readonly from: number;
  readonly until: number;
}

export interface Fold extends Span {
  readonly column: number;
}

export interface TimeScale {
  readonly columns: number;
  readonly folds: readonly Fold[];
  /** The columns that a stretch covers: first one, and the one behind the last; at least one. */
  columnsOf(from: number, until: number): readonly [number, number];
}

/** Columns of a fold. */
export const foldColumns = 7;
const foldLeastMs = 3000;
const foldShareLeast = 0.02;

interface Piece extends Span {
  readonly left: number;
  readonly width: number;
}

/** @param working when code ran, in any order. */
export function timeScale(whole: Span, working: readonly Span[], columns: number): TimeScale {
  const totalMs = whole.until - whole.from;
  const gaps = gapsOf(whole, working)
    .filter(({ from, until }) => until - from > foldLeastMs && until - from > totalMs * foldShareLeast)
    .sort((left, right) => right.until - right.from - (left.until - left.from))
    // Half of the room stays for what happened.
    .slice(0, Math.floor(columns / 2 / foldColumns))
    .sort((left, right) => left.from - right.from);
  const isAllParked = gaps.length === 1 && gaps[0]?.from === whole.from && gaps[0].until === whole.until;
  const folded = isAllParked ? [] : gaps;
  const pieces = layOut(whole, folded, columns);
  const at = (time: number): number => columnAt(pieces, time);
  const folds = pieces
    .filter((piece) => folded.some(({ from, until }) => from === piece.from && until === piece.until))
    .map(({ from, until, left }) => ({ from, until, column: Math.round(left) }));
  return {
    columns,
    folds,
    columnsOf(from, until) {
      const first = Math.max(0, Math.min(columns - 1, Math.floor(at(from) + 1e-6)));
      const end = Math.max(first + 1, Math.min(columns, Math.round(at(until))));
      return [first, end];
    },
  };
}

/** What no span covers, within the whole. */
function gapsOf(whole: Span, spans: readonly Span[]): readonly Span[] {
  const gaps: Span[] = [];
  let at = whole.from;
  for (const { from, until } of [...spans].sort((left, right) => left.from - right.from)) {
    if (from > at) gaps.push({ from: at, until: Math.min(from, whole.until) });
    at = Math.max(at, until);
  }
  if (at < whole.until) gaps.push({ from: at, until: whole.until });
  return gaps;
}

/** Folds get their columns; between them each piece gets its share of the rest, one column at least. */
function layOut(whole: Span, folds: readonly Span[], columns: number): readonly Piece[] {
  const open: Span[] = [];
  let at = whole.from;
  for (const fold of folds) {
    if (fold.from > whole.from || at > whole.from) open.push({ from: at, until: fold.from });
    at = fold.until;
  }
  if (at < whole.until || folds.length === 0) open.push({ from: at, until: whole.until });
  const openMs = open.reduce((sum, { from, until }) => sum + until - from, 0);
  const room = columns - folds.length * foldColumns - open.length;
  const widthOf = ({ from, until }: Span): number =>
    1 + (openMs === 0 ? room / open.length : (room * (until - from)) / openMs);
  const all = [
    ...folds.map((span) => ({ span, isFold: true })),
    ...open.map((span) => ({ span, isFold: false })),
  ];
  all.sort((left, right) => left.span.from - right.span.from || left.span.until - right.span.until);
  let left = 0;
  return all.map(({ span, isFold }) => {
    const width = isFold ? foldColumns : widthOf(span);
    const piece = { ...span, left, width };
    left += width;
    return piece;
  });
}

function columnAt(pieces: readonly Piece[], time: number): number {
  const piece = pieces.find(({ until }) => time <= until) ?? pieces.at(-1);
  if (piece === undefined) return 0;
  const length = piece.until - piece.from;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, (time - piece.from) / length));
  return piece.left + share * piece.width;
}
