// The room that a list has: its own width, and whether the window is that of a phone.

import { type RefObject, useLayoutEffect, useState, useSyncExternalStore } from "react";

/** In px, of an element that stands as long as the component; without limit before it is measured. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(Number.POSITIVE_INFINITY);
  useLayoutEffect(() => {
    const measured = element.current;
    if (measured === null) return;
    setWidth(measured.clientWidth);
    const observer = new ResizeObserver(() => setWidth(measured.clientWidth));
    observer.observe(measured);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

const phone = window.matchMedia("(max-width: 720px)");

function onPhoneChange(listener: () => void): () => void {
  phone.addEventListener("change", listener);
  return () => phone.removeEventListener("change", listener);
}

/** Whether rows have two lines (spec §2). */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(onPhoneChange, () => phone.matches);
}
