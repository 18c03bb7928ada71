// What the engine tells about itself. Nothing here may influence a decision.

import type { Change } from "@stepwell/core";

export interface Observer {
  /** Changes that are now durable, in order. */
  committed?(changes: readonly Change[]): void;
  /** Something an operator should know; `message` is a sentence. */
  warn?(message: string, detail: Readonly<Record<string, unknown>>): void;
}
