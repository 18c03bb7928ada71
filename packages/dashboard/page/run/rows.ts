// The rows of the waterfall: steps in order of first planning, parallel ones as lanes under their fork, repeats of one
// step in a loop folded to one row (spec §6.2).

import type { TraceSpan } from "@stepwell/protocol/rest";

export type WaterfallRow =
  | { readonly kind: "run"; readonly id: string; readonly span: TraceSpan }
  | {
      readonly kind: "step";
      readonly id: string;
      readonly span: TraceSpan;
      readonly depth: number;
      /** First of its lane. */
      readonly isLaneHead: boolean;
      /** Its lane is the last one of the fork, so the bracket ends here. */
      readonly isLastLane: boolean;
    }
  | {
      readonly kind: "fork";
      readonly id: string;
      readonly branches: number;
      readonly depth: number;
      readonly steps: readonly TraceSpan[];
      readonly isOpen: boolean;
    }
  | {
      readonly kind: "loop";
      readonly id: string;
      readonly name: string;
      readonly depth: number;
      readonly steps: readonly TraceSpan[];
      readonly isOpen: boolean;
    };

/** So many neighbours of one step id are shown as one row. */
const loopLeast = 12;
/** Forks inside of so many others begin folded. */
const foldedDepth = 3;

export interface Folding {
  /** Rows whose usual state the reader turned round. */
  readonly turned: ReadonlySet<string>;
}

export function rowsOf(root: TraceSpan, folding: Folding): readonly WaterfallRow[] {
  return [{ kind: "run", id: root.id, span: root }, ...layOut(groupsOf(root.children), 0, folding)];
}

/** A step alone, or a fork with its lanes. */
type Group = { readonly kind: "step"; readonly span: TraceSpan } | Fork;

interface Fork {
  readonly kind: "fork";
  readonly set: number;
  readonly lanes: TraceSpan[][];
}

function groupsOf(spans: readonly TraceSpan[]): readonly Group[] {
  const sizes = new Map<number, number>();
  for (const { parallelSet } of spans)
    if (parallelSet !== undefined) sizes.set(parallelSet, (sizes.get(parallelSet) ?? 0) + 1);
  const groups: Group[] = [];
  const forks = new Map<number, Fork>();
  for (const span of spans) {
    const set =
      span.parallelSet !== undefined && (sizes.get(span.parallelSet) ?? 0) > 1 ? span.parallelSet : undefined;
    const known = set === undefined ? undefined : forks.get(set);
    const last = groups[groups.length - 1];
    if (known !== undefined) known.lanes.push([span]);
    else if (set !== undefined) {
      const fork: Fork = { kind: "fork", set, lanes: [[span]] };
      forks.set(set, fork);
      groups.push(fork);
    } else {
      const lane = last?.kind === "fork" ? laneOf(last, span) : undefined;
      if (lane === undefined) groups.push({ kind: "step", span });
      else lane.push(span);
    }
  }
  return groups;
}

/**
 * The lane that a later step goes on in: the one that it is said to come after, else, while some other lane is still
 * open, the one whose end came last before it was planned.
 */
function laneOf(fork: Fork, span: TraceSpan): TraceSpan[] | undefined {
  if (span.afterStepId !== undefined)
    return fork.lanes.find((lane) => lane.some(({ id }) => id === span.afterStepId));
  const planned = Date.parse(span.queuedAt);
  const ends = fork.lanes.map((lane) => {
    const end = lane[lane.length - 1]?.endedAt;
    return end === undefined ? Number.POSITIVE_INFINITY : Date.parse(end);
  });
  if (ends.every((end) => end <= planned)) return undefined;
  const newest = Math.max(...ends.filter((end) => end <= planned));
  return Number.isFinite(newest) ? fork.lanes[ends.indexOf(newest)] : undefined;
}

function layOut(groups: readonly Group[], depth: number, folding: Folding): readonly WaterfallRow[] {
  const rows: WaterfallRow[] = [];
  for (let index = 0; index < groups.length; index += 1) {
    const group = groups[index];
    if (group === undefined) continue;
    if (group.kind === "fork") {
      rows.push(...forkRows(group, depth, folding));
      continue;
    }
    const same = sameSteps(groups, index);
    if (same.length >= loopLeast) {
      rows.push(...loopRows(same, depth, folding));
      index += same.length - 1;
    } else rows.push(stepRow(group.span, depth, false, false));
  }
  return rows;
}

function stepRow(span: TraceSpan, depth: number, isLaneHead: boolean, isLastLane: boolean): WaterfallRow {
  return { kind: "step", id: span.id, span, depth, isLaneHead, isLastLane };
}

/** Neighbours from `start` on with the same author's id. */
function sameSteps(groups: readonly Group[], start: number): readonly TraceSpan[] {
  const spans: TraceSpan[] = [];
  let id: string | undefined;
  for (let index = start; index < groups.length; index += 1) {
    const group = groups[index];
    if (group?.kind !== "step" || group.span.stepId === undefined) break;
    id ??= group.span.stepId;
    if (group.span.stepId !== id) break;
    spans.push(group.span);
  }
  return spans;
}

function loopRows(steps: readonly TraceSpan[], depth: number, folding: Folding): readonly WaterfallRow[] {
  const first = steps[0];
  if (first === undefined) return [];
  const id = `loop ${first.id}`;
  const isOpen = folding.turned.has(id);
  const row: WaterfallRow = { kind: "loop", id, name: first.stepId ?? first.name, depth, steps, isOpen };
  return isOpen ? [row, ...steps.map((span) => stepRow(span, depth + 1, false, false))] : [row];
}

function forkRows(fork: Fork, depth: number, folding: Folding): readonly WaterfallRow[] {
  const id = `fork ${fork.set}`;
  const isOpen = folding.turned.has(id) !== depth < foldedDepth;
  const rows: WaterfallRow[] = [
    { kind: "fork", id, branches: fork.lanes.length, depth, steps: fork.lanes.flat(), isOpen },
  ];
  if (!isOpen) return rows;
  const same = fork.lanes.every((lane) => lane.length === 1 && lane[0]?.stepId !== undefined)
    ? new Set(fork.lanes.map((lane) => lane[0]?.stepId))
    : new Set();
  if (same.size === 1 && fork.lanes.length >= loopLeast)
    return [...rows, ...loopRows(fork.lanes.flat(), depth + 1, folding)];
  for (const [index, lane] of fork.lanes.entries()) {
    const isLast = index === fork.lanes.length - 1;
    for (const [place, span] of lane.entries()) rows.push(stepRow(span, depth + 1, place === 0, isLast));
  }
  return rows;
}
