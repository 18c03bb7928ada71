// A list that stays live and whose rows never jump (spec §1.7, §5 New pill): rows already shown are brought up to date
// in place; new ones wait behind a pill, and enter by themselves when the reader is at the top and has not moved.

import type { ListAnswer, LiveChange } from "@stepwell/protocol/rest";
import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLiveChanges } from "./live.tsx";

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
  readonly pending: number;
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

  const enter = useCallback(
    (added: readonly T[]) => {
      patch([], added);
      setPending([]);
      setEntered(new Set(added.map(latest.current.idOf)));
    },
    [patch],
  );

  const reading = useRef(false);
  const readHead = useCallback(async () => {
    if (reading.current) return;
    reading.current = true;
    try {
      const { fetchPage, idOf, mayEnter } = latest.current;
      const page = await fetchPage(undefined);
      setHead(page.page);
      const added = page.data.filter((row) => !shownIds.current.has(idOf(row)));
      patch(page.data, []);
      if (added.length === 0) setPending([]);
      else if (mayEnter() || shownIds.current.size === 0) enter(added);
      else setPending(added);
    } finally {
      reading.current = false;
    }
  }, [patch, enter]);

  useLiveChanges((changes) => {
    if (query.data === undefined) return;
    const { concerns, fetchRow } = options;
    const touched = changes.map((change) => (change.kind === "hello" ? "list" : concerns(change)));
    if (touched.every((id) => id === undefined)) return;
    readHead().catch(() => undefined);
    if (fetchRow === undefined) return;
    const firstPage = new Set(query.data.pages[0]?.data.slice(0, 40).map(options.idOf));
    const below = [...new Set(touched)].filter(
      (id) => id !== undefined && shownIds.current.has(id) && !firstPage.has(id),
    );
    for (const id of below.slice(0, rowFetchesMax)) {
      if (id !== undefined)
        fetchRow(id).then(
          (row) => row !== undefined && patch([row], []),
          () => undefined,
        );
    }
  });

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
