// Which server a command asks, and as whom.

import { hashSigningKey } from "@stepwell/protocol";
import { readConfigFile } from "../config-file.ts";
import { secondsFrom, text, Values, wholeNumber } from "../flag-values.ts";
import { fallbackOf } from "../flags.ts";
import { firstGiven, fromEnvironment, type GivenFlags } from "../given.ts";
import type { Session } from "../session.ts";
import { clientFlags, serverPlaceFlags } from "./client-flags.ts";

export interface Target {
  /** Without a slash at its end. */
  readonly url: string;
  /** Whether the user named it. */
  readonly isNamed: boolean;
  readonly authorization?: string;
  /** File that was read as well. */
  readonly configPath?: string;
  /** Sent along with each request, beside what every request has. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

const portFallback = 8288;
const dayMs = 86_400_000;

/**
 * An API key goes before a signing key where both are given at the same place (semantics G3); what stands on the
 * command line goes before the environment, that before a file.
 *
 * @throws UsageError
 */
export function readTarget(onCommandLine: GivenFlags, session: Session): Target {
  const flags = [...clientFlags, ...serverPlaceFlags];
  const stated = firstGiven(onCommandLine, fromEnvironment(flags, session.environment));
  const file = readConfigFile(flags, session.directory, stated.get("config")?.texts.at(-1));
  const given = file === undefined ? stated : firstGiven(stated, file.given);
  const values = new Values(flags, given, (flag) => fallbackOf(flag, "dev"));
  const url = values.optional("url", serverUrl);
  const authorization = authorizationOf(onCommandLine, values);
  return {
    url: url ?? placeOf(values),
    isNamed: url !== undefined || given.has("api-host") || given.has("api-port") || given.has("port"),
    timeoutMs: values.read("timeout", secondsFrom(1, dayMs)),
    ...(authorization === undefined ? {} : { authorization }),
    ...(file === undefined ? {} : { configPath: file.path }),
  };
}

function placeOf(values: Values): string {
  const port = values.optional("api-port", wholeNumber(1, 65_535));
  const own = values.optional("port", wholeNumber(0, 65_535)) || portFallback;
  const host = values.optional("api-host", text) ?? "localhost";
  return /^https?:\/\//i.test(host) ? `${serverUrl(host)}:${port ?? own}` : `http://${host}:${port ?? own}`;
}

function authorizationOf(onCommandLine: GivenFlags, values: Values): string | undefined {
  const apiKey = values.optional("api-key", text);
  const signingKey = values.optional("signing-key", text);
  const isSigningKeyNearer = onCommandLine.has("signing-key") && !onCommandLine.has("api-key");
  if (apiKey !== undefined && !(isSigningKeyNearer && signingKey !== undefined)) return `Bearer ${apiKey}`;
  // A hash is as good to the server and worth less to whoever reads it on the way.
  return signingKey === undefined ? undefined : `Bearer ${hashSigningKey(signingKey)}`;
}

function serverUrl(value: string): string {
  const url = /^[a-z]+:\/\//i.test(value) ? value : `http://${value}`;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, "");
  throw new RangeError("must be an http or https address, such as http://localhost:8288.");
}
