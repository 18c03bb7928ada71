// Values on the command line: JSON, times, numbers, each with a sentence about what is wrong.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseDuration } from "@stepwell/protocol";
import { isJsonObject, type Json, type JsonObject, parseJson } from "@stepwell/protocol/rest";
import { WrongUseError } from "../exit-code.ts";
import type { Session } from "../session.ts";

/** @throws WrongUseError */
export function readJsonText(text: string, source: string): Json {
  const value = parseJson(text);
  if (value.kind === "parsed") return value.value;
  throw new WrongUseError(`${source} is not JSON: ${value.reason}`);
}

/** @throws WrongUseError */
export function readJsonObject(text: string, source: string): JsonObject {
  const value = readJsonText(text, source);
  if (isJsonObject(value)) return value;
  throw new WrongUseError(
    `${source} must be a JSON object such as {"userId":"u_1"}, not ${text.slice(0, 40)}.`,
  );
}

/**
 * The text of a file; `-` is standard input.
 *
 * @throws WrongUseError
 */
export async function readTextFile(path: string, session: Session): Promise<string> {
  if (path === "-") return await session.terminal.readInput();
  try {
    return readFileSync(resolve(session.directory, path), "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WrongUseError(`The file ${path} cannot be read: ${reason}`, { cause });
  }
}

/**
 * Unix ms of a time (`2026-11-24T14:02:00Z`, `2026-11-24`), of unix ms, or of so long ago (`2h`, `7d`).
 *
 * @throws WrongUseError
 */
export function readTime(text: string, flag: string, now: number): number {
  const agoMs = parseDuration(text);
  if (agoMs !== undefined) return now - agoMs;
  const at = /^\d{11,}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(at)) return at;
  throw new WrongUseError(
    `${flag} is ${JSON.stringify(text)}, but must be a time such as 2026-11-24T14:02:00Z, or how long ago, such as 2h or 7d.`,
  );
}

/** @throws WrongUseError */
export function readCount(text: string, flag: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new WrongUseError(
    `${flag} is ${JSON.stringify(text)}, but must be a whole number from 1 to ${most}.`,
  );
}
