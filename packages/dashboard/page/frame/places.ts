// The places of the page, in the order of the side.

import type { IconName } from "../drawing/icon.tsx";

export interface Place {
  readonly title: string;
  readonly icon: IconName;
  readonly to: "/overview" | "/runs" | "/failures" | "/events" | "/functions" | "/apps";
  /** The second key after `g`. */
  readonly key: string;
}

export const places: readonly Place[] = [
  { title: "Overview", icon: "overview", to: "/overview", key: "o" },
  { title: "Runs", icon: "runs", to: "/runs", key: "r" },
  { title: "Failures", icon: "failures", to: "/failures", key: "f" },
  { title: "Events", icon: "events", to: "/events", key: "e" },
  { title: "Functions", icon: "functions", to: "/functions", key: "n" },
  { title: "Apps", icon: "apps", to: "/apps", key: "a" },
];
