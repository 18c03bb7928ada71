// The engine of Stepwell.

export { systemClock, systemRandom } from "./adapters/system.ts";
export { createEngine, type EnginePorts } from "./create-engine.ts";
export { type Embedded, type EmbedOptions, embed } from "./embed.ts";
export * from "./engine.ts";
export * from "./ports/clock.ts";
export * from "./ports/observer.ts";
export * from "./ports/reader.ts";
export * from "./ports/store.ts";
export * from "./ports/transport.ts";
export type { SelfCheck } from "./shard/self-check.ts";
export { UnavailableError } from "./shard/shard-ports.ts";
