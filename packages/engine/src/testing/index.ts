// What tests of engines and of new stores use.

export * from "./model-rows.ts";
export * from "./model-store.ts";
