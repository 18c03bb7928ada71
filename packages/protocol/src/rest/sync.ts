// Syncs over REST: what each changed, and what failed since.

import type { Timestamp } from "./envelope.ts";
import { restPath } from "./query.ts";

/** `GET /syncs`: those that changed something or failed, newest first, at most 50. */
export interface SyncRecord {
  readonly id: string;
  readonly appId: string;
  readonly appName: string;
  readonly at: Timestamp;
  readonly status: "SUCCESS" | "FAILED";
  /** Functions that it added, changed or removed; absent when it failed. */
  readonly changes?: readonly SyncChange[];
  readonly unchanged?: number;
  readonly appVersion?: string;
  /** Runs of the added and changed functions that failed since, until the next sync of the app. */
  readonly failedSince?: number;
  readonly error?: string;
}

export interface SyncChange {
  readonly change: "added" | "changed" | "removed";
  readonly slug: string;
  readonly name: string;
}

/** `appId` is an app's id or name. */
export function syncsPath(query: { readonly appId?: string } = {}): string {
  return restPath("/syncs", query);
}
