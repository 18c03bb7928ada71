// Testing an expression over the last events of a name: what it matches, and where it differs from another one. It
// changes nothing.

import type { Json } from "../json.ts";
import type { Timestamp } from "./envelope.ts";
import { restPath } from "./query.ts";

/** `POST /expressions/test`. */
export interface ExpressionTestRequest {
  /** A name, or a wildcard as triggers write it. */
  readonly eventName: string;
  /** What is compared with; empty or absent matches every event. */
  readonly current?: string;
  /** Empty or absent matches every event. */
  readonly edited?: string;
  /** Unix ms; default 24 hours ago. */
  readonly from?: number;
  /** Rows in the answer, those that differ first; default 50, at most 200. */
  readonly limit?: number;
}

export interface ExpressionTestView {
  /** Events that were tested. */
  readonly tested: number;
  /** There are more events in the time than the server tests at once. */
  readonly isPartial?: boolean;
  /** How many match the current expression, and how many the edited one. */
  readonly current: number;
  readonly edited: number;
  /** Matched by the edited one alone, and by the current one alone. */
  readonly more: number;
  readonly fewer: number;
  /** Paths under `event` that the expressions read, as columns: `data.plan`, at most 6. */
  readonly paths: readonly string[];
  readonly rows: readonly ExpressionTestRow[];
  /** Set, with all counts 0 and no rows, when the edited expression does not compile. */
  readonly problem?: ExpressionProblem;
}

export interface ExpressionTestRow {
  readonly eventId: string;
  readonly receivedAt: Timestamp;
  readonly current: Verdict;
  readonly edited: Verdict;
  /** One value for each of `paths`; absent ones are null in JSON and named in `missing`. */
  readonly values: readonly (Json | null)[];
  /** Indexes of `paths` that the event does not have. */
  readonly missing?: readonly number[];
}

export type Verdict = "match" | "no-match" | "error";

export interface ExpressionProblem {
  /** A sentence. */
  readonly message: string;
  /** Where in the edited text, counted from 0 in UTF-16 units, where known. */
  readonly at?: number;
}

export function expressionTestPath(): string {
  return restPath("/expressions/test");
}
