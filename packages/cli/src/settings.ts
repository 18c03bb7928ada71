// Numbers, durations and the like from flags, with sentences for what is wrong.

import { InvalidArgumentError } from "commander";
import type { WaitLookback } from "@stepwell/core";
import { parseDuration } from "@stepwell/protocol";

/** A whole number within bounds. */
export function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < from || value > to) {
      throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
    }
    return value;
  };
}

/** A duration such as 30d, in ms. */
export function duration(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs === undefined) throw new InvalidArgumentError("It must be a duration such as 12h, 7d or 4w.");
  return durationMs;
}

export function waitLookback(text: string): WaitLookback {
  if (text === "causal" || text === "none") return { kind: text };
  const lookbackMs = parseDuration(text);
  if (lookbackMs === undefined) throw new InvalidArgumentError('It must be "causal", "none" or a duration such as 10m.');
  return { kind: "duration", lookbackMs };
}

export const logLevels = ["trace", "debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export function logLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text.toLowerCase());
  if (level === undefined) throw new InvalidArgumentError(`It must be one of ${logLevels.join(", ")}.`);
  return level;
}
