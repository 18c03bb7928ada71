// What tests need: doubles at the ports, and the suite that every store must pass.

export { type ManualClock, manualClock, seededNumbers, seededRandom, settleTurns } from "./manual-clock.ts";
