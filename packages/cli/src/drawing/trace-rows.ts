// The rows of a waterfall: steps in order of first planning, branches in parallel in brackets, and the steps of a loop
// folded to one row.

import type { TraceSpan } from "@stepwell/protocol/rest";

export interface TraceRow {
  readonly name: string;
  /** More than one where a loop is folded. */
  readonly spans: readonly TraceSpan[];
  /** Left of the name: where it stands among branches. */
  readonly bracket: " " | "┌" | "│" | "└";
}

/** Fewer repetitions are shown one by one. */
const loopLeast = 8;

/** @param isEverything folds nothing. */
export function traceRows(spans: readonly TraceSpan[], isEverything: boolean): readonly TraceRow[] {
  const rows: TraceRow[] = [];
  for (let start = 0; start < spans.length; ) {
    const span = spans[start];
    if (span === undefined) break;
    const branches = together(spans, start, ({ parallelSet }) => parallelSet);
    const repeats = together(spans, start, ({ stepId, parallelSet }) =>
      parallelSet === undefined || branches.length === 1 ? stepId : undefined,
    );
    if (branches.length > 1) {
      for (const [index, branch] of branches.entries())
        rows.push({ name: rowName(branch), spans: [branch], bracket: bracketOf(index, branches.length) });
      start += branches.length;
    } else if (repeats.length >= loopLeast && !isEverything) {
      rows.push({ name: `${span.name} ×${repeats.length}`, spans: repeats, bracket: " " });
      start += repeats.length;
    } else {
      rows.push({ name: rowName(span), spans: [span], bracket: " " });
      start += 1;
    }
  }
  return rows;
}

/** The spans from `start` on that have the same key as the first one; that one alone when it has none. */
function together(
  spans: readonly TraceSpan[],
  start: number,
  keyOf: (span: TraceSpan) => unknown,
): readonly TraceSpan[] {
  const [first] = spans.slice(start, start + 1);
  if (first === undefined) return [];
  const key = keyOf(first);
  if (key === undefined) return [first];
  let end = start + 1;
  while (end < spans.length && keyOf(spans[end] ?? first) === key) end += 1;
  return spans.slice(start, end);
}

/** Repeats of a step are numbered from 2, as authors count. */
function rowName({ name, stepIndex }: TraceSpan): string {
  return stepIndex === undefined || stepIndex === 0 || /#\d+$/.test(name)
    ? name
    : `${name} #${stepIndex + 1}`;
}

function bracketOf(index: number, count: number): TraceRow["bracket"] {
  return index === 0 ? "┌" : index === count - 1 ? "└" : "│";
}
