// What tests of engines and of new stores use.

export { type ManualClock, manualClock, seededNumbers, seededRandom, settleTurns } from "./manual-clock.ts";
export * from "./model-rows.ts";
export * from "./model-store.ts";
export * from "./store-contract.ts";
