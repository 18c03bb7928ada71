// Tables of text: columns as wide as what stands in them; on a screen the ones that may give way are cut to its width.

import type { Color, Paint } from "./paint.ts";
import { cutEnd, textWidth } from "./text-width.ts";

export interface Column {
  readonly head: string;
  readonly isRight?: boolean;
  /** May be cut, down to this many columns. */
  readonly least?: number;
  /** Left out where cutting does not do; the lowest number first. */
  readonly goes?: number;
}

export interface Cell {
  readonly text: string;
  readonly color?: Color;
  /** Of a drawing that is coloured already; it is never cut. */
  readonly width?: number;
}

export type Row = readonly (Cell | string)[];

const gap = "  ";

/** @param screenColumns undefined cuts nothing. */
export function table(
  columns: readonly Column[],
  rows: readonly Row[],
  paint: Paint,
  screenColumns: number | undefined,
): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === "string" ? { text: cell } : cell)));
  const natural = columns.map((column, index) =>
    Math.max(textWidth(column.head), ...cells.map((row) => widthOf(row[index]))),
  );
  const widths = kept(columns, natural, screenColumns);
  const line = (row: readonly Cell[]): string =>
    columns
      .flatMap((column, index) => {
        const width = widths[index];
        return width === undefined ? [] : [cellText(row[index], column, width, paint)];
      })
      .join(gap)
      .trimEnd();
  const heads = columns.map(({ head }): Cell => ({ text: head, color: "dim" }));
  return `${[heads, ...cells].map(line).join("\n")}\n`;
}

function cellText(cell: Cell | undefined, column: Column, width: number, paint: Paint): string {
  const text = cell?.width === undefined ? cutEnd(cell?.text ?? "", width) : cell.text;
  const space = " ".repeat(Math.max(0, width - (cell?.width ?? textWidth(text))));
  const painted = paint(cell?.color, text);
  return column.isRight === true ? space + painted : painted + space;
}

/** The width of each column; undefined leaves it out. */
function kept(
  columns: readonly Column[],
  natural: readonly number[],
  screenColumns: number | undefined,
): readonly (number | undefined)[] {
  const goers = [...columns.entries()]
    .filter(([, { goes }]) => goes !== undefined)
    .sort(([, left], [, right]) => (left.goes ?? 0) - (right.goes ?? 0))
    .map(([index]) => index);
  for (let count = 0; ; count += 1) {
    const gone = new Set(goers.slice(0, count));
    const present = [...columns.entries()].filter(([index]) => !gone.has(index));
    const widths = fitted(
      present.map(([, column]) => column),
      present.map(([index]) => natural[index] ?? 0),
      screenColumns,
    );
    if (widths !== undefined || count === goers.length) {
      const byIndex = new Map(
        present.map(([index], place) => [index, (widths ?? [])[place] ?? natural[index]]),
      );
      return columns.map((_, index) => byIndex.get(index));
    }
  }
}

function widthOf(cell: Cell | undefined): number {
  return cell?.width ?? textWidth(cell?.text ?? "");
}

/** Takes what is too much from the widest of the columns that may be cut; undefined when that does not do. */
function fitted(
  columns: readonly Column[],
  natural: readonly number[],
  screenColumns: number | undefined,
): readonly number[] | undefined {
  const widths = [...natural];
  if (screenColumns === undefined) return widths;
  let over = widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1)) - screenColumns;
  while (over > 0) {
    let widest = -1;
    for (const [index, { least }] of columns.entries()) {
      const width = widths[index] ?? 0;
      if (least !== undefined && width > least && width > (widths[widest] ?? -1)) widest = index;
    }
    if (widest === -1) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
  return widths;
}
