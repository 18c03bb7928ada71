// The runs that a filter means, among the model's rows.

import type { Run } from "@stepwell/core";
import type { RunFilter } from "../ports/reader.ts";
import type { ModelRows } from "./model-rows.ts";

export function matchingRuns(rows: ModelRows, filter: Omit<RunFilter, "limit">): readonly Run[] {
  const { runs, functions } = rows.tables;
  return [...runs.values()].filter((run) => {
    const at = run[filter.timeField ?? "queuedAt"];
    const appId = functions.get(run.functionId)?.appId;
    return (
      at !== undefined &&
      at >= (filter.from ?? at) &&
      (filter.until === undefined || at < filter.until) &&
      (filter.statuses === undefined || filter.statuses.includes(run.status)) &&
      (filter.functionIds === undefined || filter.functionIds.includes(run.functionId)) &&
      (filter.appIds === undefined || (appId !== undefined && filter.appIds.includes(appId))) &&
      (filter.replayId === undefined || run.replayId === filter.replayId) &&
      (filter.failureGroup === undefined || run.failureGroup === filter.failureGroup) &&
      (filter.eventName === undefined || rows.firstEventNames.get(run.id) === filter.eventName)
    );
  });
}
