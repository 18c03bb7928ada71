// Which runs of a list are selected: some of the rows, or all that match the filter.

import type { RunView } from "@stepwell/protocol/rest";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

export interface Selection {
  readonly count: number;
  readonly ids: ReadonlySet<string>;
  /** Everything that the filter means, loaded or not. */
  readonly isAll: boolean;
  readonly has: (id: string) => boolean;
  /** With `isRange` everything between the last one and this. */
  readonly toggle: (run: RunView, isRange: boolean) => void;
  readonly toggleLoaded: () => void;
  readonly selectAll: () => void;
  readonly clear: () => void;
}

/** The ids between two rows, both included. */
export function rangeOf(
  rows: readonly { readonly id: string }[],
  from: string,
  until: string,
): readonly string[] {
  const [first = -1, last = -1] = [from, until]
    .map((id) => rows.findIndex((row) => row.id === id))
    .sort((left, right) => left - right);
  return first < 0 ? [until] : rows.slice(first, last + 1).map(({ id }) => id);
}

/** @param listKey the list that it belongs to; another list begins with nothing selected. */
export function useSelection(rows: readonly RunView[], listKey: string): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setIsAll] = useState(false);
  const lastId = useRef<string | undefined>(undefined);
  const latestRows = useRef(rows);
  latestRows.current = rows;
  const clear = useCallback(() => {
    setIds(new Set());
    setIsAll(false);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins anew
  useEffect(clear, [listKey, clear]);
  const toggle = useCallback((run: RunView, isRange: boolean) => {
    const before = lastId.current;
    lastId.current = run.id;
    setIsAll(false);
    setIds((chosen) => {
      const next = new Set(chosen);
      if (isRange && before !== undefined)
        for (const id of rangeOf(latestRows.current, before, run.id)) next.add(id);
      else if (!next.delete(run.id)) next.add(run.id);
      return next;
    });
  }, []);
  return useMemo(
    () => ({
      count: ids.size,
      ids,
      isAll,
      has: (id) => isAll || ids.has(id),
      toggle,
      toggleLoaded: () =>
        ids.size >= latestRows.current.length
          ? clear()
          : setIds(new Set(latestRows.current.map(({ id }) => id))),
      selectAll: () => {
        setIds(new Set(latestRows.current.map(({ id }) => id)));
        setIsAll(true);
      },
      clear,
    }),
    [ids, isAll, toggle, clear],
  );
}
