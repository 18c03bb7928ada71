// The engine of Stepwell.

export * from "./engine.ts";
export * from "./ports/clock.ts";
export * from "./ports/observer.ts";
export * from "./ports/reader.ts";
export * from "./ports/store.ts";
export * from "./ports/transport.ts";
