// One row of the waterfall: characters placed on the common scale, the stronger kind in front, and a label where
// there is room beside the bars.

import type { TimePartKind } from "@stepwell/protocol/rest";
import type { Color, Paint } from "./paint.ts";
import { isStronger, nowMark, strokes } from "./stroke.ts";
import { cutEnd, textWidth } from "./text-width.ts";
import type { TimeScale } from "./time-scale.ts";

interface Cell {
  readonly character: string;
  readonly color?: Color;
  readonly kind?: TimePartKind;
}

const empty: Cell = { character: " " };

export class Lane {
  readonly #scale: TimeScale;
  readonly #cells: Cell[];

  constructor(scale: TimeScale) {
    this.#scale = scale;
    this.#cells = Array<Cell>(scale.columns).fill(empty);
  }

  /** @param mark stands at the bar's right end. */
  draw(kind: TimePartKind, from: number, until: number, mark?: string): void {
    const [first, end] = this.#scale.columnsOf(from, until);
    const { character, color } = strokes[kind];
    const last = mark ?? (kind === "running" ? nowMark : undefined);
    for (let column = first; column < end; column += 1) {
      const present = this.#cells[column]?.kind;
      if (present !== undefined && isStronger(present, kind)) continue;
      this.#cells[column] = {
        character: column === end - 1 && last !== undefined ? last : character,
        color,
        kind,
      };
    }
  }

  /** Fills what is still empty. */
  fill(kind: TimePartKind, from: number, until: number): void {
    const [first, end] = this.#scale.columnsOf(from, until);
    for (let column = first; column < end; column += 1) {
      if (this.#cells[column] !== empty) continue;
      const isNow = kind === "running" && column === end - 1;
      this.#cells[column] = {
        character: isNow ? nowMark : strokes[kind].character,
        color: strokes[kind].color,
        kind,
      };
    }
  }

  /** Right of everything drawn, or left of it; not at all where it does not fit. */
  label(text: string): void {
    const first = this.#cells.findIndex((cell) => cell !== empty);
    const end = this.#cells.findLastIndex((cell) => cell !== empty) + 1;
    const right = this.#cells.length - end - 1;
    const least = Math.min(textWidth(text), 6);
    if (right >= least) this.#write(cutEnd(text, right), end + 1);
    else if (first - 1 >= textWidth(text)) this.#write(text, first - 1 - textWidth(text));
  }

  #write(text: string, from: number): void {
    let column = from;
    for (const character of text) {
      this.#cells[column] = { character, color: "dim" };
      // A wide character takes its neighbour's place.
      if (textWidth(character) === 2) this.#cells[column + 1] = { character: "", color: "dim" };
      column += Math.max(1, textWidth(character));
    }
  }

  kinds(): readonly TimePartKind[] {
    return this.#cells.flatMap(({ kind }) => (kind === undefined ? [] : [kind]));
  }

  text(paint: Paint): string {
    let text = "";
    for (let column = 0; column < this.#cells.length; ) {
      const { color } = this.#cells[column] ?? empty;
      let piece = "";
      for (; column < this.#cells.length && this.#cells[column]?.color === color; column += 1)
        piece += this.#cells[column]?.character ?? "";
      text += paint(color, piece);
    }
    return text;
  }
}
