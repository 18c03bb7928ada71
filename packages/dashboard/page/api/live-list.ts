// A list that stays live and whose rows never jump (spec §1.7, §5 New pill): rows already shown are brought up to date
// in place; new ones wait behind a pill, and enter by themselves when the reader is at the top and has not moved.

import type { ListAnswer, LiveChange } from "@stepwell/protocol/rest";
import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLiveChanges, usePaced } from "./live.tsx";

export interface LiveListOptions<T> {
  readonly key: readonly unknown[];
  readonly fetchPage: (cursor: string | undefined, signal?: AbortSignal) => Promise<ListAnswer<T>>;
  readonly idOf: (row: T) => string;
  /** The row's id that a change concerns; "list" when rows may have come without one being named. */
  readonly concerns: (change: LiveChange) => string | "list" | undefined;
  readonly fetchRow?: (id: string) => Promise<T | undefined>;
  /** Whether new rows may enter now: the reader is at the top and has been still. */
  readonly mayEnter: () => boolean;
}

export interface LiveList<T> {
  readonly rows: readonly T[];
  /** New rows that wait to be shown. */
  readonly pending: number;
  /** There are more of them than one page holds. */
  readonly pendingIsMore: boolean;
  readonly showPending: () => void;
  readonly entered: ReadonlySet<string>;
  readonly total: number | undefined;
  readonly totalIsEstimate: boolean;
  readonly tookMs: number | undefined;
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
}

/** Rows shown one by one after a flush; more than that reads nothing and leaves it to the head page. */
const rowFetchesMax = 20;

export function useLiveList<T>(options: LiveListOptions<T>): LiveList<T> {
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: options.key,
    queryFn: ({ pageParam, signal }) => options.fetchPage(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.page.cursor,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [pending, setPending] = useState<readonly T[]>([]);
  const [entered, setEntered] = useState<ReadonlySet<string>>(new Set());
  const [head, setHead] = useState<ListAnswer<T>["page"] | undefined>();
  const keyText = JSON.stringify(options.key);
  const latest = useRef(options);
  latest.current = options;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins with nothing pending
  useEffect(() => {
    setPending([]);
    setEntered(new Set());
    setHead(undefined);
  }, [keyText]);

  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data) ?? [], [query.data]);
  const shownIds = useRef(new Set<string>());
  shownIds.current = useMemo(() => new Set(rows.map(options.idOf)), [rows, options.idOf]);

  const patch = useCallback(
    (fresh: readonly T[], added: readonly T[]) => {
      const { key, idOf } = latest.current;
      const byId = new Map(fresh.map((row) => [idOf(row), row]));
      client.setQueryData<InfiniteData<ListAnswer<T>, string | undefined>>(key, (before) =>
        before === undefined
          ? before
          : {
              ...before,
              pages: before.pages.map((page, index) => ({
                ...page,
                data: [...(index === 0 ? added : []), ...page.data.map((row) => byId.get(idOf(row)) ?? row)],
              })),
            },
      );
    },
    [client],
  );

  const headPage = useRef<ListAnswer<T> | undefined>(undefined);
  const enter = useCallback(
    (added: readonly T[]) => {
      const page = headPage.current;
      if (page?.page.hasMore && added.length === page.data.length) {
        // More came than one page holds: between it and the former rows are others, so the list begins anew.
        const fresh = { pages: [page], pageParams: [undefined] };
        client.setQueryData<InfiniteData<ListAnswer<T>, string | undefined>>(latest.current.key, fresh);
      } else patch([], added);
      setPending([]);
      setEntered(new Set(added.map(latest.current.idOf)));
    },
    [client, patch],
  );

  const touched = useRef(new Set<string>());
  const missed = useRef(false);
  const readHead = usePaced(async () => {
    const { fetchPage, idOf, mayEnter, fetchRow } = latest.current;
    const key = JSON.stringify(latest.current.key);
    const changed = [...touched.current].filter((id) => shownIds.current.has(id));
    touched.current.clear();
    const page = await fetchPage(undefined);
    // The list may have become another one meanwhile.
    if (JSON.stringify(latest.current.key) !== key) return;
    headPage.current = page;
    setHead(page.page);
    const added = page.data.filter((row) => !shownIds.current.has(idOf(row)));
    const inHead = new Set(page.data.map(idOf));
    // Rows further below, and those that the filter no longer means, are read one by one.
    const others = changed.filter((id) => !inHead.has(id)).slice(0, rowFetchesMax);
    const rowsRead =
      fetchRow === undefined
        ? []
        : await Promise.all(others.map((id) => fetchRow(id).catch(() => undefined)));
    if (JSON.stringify(latest.current.key) !== key) return;
    patch([...page.data, ...rowsRead.filter((row) => row !== undefined)], []);
    if (added.length === 0) setPending([]);
    else if (mayEnter() || shownIds.current.size === 0) enter(added);
    else setPending(added);
  });

  useLiveChanges((changes) => {
    if (query.data === undefined) {
      // What changes while the first page is on its way may be missing in it.
      missed.current = true;
      return;
    }
    const concerned = changes.map((change) => (change.kind === "hello" ? "list" : options.concerns(change)));
    if (concerned.every((id) => id === undefined)) return;
    for (const id of concerned) if (id !== undefined) touched.current.add(id);
    readHead();
  });

  const isRead = query.data !== undefined;
  useEffect(() => {
    if (!isRead || !missed.current) return;
    missed.current = false;
    readHead();
  }, [isRead, readHead]);

  // Pending rows enter as soon as the reader is back at the top and still.
  useEffect(() => {
    if (pending.length === 0) return;
    const timer = setInterval(() => {
      if (latest.current.mayEnter()) enter(pending);
    }, 500);
    return () => clearInterval(timer);
  }, [pending, enter]);

  const first = query.data?.pages[0];
  const info = head ?? first?.page;
  return {
    rows,
    pending: pending.length,
    pendingIsMore: pending.length > 0 && pending.length >= (head?.limit ?? Number.POSITIVE_INFINITY),
    showPending: () => enter(pending),
    entered,
    total: info?.total,
    totalIsEstimate: info?.totalIsEstimate === true,
    tookMs: first?.metadata.tookMs,
    isLoading: query.isPending,
    error: query.error,
    retry: () => void query.refetch(),
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => {
      if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
    },
  };
}
