// Facts under a heading: a name at left, what is known at right.

import type { Paint } from "./paint.ts";
import { padEnd, textWidth } from "./text-width.ts";

/** @param pairs those without a value are left out. */
export function facts(
  pairs: readonly (readonly [name: string, value: string | undefined])[],
  paint: Paint,
): string {
  const known = pairs.filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(0, ...known.map(([name]) => textWidth(name)));
  return known.map(([name, value]) => `  ${paint("dim", padEnd(name, width))}  ${value}`).join("\n");
}
