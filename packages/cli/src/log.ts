// The log: one calm line per thing that matters to a person, or JSON lines for machines.

import { pino } from "pino";
import type { LogLevel } from "./settings.ts";

export interface Log {
  debug(message: string, detail?: object): void;
  info(message: string, detail?: object): void;
  warn(message: string, detail?: object): void;
  error(message: string, detail?: object): void;
}

const rank: Readonly<Record<LogLevel, number>> = { trace: 0, debug: 1, info: 2, warn: 3, error: 4, silent: 5 };

export function createLog(level: LogLevel, isJson: boolean): Log {
  if (isJson) {
    const logger = pino({ level });
    const write = (method: "debug" | "info" | "warn" | "error") => (message: string, detail: object = {}) => logger[method](detail, message);
    return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  }
  const write = (own: LogLevel, mark: string, stream: NodeJS.WriteStream) => (message: string) => {
    if (rank[own] < rank[level]) return;
    const time = new Date().toTimeString().slice(0, 8);
    stream.write(`${time} ${mark} ${message}\n`);
  };
  return {
    debug: write("debug", "·", process.stdout),
    info: write("info", " ", process.stdout),
    warn: write("warn", "!", process.stderr),
    error: write("error", "✗", process.stderr),
  };
}
