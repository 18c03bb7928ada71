// What the palette may do on the page that is shown: views offer their commands while they stand.

import { useEffect, useRef } from "react";
import type { IconName } from "../drawing/icon.tsx";

export interface Command {
  readonly title: string;
  readonly icon: IconName;
  readonly keys?: readonly string[];
  readonly run: () => void;
}

const offered = new Set<{ current: readonly Command[] }>();

/** Offers `commands` to the palette while the component stands. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  latest.current = commands;
  useEffect(() => {
    offered.add(latest);
    return () => {
      offered.delete(latest);
    };
  }, []);
}

/** Those of the newest view first. */
export function offeredCommands(): readonly Command[] {
  return [...offered].reverse().flatMap((item) => item.current);
}
