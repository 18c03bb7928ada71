// Apps over REST: where they are, how their last sync went, and syncing by hand (protocol §7.2 App).

import type { Timestamp } from "./envelope.ts";
import { restPath, segment } from "./query.ts";

export interface SyncView {
  readonly status: "SUCCESS" | "FAILED" | "PENDING";
  readonly syncedAt?: Timestamp;
  readonly url?: string;
  readonly sdkLanguage?: string;
  readonly sdkVersion?: string;
  readonly framework?: string;
  readonly appVersion?: string;
  /** Why it failed: a sentence, or one a line. */
  readonly error?: string;
}

export interface AppView {
  readonly id: string;
  /** The author's app id; empty for an address that has never answered. */
  readonly name: string;
  readonly method: "SERVE" | "CONNECT" | "API";
  readonly url?: string;
  readonly appVersion?: string;
  readonly createdAt: Timestamp;
  readonly isArchived: boolean;
  readonly archivedAt?: Timestamp;
  readonly functionCount: number;
  readonly latestSync?: SyncView;
  /** Whether the app answered when it was last asked, be it with a refusal; absent when it was not asked. */
  readonly isReachable?: boolean;
  /** Unfinished runs of its functions. */
  readonly openRuns?: number;
  /** How the app came to be known. */
  readonly foundBy?: "discovery" | "flag" | "registration" | "dashboard";
}

/** `GET` lists; `POST` with an {@link AddAppRequest} adds an address and syncs it. */
export function appsPath(): string {
  return restPath("/apps");
}

/** `GET`, and `DELETE` (archives the app's functions; their runs end). */
export function appPath(appId: string): string {
  return restPath(`/apps/${segment(appId)}`);
}

/** `POST` syncs again, `{url?}` moves the app; answers a {@link SyncAnswer}. */
export function appSyncsPath(appId: string): string {
  return restPath(`/apps/${segment(appId)}/syncs`);
}

export interface AddAppRequest {
  readonly url: string;
}

export interface SyncAnswer {
  readonly appId?: string;
  readonly status: "SUCCESS" | "FAILED" | "PENDING";
  /** Whether the sync changed anything. */
  readonly modified?: boolean;
  readonly error?: string;
}
