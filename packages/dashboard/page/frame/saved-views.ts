// Lists that the reader keeps under a name, in this browser.

import { useSyncExternalStore } from "react";

export interface SavedView {
  readonly name: string;
  /** Path and query of this page. */
  readonly to: string;
}

const settingName = "stepwell.views";
const listeners = new Set<() => void>();
let parsedFrom: string | null = null;
let parsedViews: readonly SavedView[] = [];

function isSavedView(value: unknown): value is SavedView {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    "to" in value &&
    typeof value.name === "string" &&
    typeof value.to === "string"
  );
}

/** Kept views, in order of saving; what another version wrote and is not understood is left out. */
export function savedViews(): readonly SavedView[] {
  const text = localStorage.getItem(settingName);
  if (text === parsedFrom) return parsedViews;
  parsedFrom = text;
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    parsedViews = Array.isArray(value) ? value.filter(isSavedView) : [];
  } catch {
    parsedViews = [];
  }
  return parsedViews;
}

function keep(views: readonly SavedView[]): void {
  localStorage.setItem(settingName, JSON.stringify(views));
  for (const listener of listeners) listener();
}

/** A view of the same name is replaced. */
export function saveView(view: SavedView): void {
  keep([...savedViews().filter((one) => one.name !== view.name), view]);
}

export function removeView(name: string): void {
  keep(savedViews().filter((one) => one.name !== name));
}

export function useSavedViews(): readonly SavedView[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, savedViews);
}
