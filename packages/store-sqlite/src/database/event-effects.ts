// What events did, counted for many at once: a list of events asks once, not once for each row.

import type { EventEffectCounts } from "@stepwell/engine";
import type { EventId } from "@stepwell/protocol";
import type { Connection } from "./connection.ts";
import { storedText } from "./text.ts";

const given = "FROM json_each(?) AS given";

export const effectRunsSql = `SELECT run_events.event_id, COUNT(*) ${given}
  CROSS JOIN run_events ON run_events.event_id = given.value
  CROSS JOIN runs ON runs.id = run_events.run_id
  WHERE runs.status <> 'skipped' AND json_extract(runs.rest, '$.originalRunId') IS NULL
  GROUP BY run_events.event_id`;

export const effectOutcomesSql = `SELECT outcomes.event_id, COUNT(*),
  MAX(CASE json_extract(outcomes.rest, '$.reason.kind')
    WHEN 'deduplicated' THEN json_extract(outcomes.rest, '$.reason.byEventId') END) ${given}
  CROSS JOIN outcomes ON outcomes.event_id = given.value
  WHERE json_extract(outcomes.rest, '$.reason.kind') <> 'started' AND NOT EXISTS (
    SELECT 1 FROM run_events CROSS JOIN runs ON runs.id = run_events.run_id
    WHERE run_events.event_id = outcomes.event_id
      AND runs.function_id = outcomes.function_id AND runs.status <> 'skipped')
  GROUP BY outcomes.event_id`;

export const effectResumedSql = `SELECT steps.resumed_by, COUNT(*) ${given}
  CROSS JOIN steps ON steps.resumed_by = given.value GROUP BY steps.resumed_by`;

export const effectCancelledSql = `SELECT runs.cancelled_by, COUNT(*) ${given}
  CROSS JOIN runs ON runs.cancelled_by = given.value GROUP BY runs.cancelled_by`;

export function effectsOfEvents(
  connection: Connection,
  ids: readonly string[],
): readonly EventEffectCounts[] {
  const list = JSON.stringify(ids.map(storedText));
  const counted = (sql: string) =>
    new Map(connection.all(sql, [list]).map((row) => [String(row[0]), row] as const));
  const runs = counted(effectRunsSql);
  const outcomes = counted(effectOutcomesSql);
  const resumed = counted(effectResumedSql);
  const cancelled = counted(effectCancelledSql);
  return ids.map((eventId) => {
    const key = storedText(eventId);
    const duplicateOf = outcomes.get(key)?.[2];
    return {
      // Ids come in and go out as they were stored.
      eventId: eventId as EventId,
      runs: Number(runs.get(key)?.[1] ?? 0),
      notStarted: Number(outcomes.get(key)?.[1] ?? 0),
      resumed: Number(resumed.get(key)?.[1] ?? 0),
      cancelled: Number(cancelled.get(key)?.[1] ?? 0),
      ...(typeof duplicateOf === "string" ? { duplicateOf: duplicateOf as EventId } : {}),
    };
  });
}
