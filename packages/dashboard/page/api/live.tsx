// The page's one stream of live changes. Changes are gathered and handed on at most four times a second, and held while
// the tab is hidden or the reader holds them. When the connection is lost the page says since when.

import { type LiveChange, livePath, parseLiveChange } from "@stepwell/protocol/rest";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { noteServerTime, serverNow } from "./server-clock.ts";

const flushMs = 250;
const retryMs = 5000;

export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  /** Both in server time, unix ms. */
  | { readonly kind: "lost"; readonly since: number; readonly nextTryAt: number };

type Listener = (changes: readonly LiveChange[]) => void;

interface Live {
  readonly connection: Connection;
  readonly held: boolean;
  readonly setHeld: (held: boolean) => void;
  readonly reconnect: () => void;
  readonly listen: (listener: Listener) => () => void;
}

const LiveContext = createContext<Live | undefined>(undefined);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error("useLive is used outside of LiveProvider.");
  return live;
}

/** Calls `listener` with the changes of each flush, as long as the component stands. */
export function useLiveChanges(listener: Listener): void {
  const { listen } = useLive();
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => listen((changes) => latest.current(changes)), [listen]);
}

/** A first reading that is on its way may miss what changed since it began, so it is waited for and read once more. */
async function readAgain(client: QueryClient, queryKey: readonly unknown[]): Promise<void> {
  const isFirst = client
    .getQueryCache()
    .findAll({ queryKey })
    .some(({ state }) => state.fetchStatus === "fetching" && state.data === undefined);
  await client.invalidateQueries({ queryKey });
  if (isFirst) await client.invalidateQueries({ queryKey });
}

/**
 * Does `work` when the answer's function is called: at most every `everyMs` and never twice at a time. What is asked for
 * meanwhile is done once, after it; while the reader holds changes it waits.
 */
export function usePaced(work: () => Promise<void>, everyMs = flushMs): () => void {
  const { held } = useLive();
  const latest = useRef(work);
  latest.current = work;
  const heldNow = useRef(held);
  heldNow.current = held;
  const pace = useRef<{ isBusy: boolean; isDue: boolean; timer?: ReturnType<typeof setTimeout> }>({
    isBusy: false,
    isDue: false,
  });
  const ask = useCallback((): void => {
    const state = pace.current;
    state.isDue = state.isBusy || heldNow.current;
    if (state.isDue) return;
    state.isBusy = true;
    const rest = new Promise<void>((resolve) => {
      state.timer = setTimeout(resolve, everyMs);
    });
    void Promise.all([latest.current().catch(() => undefined), rest]).then(() => {
      state.isBusy = false;
      if (state.isDue) ask();
    });
  }, [everyMs]);
  useEffect(() => {
    if (!held && pace.current.isDue && !pace.current.isBusy) ask();
  }, [held, ask]);
  useEffect(() => () => clearTimeout(pace.current.timer), []);
  return ask;
}

/** Reads a query again after changes that concern it, at most every `everyMs`. */
export function useLiveRefresh(
  queryKey: readonly unknown[],
  concerns: (change: LiveChange) => boolean,
  everyMs = flushMs,
): void {
  const client = useQueryClient();
  const refresh = usePaced(() => readAgain(client, queryKey), everyMs);
  useLiveChanges((changes) => {
    if (changes.some((change) => change.kind === "hello" || concerns(change))) refresh();
  });
}

export function LiveProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const listeners = useRef(new Set<Listener>());
  const waiting = useRef<LiveChange[]>([]);
  const [connection, setConnection] = useState<Connection>({ kind: "connecting" });
  const [held, setHeld] = useState(false);
  const [round, setRound] = useState(0);
  const heldNow = useRef(held);
  heldNow.current = held;

  useEffect(() => {
    const timer = setInterval(() => {
      if (document.hidden || heldNow.current || waiting.current.length === 0) return;
      const changes = waiting.current;
      waiting.current = [];
      for (const listener of listeners.current) listener(changes);
    }, flushMs);
    return () => clearInterval(timer);
  }, []);

  // `round` rises with each attempt that the reader asks for.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round opens a new stream
  useEffect(() => {
    const source = new EventSource(livePath());
    source.onopen = () => setConnection({ kind: "open" });
    source.onmessage = (message: MessageEvent<string>) => {
      const change = parseLiveChange(message.data);
      if (change === undefined) return;
      if (change.kind === "hello") noteServerTime(change.serverTime);
      waiting.current.push(change);
    };
    source.onerror = () =>
      setConnection((before) => ({
        kind: "lost",
        since: before.kind === "lost" ? before.since : serverNow(),
        nextTryAt: serverNow() + retryMs,
      }));
    return () => source.close();
  }, [round]);

  // A browser gives up for good after some errors (an HTTP status); the page does not.
  useEffect(() => {
    if (connection.kind !== "lost") return;
    const timer = setTimeout(() => setRound((before) => before + 1), retryMs);
    return () => clearTimeout(timer);
  }, [connection]);

  const listen = useCallback((listener: Listener) => {
    listeners.current.add(listener);
    return () => {
      listeners.current.delete(listener);
    };
  }, []);
  const reconnect = useCallback(() => setRound((before) => before + 1), []);
  const live = useMemo(
    () => ({ connection, held, setHeld, reconnect, listen }),
    [connection, held, reconnect, listen],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}
