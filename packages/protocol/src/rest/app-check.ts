// The checks that tell at which point an app cannot be reached.

import type { Timestamp } from "./envelope.ts";
import { restPath, segment } from "./query.ts";

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
