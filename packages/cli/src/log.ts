// The log: one calm line per thing that matters to a person, or JSON lines for machines.

import { pino } from "pino";
import type { LogLevel } from "./settings.ts";

type Detail = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, detail?: Detail): void;
  info(message: string, detail?: Detail): void;
  warn(message: string, detail?: Detail): void;
  error(message: string, detail?: Detail): void;
}

/** Where lines go: to people's screens, errors apart. */
export interface LogStreams {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
}

const ranks: Readonly<Record<LogLevel, number>> = {
  trace: 0,
  debug: 1,
  info: 2,
  warn: 3,
  error: 4,
  silent: 5,
};

/** @param secrets whatever a line says, these texts never stand in it. */
export function createLog(
  level: LogLevel,
  isJson: boolean,
  streams: LogStreams,
  secrets: readonly string[] = [],
): Log {
  const { out, err } = streams;
  const written = { out: withoutSecrets(out, secrets), err: withoutSecrets(err, secrets) };
  return isJson ? jsonLog(level, written) : textLog(level, written);
}

/** Shorter texts are no secrets, and would be found everywhere. */
const secretLengthMin = 6;

function withoutSecrets(stream: LogStreams["out"], secrets: readonly string[]): LogStreams["out"] {
  const forms = secrets
    .filter((secret) => secret.length >= secretLengthMin)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  if (forms.length === 0) return stream;
  return {
    write(text) {
      let shown = text;
      for (const form of forms) shown = shown.replaceAll(form, "[secret]");
      return stream.write(shown);
    },
  };
}

function jsonLog(level: LogLevel, { out }: LogStreams): Log {
  const logger = pino({ level }, { write: (line: string) => void out.write(line) });
  const writer =
    (method: "debug" | "info" | "warn" | "error") =>
    (message: string, detail: Detail = {}): void =>
      logger[method](detail, message);
  return { debug: writer("debug"), info: writer("info"), warn: writer("warn"), error: writer("error") };
}

/** Details are for machines, except when a person asked for everything. */
function textLog(level: LogLevel, { out, err }: LogStreams): Log {
  const writer =
    (own: LogLevel, mark: string, stream: LogStreams["out"]) =>
    (message: string, detail?: Detail): void => {
      if (ranks[own] < ranks[level]) return;
      const time = new Date().toTimeString().slice(0, 8);
      const more = detail === undefined || ranks[level] > ranks.debug ? "" : ` ${JSON.stringify(detail)}`;
      const [first = "", ...rest] = message.split("\n");
      const lines = [`${time} ${mark} ${first}${more}`, ...rest.map((line) => `           ${line}`)];
      stream.write(`${lines.join("\n")}\n`);
    };
  return {
    debug: writer("debug", "·", out),
    info: writer("info", " ", out),
    warn: writer("warn", "!", err),
    error: writer("error", "✗", err),
  };
}
