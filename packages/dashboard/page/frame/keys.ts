// Keys (spec §7). Views say which keys they answer to while they stand; the innermost view wins. Single keys are off in
// inputs and can be switched off altogether (WCAG 2.1.4); those with ⌘ or Ctrl always work.

import { useEffect, useRef, useState } from "react";

/** `j`, `shift+r`, `mod+k`, `g r` (one after the other), `esc`, `enter`, `space`. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

interface Layer {
  /** A parent renders before its children, so inner layers have higher numbers. */
  readonly order: number;
  current: Keys;
}

const layers: Layer[] = [];
const sequenceMs = 900;
const settingName = "stepwell.keys";
let prefix: { readonly key: string; readonly at: number } | undefined;
let lastOrder = 0;

export function singleKeysOn(): boolean {
  return localStorage.getItem(settingName) !== "off";
}

export function setSingleKeys(on: boolean): void {
  localStorage.setItem(settingName, on ? "on" : "off");
}

const names: Readonly<Record<string, string>> = {
  Escape: "esc",
  Enter: "enter",
  " ": "space",
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "home",
  End: "end",
};

/** The event's key as views write it; empty for a key that has no name here. */
export function keyOf(event: Pick<KeyboardEvent, "key" | "metaKey" | "ctrlKey" | "shiftKey">): string {
  const base = names[event.key] ?? (event.key.length === 1 ? event.key : "");
  const mod = event.metaKey || event.ctrlKey ? "mod+" : "";
  const isLetter = base.length === 1 && base.toLowerCase() !== base.toUpperCase();
  const shift = event.shiftKey && (isLetter || base.length > 1) ? "shift+" : "";
  return base === "" ? "" : `${mod}${shift}${isLetter ? base.toLowerCase() : base}`;
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName))
  );
}

function handlerOf(key: string): ((event: KeyboardEvent) => void) | undefined {
  for (const layer of [...layers].sort((left, right) => right.order - left.order)) {
    const handler = layer.current[key];
    if (handler !== undefined) return handler;
  }
  return undefined;
}

function onKeyDown(event: KeyboardEvent): void {
  const key = keyOf(event);
  if (key === "" || event.defaultPrevented || event.altKey) return;
  if (!key.startsWith("mod+") && key !== "esc") {
    if (isTyping(event.target) || !singleKeysOn()) return;
    // A button or link under the focus takes its own Enter and space.
    const focused = event.target instanceof Element && event.target.closest("button, a, summary, input");
    if (focused && (key === "enter" || key === "space")) return;
  }
  // An open dialog has the keyboard for itself; it closes by the browser's own Escape.
  if (document.querySelector("dialog[open]") !== null) return;
  const now = Date.now();
  const sequence = prefix !== undefined && now - prefix.at < sequenceMs ? `${prefix.key} ${key}` : undefined;
  prefix = undefined;
  const handler = (sequence === undefined ? undefined : handlerOf(sequence)) ?? handlerOf(key);
  if (handler !== undefined) {
    event.preventDefault();
    handler(event);
  } else if (layers.some((layer) => Object.keys(layer.current).some((name) => name.startsWith(`${key} `)))) {
    prefix = { key, at: now };
  }
}

let listening = false;

/** Answers to `keys` while the component stands. */
export function useKeys(keys: Keys): void {
  const [order] = useState(() => {
    lastOrder += 1;
    return lastOrder;
  });
  const layer = useRef<Layer>({ order, current: keys });
  layer.current.current = keys;
  useEffect(() => {
    if (!listening) {
      listening = true;
      document.addEventListener("keydown", onKeyDown);
    }
    const mine = layer.current;
    layers.push(mine);
    return () => {
      layers.splice(layers.indexOf(mine), 1);
    };
  }, []);
}
