// The foot of a view: its keys at left, a count and the server's time at right (spec §2).

import type { ReactNode } from "react";

export interface FootKey {
  /** One or more keys, parted by spaces: `j k`. */
  readonly keys: string;
  readonly word: string;
}

export function Foot({
  keys,
  children,
}: {
  readonly keys: readonly FootKey[];
  /** What stands at the right. */
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <footer className="foot">
      {keys.map((item) => (
        <span key={item.keys} className="hide-s">
          <KeyCaps keys={item.keys} /> {item.word}
        </span>
      ))}
      {children === undefined ? null : <span className="end">{children}</span>}
    </footer>
  );
}

export function KeyCaps({ keys }: { readonly keys: string }): ReactNode {
  return keys.split(" ").map((key, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: `g g` has the same key twice
    <kbd key={`${key}${index}`}>{key}</kbd>
  ));
}
