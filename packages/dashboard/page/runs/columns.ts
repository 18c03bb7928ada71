// The columns of the list of runs as the reader chose them (spec §6.1): which are shown, in which order, and fields of
// events and outputs beside the usual ones. The choice is kept in this browser, for each view.

import { useCallback, useState } from "react";
import { fieldPath } from "./field-path.ts";

/** Widths in px; that of what happened is the least. */
export const usualColumns = {
  state: { title: "State", width: 92 },
  function: { title: "Function", width: 210 },
  what: { title: "What happened", width: 140 },
  by: { title: "Started by", width: 186 },
  time: { title: "Where time went", width: 118 },
  took: { title: "Took", width: 82 },
  age: { title: "Age", width: 36 },
} as const;

export type UsualColumn = keyof typeof usualColumns;
const fieldWidth = 132;

/** `id` is a usual column, or a field: `event.data.plan`. */
export interface Column {
  readonly id: string;
  readonly isShown: boolean;
}

const usualIds = Object.keys(usualColumns) as readonly UsualColumn[];
export const usualChoice: readonly Column[] = usualIds.map((id) => ({ id, isShown: true }));

export function asUsual(id: string): UsualColumn | undefined {
  return usualIds.find((usual) => usual === id);
}

export function columnTitle(id: string): string {
  const usual = asUsual(id);
  return usual === undefined ? id : usualColumns[usual].title;
}

/** Whether the list must be asked for events. */
export function needsEvent(columns: readonly Column[]): boolean {
  return columns.some(({ id, isShown }) => isShown && fieldPath(id)?.[0] === "event");
}

/** The last one that is shown stays. */
export function toggleColumn(columns: readonly Column[], id: string): readonly Column[] {
  const next = columns.map((column) => (column.id === id ? { ...column, isShown: !column.isShown } : column));
  return next.some(({ isShown }) => isShown) ? next : columns;
}

/** @param to the index that it has afterwards; beyond the ends means the end. */
export function moveColumn(columns: readonly Column[], id: string, to: number): readonly Column[] {
  const moved = columns.find((column) => column.id === id);
  if (moved === undefined) return columns;
  const others = columns.filter((column) => column !== moved);
  const index = Math.max(0, Math.min(others.length, to));
  return [...others.slice(0, index), moved, ...others.slice(index)];
}

/** A field that is there already is shown; a new one stands before the figures at the right. */
export function addField(columns: readonly Column[], id: string): readonly Column[] {
  if (columns.some((column) => column.id === id))
    return columns.map((column) => (column.id === id ? { id, isShown: true } : column));
  const figures = columns.findIndex(
    ({ id: other }) => other === "time" || other === "took" || other === "age",
  );
  const index = figures < 0 ? columns.length : figures;
  return [...columns.slice(0, index), { id, isShown: true }, ...columns.slice(index)];
}

/** Only fields can be taken away; the last column that is shown stays. */
export function removeField(columns: readonly Column[], id: string): readonly Column[] {
  const next = columns.filter((column) => column.id !== id || asUsual(id) !== undefined);
  return next.some(({ isShown }) => isShown) ? next : columns;
}

/** Usual columns that give way where the list is narrow, the first one first. */
const givingWay = ["by", "time"];
const sidesWidth = 2 * 20;
const gapWidth = 16;
const boxWidth = 14;

/** The columns as they fit a list. */
export interface FittedColumns {
  readonly ids: readonly string[];
  /** For the grid, the box first. */
  readonly template: string;
  /** Below it the list scrolls sideways, in px. */
  readonly leastWidth: number;
}

/** What is shown in a list of `width` px. One column takes what is left: what happened, or the function, or the last. */
export function fitColumns(columns: readonly Column[], width: number): FittedColumns {
  const chosen = columns.flatMap(({ id, isShown }) => (isShown ? [id] : []));
  let ids: readonly string[] = chosen;
  for (const leaving of givingWay) {
    if (leastWidthOf(ids) <= width || ids.length === 1) break;
    ids = ids.filter((id) => id !== leaving);
  }
  const growing = ["what", "function"].find((id) => ids.includes(id)) ?? ids[ids.length - 1];
  const sizes = ids.map((id) => (id === growing ? `minmax(${widthOf(id)}px, 1fr)` : `${widthOf(id)}px`));
  return { ids, template: [`${boxWidth}px`, ...sizes].join(" "), leastWidth: leastWidthOf(ids) };
}

function leastWidthOf(ids: readonly string[]): number {
  return ids.reduce((sum, id) => sum + gapWidth + widthOf(id), sidesWidth + boxWidth);
}

function widthOf(id: string): number {
  const usual = asUsual(id);
  return usual === undefined ? fieldWidth : usualColumns[usual].width;
}

/** What was kept, as far as it is understood; usual columns that it does not name stand at the end. */
export function parseColumns(text: string | null): readonly Column[] {
  let kept: unknown;
  try {
    kept = JSON.parse(text ?? "null");
  } catch {
    return usualChoice;
  }
  if (!Array.isArray(kept)) return usualChoice;
  const known = new Map<string, Column>();
  for (const column of kept.filter(isColumn)) if (!known.has(column.id)) known.set(column.id, column);
  const missing = usualChoice.filter(({ id }) => !known.has(id));
  const columns = [...known.values(), ...missing];
  return columns.some(({ isShown }) => isShown) ? columns : usualChoice;
}

function isColumn(value: unknown): value is Column {
  if (typeof value !== "object" || value === null || !("id" in value) || !("isShown" in value)) return false;
  const { id, isShown } = value;
  if (typeof id !== "string" || typeof isShown !== "boolean") return false;
  return asUsual(id) !== undefined || fieldPath(id) !== undefined;
}

export interface ColumnChoice {
  readonly columns: readonly Column[];
  readonly choose: (next: (columns: readonly Column[]) => readonly Column[]) => void;
}

/** @param view under which the choice is kept. */
export function useColumns(view: string): ColumnChoice {
  const settingName = `stepwell.columns.${view}`;
  const [columns, setColumns] = useState(() => parseColumns(localStorage.getItem(settingName)));
  const choose = useCallback<ColumnChoice["choose"]>(
    (next) => {
      const chosen = next(parseColumns(localStorage.getItem(settingName)));
      localStorage.setItem(settingName, JSON.stringify(chosen));
      setColumns(chosen);
    },
    [settingName],
  );
  return { columns, choose };
}
