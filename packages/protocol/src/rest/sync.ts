// Syncs over REST: what each changed, and the checks that tell at which point an app cannot be reached.

import type { Timestamp } from "./envelope.ts";
import { restPath, segment } from "./query.ts";

/** `GET /syncs`: newest first, at most 50. */
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
  /** Runs of the changed functions that failed since, until the next sync of the app. */
  readonly failedSince?: number;
  readonly error?: string;
}

export interface SyncChange {
  readonly change: "added" | "changed" | "removed";
  readonly slug: string;
  readonly name: string;
}

export function syncsPath(query: { readonly appId?: string } = {}): string {
  return restPath("/syncs", query);
}

/** In the order in which they are made; after the first that fails the others are `not-checked`. */
export const appCheckNames = ["name-resolves", "port-answers", "signature-valid", "functions-valid"] as const;
export type AppCheckName = (typeof appCheckNames)[number];

/** `POST /apps/{id}/checks`, no body: makes the checks now. Nothing is registered. */
export interface AppChecks {
  readonly checkedAt: Timestamp;
  readonly checks: readonly AppCheck[];
}

export interface AppCheck {
  readonly name: AppCheckName;
  readonly status: "passed" | "failed" | "not-checked";
  /** Two or three words: the address found, `refused`, `not checked`. */
  readonly found: string;
  /** On a failed check: what happened, and what to do, as a sentence. */
  readonly message?: string;
}

export function appChecksPath(appId: string): string {
  return restPath(`/apps/${segment(appId)}/checks`);
}
