// @stepwell/protocol/rest: what dashboard and CLI share with the server.

export { isJsonObject, type Json, type JsonObject, type Parsed, parseJson } from "../json.ts";
export * from "./app.ts";
export * from "./app-check.ts";
export * from "./bulk.ts";
export * from "./envelope.ts";
export * from "./event.ts";
export * from "./event-field.ts";
export * from "./event-name.ts";
export * from "./expression-test.ts";
export * from "./figures.ts";
export * from "./function.ts";
export * from "./health.ts";
export * from "./installation.ts";
export * from "./limit.ts";
export * from "./live.ts";
export * from "./outcome.ts";
export * from "./query.ts";
export * from "./run.ts";
export * from "./sync.ts";
export * from "./trace.ts";
export * from "./wait-miss.ts";
