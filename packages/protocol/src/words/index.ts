// @stepwell/protocol/words: what dashboard and command line say about the answers of the REST API, built once.

export * from "./app-words.ts";
export * from "./bulk-words.ts";
export * from "./event-words.ts";
export * from "./function-words.ts";
export * from "./json-diff.ts";
export * from "./moment.ts";
export * from "./number.ts";
export * from "./one-line.ts";
export * from "./part.ts";
export * from "./run-state.ts";
export * from "./run-words.ts";
export * from "./truth-words.ts";
export * from "./wait-words.ts";
