// The flags' values: texts read as what they mean, with a sentence that names the source of what is wrong.

import { parseDuration } from "@stepwell/protocol";
import { WrongUseError } from "./exit-code.ts";
import type { Flag } from "./flags.ts";
import type { GivenFlags } from "./given.ts";

/** Reads a value's text; throws a clause that says what it must be. */
export type Read<T> = (text: string) => T;

/** The flags' values by name. */
export class Values {
  readonly #flags: readonly Flag[];
  readonly #given: GivenFlags;
  readonly #fallbackOf: (flag: Flag) => string | undefined;

  constructor(flags: readonly Flag[], given: GivenFlags, fallbackOf: (flag: Flag) => string | undefined) {
    this.#flags = flags;
    this.#given = given;
    this.#fallbackOf = fallbackOf;
  }

  read<T>(name: string, read: Read<T>): T {
    const value = this.optional(name, read);
    if (value !== undefined) return value;
    const flag = this.#flags.find((known) => known.name === name);
    const fallback = flag === undefined ? undefined : this.#fallbackOf(flag);
    if (fallback === undefined) throw new Error(`The flag ${name} has neither a value nor a fallback.`);
    return read(fallback);
  }

  /** Where a flag is repeated that may not be, the last one counts. */
  optional<T>(name: string, read: Read<T>): T | undefined {
    return this.list(name, read).at(-1);
  }

  list<T>(name: string, read: Read<T>): readonly T[] {
    const given = this.#given.get(name);
    if (given === undefined) return [];
    return given.texts.map((item) => {
      try {
        return read(item);
      } catch (cause) {
        const rule = cause instanceof Error ? cause.message : String(cause);
        const isSecret = this.#flags.find((flag) => flag.name === name)?.isSecret === true;
        const shown = isSecret || /key/.test(name) ? "" : ` is ${JSON.stringify(item)}, but`;
        throw new WrongUseError(`${given.source}${shown} ${rule}`, { cause });
      }
    });
  }

  isOn(name: string): boolean {
    const flag = this.#flags.find((known) => known.name === name);
    return this.optional(name, switchValue) ?? flag?.isOn === true;
  }
}

export function text(value: string): string {
  if (value === "") throw new RangeError("must not be empty.");
  return value;
}

function switchValue(value: string): boolean {
  if (/^(1|true|yes|on)$/i.test(value)) return true;
  if (/^(0|false|no|off)$/i.test(value)) return false;
  throw new RangeError("must be true or false.");
}

export function wholeNumber(from: number, to: number): Read<number> {
  return (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= from && number <= to) return number;
    throw new RangeError(`must be a whole number from ${from} to ${to}.`);
  };
}

/** Seconds, or a duration such as 500ms or 2m; gives ms. */
export function secondsFrom(fromMs: number, toMs: number): Read<number> {
  return (value) => {
    const durationMs = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : parseDuration(value);
    if (durationMs !== undefined && durationMs >= fromMs && durationMs <= toMs) return durationMs;
    throw new RangeError(
      `must be seconds, or a duration such as 30s, from ${fromMs / 1000} to ${toMs / 1000} seconds.`,
    );
  };
}
