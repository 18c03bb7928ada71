// The state of a view in its address (`?q=…&t=24h&sel=…`): plain texts, as written, so that each list is a link.

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

export type UrlState = Readonly<Record<string, string | undefined>>;

/** `q=a%20b&sel=x` as a record; for the router. */
export function readSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

/** The opposite of {@link readSearch}; empty and absent values are left out. */
export function writeSearch(state: Record<string, unknown>): string {
  const pairs = Object.entries(state)
    .filter(([, value]) => value !== undefined && value !== "")
    // Colons and slashes are allowed in a query; leaving them makes the address readable.
    .map(
      ([key, value]) =>
        `${key}=${encodeURIComponent(String(value)).replaceAll("%3A", ":").replaceAll("%2F", "/")}`,
    );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** Changes some values and keeps the others; `undefined` removes one. With `push` the reader can go back to before. */
export type PatchUrl = (patch: UrlState, how?: "replace" | "push") => void;

export function useUrlState(): readonly [UrlState, PatchUrl] {
  const state: UrlState = useSearch({ strict: false });
  const navigate = useNavigate();
  const patch = useCallback<PatchUrl>(
    (change, how = "replace") =>
      void navigate({
        to: ".",
        search: (before: UrlState) => ({ ...before, ...change }),
        replace: how === "replace",
        resetScroll: false,
      } as never),
    [navigate],
  );
  return [state, patch];
}
