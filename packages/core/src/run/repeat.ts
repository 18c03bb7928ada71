// A run that repeats another one: the same events, the function as it is now, past deduplication and rate limit
// (semantics C15.1, C15.5).

import type { BulkId, RunId } from "@stepwell/protocol";
import type { Change } from "../change.ts";
import type { StoredEvent } from "../model/event.ts";
import type { FunctionSettings } from "../model/function.ts";
import type { Run } from "../model/run.ts";
import type { ShardState } from "../state.ts";
import { queuedRun, startRun } from "./start.ts";

export interface Repetition {
  readonly id: RunId;
  /** Of a chain of repetitions the first run. */
  readonly originalRunId: RunId;
  readonly replayId?: BulkId;
  readonly lookbackFrom?: number;
  readonly now: number;
}

export function repeatRun(
  state: ShardState,
  settings: FunctionSettings,
  events: readonly StoredEvent[],
  repetition: Repetition,
): readonly Change[] {
  const { id, originalRunId, replayId, lookbackFrom, now } = repetition;
  const run: Run = {
    ...queuedRun({
      id,
      functionId: settings.id,
      queuedAt: now,
      eventIds: events.map((event) => event.id),
      sequence: state.sequence,
    }),
    originalRunId,
    ...(replayId === undefined ? {} : { replayId }),
    ...(lookbackFrom === undefined ? {} : { lookbackFrom }),
  };
  return startRun(settings, events, run, now, state.sequence);
}
