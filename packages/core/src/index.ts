// The rules of Stepwell.

export { selectedIdsMax, startBulkCancel } from "./bulk/start.ts";
export * from "./change.ts";
export * from "./decide.ts";
export * from "./decision.ts";
export * from "./expression/index.ts";
export * from "./input.ts";
export * from "./model/admission.ts";
export * from "./model/bulk.ts";
export * from "./model/event.ts";
export * from "./model/failure-group.ts";
export * from "./model/function.ts";
export { appIdOf, functionIdOf, newBulkId } from "./model/ids.ts";
export * from "./model/job.ts";
export * from "./model/run.ts";
export * from "./model/trace.ts";
export * from "./model/wait.ts";
export { namePatterns } from "./route/match.ts";
export * from "./rows.ts";
export { parseQueueItemId } from "./run/call.ts";
export * from "./schedule/min-heap.ts";
export * from "./state.ts";
export { AssertionError } from "./unreachable.ts";
export { type LoadedRun, Window } from "./window/window.ts";
