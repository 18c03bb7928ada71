// What the bars mean, in the drawing itself.

import type { ReactNode } from "react";

const entries = [
  ["r", "ran"],
  ["f", "attempt failed"],
  ["q", "held back"],
  ["k", "before retry"],
  ["z", "sleep"],
  ["w", "wait"],
] as const;

export function Legend(): ReactNode {
  return (
    <span className="legend">
      {entries.map(([kind, word]) => (
        <span key={kind}>
          <span className="tm">
            <i className={kind} />
          </span>
          {word}
        </span>
      ))}
    </span>
  );
}
