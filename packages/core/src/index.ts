// The rules of Stepwell.

export * from "./change.ts";
export * from "./model/admission.ts";
export * from "./model/event.ts";
export * from "./model/function.ts";
export * from "./model/job.ts";
export * from "./model/run.ts";
export * from "./model/wait.ts";
export * from "./rows.ts";
