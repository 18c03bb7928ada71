// What one installation has of accounts, environments and keys (protocol §7.2): one of each of the first two, and the
// keys that it was started with, masked.

import type { Timestamp } from "./envelope.ts";
import { restPath } from "./query.ts";

export interface AccountView {
  readonly id: string;
  readonly name: string;
}

export interface EnvironmentView {
  readonly id: string;
  readonly name: string;
  readonly type: "PRODUCTION" | "DEV";
  readonly isArchived: boolean;
  readonly createdAt?: Timestamp;
}

export interface KeyView {
  readonly id: string;
  readonly name: string;
  /** The name of the environment. */
  readonly environment: string;
  /** Its first and last characters alone: `abcd…wxyz`. */
  readonly key: string;
}

export function accountPath(): string {
  return restPath("/account");
}

export function environmentsPath(): string {
  return restPath("/envs");
}

export function keysPath(kind: "events" | "signing"): string {
  return restPath(`/keys/${kind}`);
}
