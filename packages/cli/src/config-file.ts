// Flags from a file: JSON with the flags' names as keys.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { clientFlags } from "./client/client-flags.ts";
import { type Flag, flagsOf } from "./flags.ts";
import type { Given, GivenFlags } from "./given.ts";
import { nearest } from "./nearest.ts";
import { UsageError } from "./usage-error.ts";

const names = ["stepwell.json", "inngest.json"];
const unread = ["yaml", "yml", "toml", "properties"].flatMap((extension) => [
  `stepwell.${extension}`,
  `inngest.${extension}`,
]);

const everyFlag: readonly Flag[] = [...flagsOf("dev"), ...flagsOf("start"), ...clientFlags];

export interface ConfigFile {
  readonly path: string;
  readonly given: GivenFlags;
}

/**
 * The file that was named, or the nearest one in `directory` or above it; undefined when there is none.
 *
 * @throws UsageError when it cannot be read, or says what no flag means.
 */
export function readConfigFile(
  flags: readonly Flag[],
  directory: string,
  named: string | undefined,
): ConfigFile | undefined {
  const path = named === undefined ? findUpwards(directory) : resolve(directory, named);
  if (path === undefined) return undefined;
  if (!path.endsWith(".json")) {
    throw new UsageError(
      `The configuration ${path} is not JSON. Write it as stepwell.json, with the flags' names as keys.`,
    );
  }
  return { path, given: parse(flags, path, read(path)) };
}

function findUpwards(start: string): string | undefined {
  for (let directory = resolve(start); ; directory = dirname(directory)) {
    const found = names.map((name) => join(directory, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
    // A file that would be passed over in silence is worse than one that is refused.
    const other = unread.map((name) => join(directory, name)).find((path) => existsSync(path));
    if (other !== undefined) return other;
    if (dirname(directory) === directory) return undefined;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`The configuration ${path} cannot be read: ${reason}`, { cause });
  }
}

function parse(flags: readonly Flag[], path: string, text: string): GivenFlags {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`The configuration ${path} is not JSON: ${reason}`, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`The configuration ${path} must be a JSON object with the flags' names as keys.`);
  }
  const given = new Map<string, Given>();
  for (const [key, item] of Object.entries(value)) {
    const entry = entryOf(flags, path, key, item);
    if (entry !== undefined) given.set(entry.name, entry.given);
  }
  return given;
}

/** `sdkUrl`, `sdk_url` and `sdk-url` are one key, and `urls` is the reference's word for it. */
function entryOf(
  flags: readonly Flag[],
  path: string,
  key: string,
  value: unknown,
): { readonly name: string; readonly given: Given } | undefined {
  const plain = key
    .replace(/([a-z])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
  const word = plain === "urls" ? "sdk-url" : plain;
  const isNegation = word.startsWith("no-");
  const name = isNegation ? word.slice(3) : word;
  const flag = flags.find((known) => known.name === name && (!isNegation || known.isOn === true));
  if (flag === undefined) {
    // One file may serve every command.
    if (everyFlag.some((known) => known.name === name)) return undefined;
    const known = flags.filter(({ isHidden }) => isHidden !== true).map((known) => known.name);
    throw new UsageError(
      `The configuration ${path} sets ${JSON.stringify(key)}, which is no flag.${nearest(name, known)}`,
    );
  }
  const texts = textsOf(value);
  if (texts === undefined) {
    throw new UsageError(
      `The configuration ${path} sets ${key} to what is neither text, number, true, false nor a list of those.`,
    );
  }
  const turned = isNegation ? texts.map((text) => (text === "true" ? "false" : "true")) : texts;
  return { name: flag.sameAs ?? flag.name, given: { texts: turned, source: path } };
}

function textsOf(value: unknown): readonly string[] | undefined {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = items.map((item) =>
    ["string", "number", "boolean"].includes(typeof item) ? String(item) : undefined,
  );
  return texts.every((text) => text !== undefined) ? texts : undefined;
}
