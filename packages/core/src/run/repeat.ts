// A run that repeats another one: the same events, the function as it is now, past deduplication and rate limit, but
// with singleton, pause and throttle in force (semantics C15.1, C15.5).

import type { BulkId, RunId, StepKey } from "@stepwell/protocol";
import { Admission, type Admitted, admitted } from "../admit/admission.ts";
import { startSingly } from "../admit/start.ts";
import type { StoredEvent } from "../model/event.ts";
import type { FunctionSettings } from "../model/function.ts";
import type { ShardState } from "../state.ts";
import { assert } from "../unreachable.ts";

export interface Repetition {
  readonly id: RunId;
  /** Of a chain of repetitions the first run. */
  readonly originalRunId: RunId;
  readonly replayId?: BulkId;
  readonly lookbackFrom?: number;
  /** The step that its first call runs, because its input is another one; by default it discovers. */
  readonly firstStep?: StepKey;
}

export function repeatRun(
  state: ShardState,
  settings: FunctionSettings,
  events: readonly StoredEvent[],
  repeats: Repetition,
  now: number,
): Admitted {
  const [event] = events;
  assert(event !== undefined, `Run ${repeats.originalRunId} has no events to repeat.`);
  const admission = new Admission(state, settings, event, now);
  startSingly(admission, { dueAt: now, events, repeats });
  return admitted(admission);
}
