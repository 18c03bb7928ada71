// A sync that changed something, or failed, as history: nothing decides by it.

import type { AppId } from "@stepwell/protocol";

export interface SyncChange {
  readonly change: "added" | "changed" | "removed";
  readonly slug: string;
  readonly name: string;
}

export interface SyncLog {
  readonly id: string;
  readonly appId: AppId;
  readonly appName: string;
  /** Unix ms. */
  readonly at: number;
  /** Absent when it failed. */
  readonly changes?: readonly SyncChange[];
  readonly unchanged?: number;
  readonly appVersion?: string;
  /** Why it failed, as sentences. */
  readonly error?: string;
}
