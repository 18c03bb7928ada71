// Tables of text: columns as wide as what stands in them; on a screen the ones that may give way are cut to its width.

import type { Color, Paint } from "./paint.ts";
import { cutEnd, textWidth } from "./text-width.ts";

export interface Column {
  readonly head: string;
  readonly isRight?: boolean;
  /** May be cut, down to this many columns. */
  readonly least?: number;
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
  const widths = fitted(
    columns,
    columns.map((column, index) =>
      Math.max(textWidth(column.head), ...cells.map((row) => widthOf(row[index]))),
    ),
    screenColumns,
  );
  const line = (row: readonly Cell[]): string =>
    columns
      .map((column, index) => {
        const width = widths[index] ?? 0;
        const cell = row[index];
        const text = cell?.width === undefined ? cutEnd(cell?.text ?? "", width) : cell.text;
        const painted = paint(cell?.color, text);
        const space = " ".repeat(Math.max(0, width - (cell?.width ?? textWidth(text))));
        return column.isRight === true ? space + painted : painted + space;
      })
      .join(gap)
      .trimEnd();
  const heads = columns.map(({ head }): Cell => ({ text: head, color: "dim" }));
  return `${[heads, ...cells].map(line).join("\n")}\n`;
}

function widthOf(cell: Cell | undefined): number {
  return cell?.width ?? textWidth(cell?.text ?? "");
}

/** Takes what is too much from the widest of the columns that may be cut. */
function fitted(
  columns: readonly Column[],
  natural: readonly number[],
  screenColumns: number | undefined,
): readonly number[] {
  const widths = [...natural];
  if (screenColumns === undefined) return widths;
  let over = widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1)) - screenColumns;
  while (over > 0) {
    let widest = -1;
    for (const [index, { least }] of columns.entries()) {
      const width = widths[index] ?? 0;
      if (least !== undefined && width > least && width > (widths[widest] ?? -1)) widest = index;
    }
    if (widest === -1) return widths;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
  return widths;
}
