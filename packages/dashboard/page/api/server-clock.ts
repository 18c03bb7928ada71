// The server's clock as far as the page knows it: ages and "so far" are counted by it, not by the reader's clock.

import { useEffect, useState } from "react";

let offsetMs = 0;

/** @param time RFC 3339 time at which the server answered just now. */
export function noteServerTime(time: string | undefined): void {
  const at = time === undefined ? Number.NaN : Date.parse(time);
  if (!Number.isFinite(at)) return;
  const offset = at - Date.now();
  // Small differences are the network's; following them would make ages tremble.
  if (Math.abs(offset - offsetMs) > 250) offsetMs = offset;
}

/** The server's present time in unix ms. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

/** The server's time, brought up to date every `everyMs` while the tab is visible. */
export function useServerNow(everyMs = 1000): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    setNow(serverNow());
    const timer = setInterval(() => {
      if (!document.hidden) setNow(serverNow());
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
