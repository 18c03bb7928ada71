// The server about itself: what the page shows at the foot of its side, and what a probe asks.

import type { Timestamp } from "./envelope.ts";
import { restPath } from "./query.ts";

/** `GET /health`. */
export interface HealthView {
  readonly status: "ok";
  readonly serverTime: Timestamp;
  readonly version?: string;
  /** Which command started it. */
  readonly mode?: "dev" | "start" | "embedded";
  /** For example `SQLite`. */
  readonly store?: string;
  /** 95th percentile of the latest commits, in ms. */
  readonly commitP95Ms?: number;
  /** Ports that discovery looks at, in dev. */
  readonly discoveryPorts?: readonly number[];
}

export function healthPath(): string {
  return restPath("/health");
}
