// Colour: a state and nothing else, after the dashboard's palette (dashboard §3). Everything reads without it.

import type { State } from "@stepwell/protocol/words";

export type Color = "red" | "green" | "blue" | "amber" | "plum" | "slate" | "dim" | "bold";

const codes: Readonly<Record<Color, readonly [string, string]>> = {
  red: ["31", "39"],
  green: ["32", "39"],
  blue: ["34", "39"],
  amber: ["33", "39"],
  plum: ["35", "39"],
  slate: ["36", "39"],
  dim: ["2", "22"],
  bold: ["1", "22"],
};

export type Paint = (color: Color | undefined, text: string) => string;

export function painter(hasColor: boolean): Paint {
  return (color, text) => {
    if (!hasColor || color === undefined || text === "") return text;
    const [on, off] = codes[color];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}

export const stateMark: Readonly<Record<State, string>> = {
  queued: "…",
  running: "▸",
  waiting: "◇",
  sleeping: "z",
  completed: "✓",
  failed: "✗",
  cancelled: "⊘",
  skipped: "-",
  retrying: "!",
};

export const stateColor: Readonly<Record<State, Color>> = {
  queued: "amber",
  running: "blue",
  waiting: "plum",
  sleeping: "slate",
  completed: "green",
  failed: "red",
  cancelled: "dim",
  skipped: "dim",
  retrying: "red",
};
