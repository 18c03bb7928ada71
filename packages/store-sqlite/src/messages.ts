// What the store and its database threads send each other.

import type { DatabaseCalls } from "./database/database.ts";
import type { DriverName } from "./driver/choose.ts";
import type { FailureCode } from "./failure.ts";

/** What a thread is started with. */
export interface ThreadSettings {
  readonly path: string;
  readonly role: "owner" | "reader";
  readonly driver: DriverName | undefined;
  readonly lockTimeoutMs: number;
}

export type CallName = keyof DatabaseCalls;

export interface CallMessage {
  readonly kind: "call";
  readonly id: number;
  readonly name: CallName;
  readonly parameters: readonly unknown[];
}

/** The last message to a thread: it closes the database and ends. */
export interface CloseMessage {
  readonly kind: "close";
}

export type RequestMessage = CallMessage | CloseMessage;

export type AnswerMessage =
  | { readonly id: number; readonly kind: "done"; readonly value: unknown }
  | { readonly id: number; readonly kind: "failed"; readonly code: FailureCode; readonly message: string };
