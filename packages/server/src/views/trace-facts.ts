// What the spans of a trace are made from.

import type { Run, StoredEvent } from "@stepwell/core";
import type { RunDetail } from "@stepwell/engine";
import type { Segment } from "@stepwell/protocol/rest";
import type { Known } from "./directory.ts";
import type { Stretch } from "./stretches.ts";
import { timestamp } from "./time.ts";

/** What spans are made from, beside the run itself. */
export interface TraceFacts {
  readonly detail: RunDetail;
  readonly known: Known;
  readonly now: number;
  /** Runs that invoke steps started. */
  readonly children: readonly Run[];
  /** Events that ended waits, by id. */
  readonly matched: ReadonlyMap<string, StoredEvent>;
}

export function segmentOf({ kind, from, until, attempt }: Stretch): Segment {
  return {
    kind,
    from: timestamp(from),
    ...(until === undefined ? {} : { until: timestamp(until) }),
    ...(attempt === undefined ? {} : { attempt }),
  };
}
