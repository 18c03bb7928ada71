// The wire between SDK and engine.

export * from "./answer.ts";
export * from "./call.ts";
export * from "./checkpoint.ts";
export * from "./duration.ts";
export * from "./embedding.ts";
export * from "./error.ts";
export * from "./event.ts";
export * from "./headers.ts";
export * from "./ids.ts";
export * from "./json.ts";
export * from "./op.ts";
export * from "./session.ts";
export * from "./signature.ts";
export * from "./step-key.ts";
export * from "./sync.ts";
export * from "./trace-context.ts";
export * from "./ulid.ts";
