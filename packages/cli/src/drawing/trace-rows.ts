// The rows of a waterfall (dashboard §6.2): steps in order of first planning; steps that were planned at once as
// branches of a fork, each followed by what its branch did next; the steps of a loop folded to one row.

import type { TraceSpan } from "@stepwell/protocol/rest";

export interface TraceRow {
  readonly name: string;
  /** More than one where a loop is folded. */
  readonly spans: readonly TraceSpan[];
  /** Left of the row: where it stands among the branches of a fork. */
  readonly bracket: " " | "┌" | "├" | "│" | "└";
  /** Whether it follows another step in its branch. */
  readonly isFollower: boolean;
}

/** Fewer repetitions are shown one by one. */
const loopLeast = 12;

type Lane = TraceSpan[];

/** @param isEverything folds no loop. */
export function traceRows(spans: readonly TraceSpan[], isEverything: boolean): readonly TraceRow[] {
  const rows: TraceRow[] = [];
  for (const group of groupsOf(spans)) {
    const [first = []] = group;
    if (group.length > 1) rows.push(...forkRows(group, isEverything));
    else
      rows.push(
        ...laneRows(first, isEverything).map((row) => ({ ...row, bracket: " " as const, isFollower: false })),
      );
  }
  return rows;
}

/** Each group is a fork with its lanes, or one lane of steps that stand alone. */
function groupsOf(spans: readonly TraceSpan[]): readonly (readonly Lane[])[] {
  const sizes = new Map<number, number>();
  for (const { parallelSet } of spans)
    if (parallelSet !== undefined) sizes.set(parallelSet, (sizes.get(parallelSet) ?? 0) + 1);
  const groups: Lane[][] = [];
  const forks = new Map<number, Lane[]>();
  for (const span of spans) {
    const { parallelSet } = span;
    const isBranch = parallelSet !== undefined && (sizes.get(parallelSet) ?? 0) > 1;
    const fork = isBranch ? forks.get(parallelSet) : undefined;
    const last = groups.at(-1);
    if (fork !== undefined) {
      fork.push([span]);
    } else if (isBranch) {
      const begun: Lane[] = [[span]];
      forks.set(parallelSet, begun);
      groups.push(begun);
    } else {
      const lane = last === undefined ? undefined : laneOf(last, span);
      if (lane === undefined) groups.push([[span]]);
      else lane.push(span);
    }
  }
  return groups;
}

/**
 * The lane in which a later step goes on: that of the step which it is said to come after; else, while another branch
 * is still open, the one that ended last before it was planned. A lane alone is always the one.
 */
function laneOf(group: readonly Lane[], span: TraceSpan): Lane | undefined {
  const [only] = group;
  if (group.length === 1) return only;
  if (span.afterStepId !== undefined)
    return group.find((lane) => lane.some(({ id }) => id === span.afterStepId));
  const planned = Date.parse(span.queuedAt);
  const ended = group.filter((lane) => endOf(lane) <= planned);
  if (ended.length === group.length) return undefined;
  return ended.reduce<Lane | undefined>(
    (latest, lane) => (latest === undefined || endOf(lane) > endOf(latest) ? lane : latest),
    undefined,
  );
}

function endOf(lane: Lane): number {
  const endedAt = lane.at(-1)?.endedAt;
  return endedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(endedAt);
}

function forkRows(lanes: readonly Lane[], isEverything: boolean): readonly TraceRow[] {
  return lanes.flatMap((lane, index) => {
    const isLast = index === lanes.length - 1;
    const head = index === 0 ? "┌" : isLast ? "└" : "├";
    return laneRows(lane, isEverything).map((row, place) => ({
      ...row,
      bracket: place === 0 ? head : isLast ? (" " as const) : ("│" as const),
      isFollower: place > 0,
    }));
  });
}

function laneRows(lane: Lane, isEverything: boolean): readonly Pick<TraceRow, "name" | "spans">[] {
  const rows: Pick<TraceRow, "name" | "spans">[] = [];
  for (let start = 0; start < lane.length; ) {
    const span = lane[start];
    if (span === undefined) break;
    const repeats = repeatsFrom(lane, start);
    if (repeats.length >= loopLeast && !isEverything) {
      rows.push({ name: `${span.name} ×${repeats.length}`, spans: repeats });
      start += repeats.length;
    } else {
      rows.push({ name: rowName(span), spans: [span] });
      start += 1;
    }
  }
  return rows;
}

/** The steps from `start` on that have the author's same id. */
function repeatsFrom(lane: Lane, start: number): readonly TraceSpan[] {
  const stepId = lane[start]?.stepId;
  let end = start + 1;
  while (stepId !== undefined && end < lane.length && lane[end]?.stepId === stepId) end += 1;
  return lane.slice(start, end);
}

/** Repeats of a step are numbered from 2, as authors count. */
function rowName({ name, stepIndex }: TraceSpan): string {
  return stepIndex === undefined || stepIndex === 0 || /#\d+$/.test(name)
    ? name
    : `${name} #${stepIndex + 1}`;
}
