// Logging: any logger with the usual methods, the console by default, and one that is silent while a run replays.

export interface Logger {
  info(...args: readonly unknown[]): void;
  warn(...args: readonly unknown[]): void;
  error(...args: readonly unknown[]): void;
  debug(...args: readonly unknown[]): void;
}

/** Writes to the console, without debug lines. */
export class ConsoleLogger implements Logger {
  info(...args: readonly unknown[]): void {
    console.info(...args);
  }
  warn(...args: readonly unknown[]): void {
    console.warn(...args);
  }
  error(...args: readonly unknown[]): void {
    console.error(...args);
  }
  debug(): void {}
}

/** Lines of code that ran before are not written again (semantics F7.1). */
export function replayLogger(logger: Logger, isReplaying: () => boolean): Logger {
  const write =
    (method: keyof Logger) =>
    (...args: readonly unknown[]): void => {
      if (!isReplaying()) logger[method](...args);
    };
  return { info: write("info"), warn: write("warn"), error: write("error"), debug: write("debug") };
}
