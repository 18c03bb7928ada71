// Settings: what the flags mean, read once and checked, with a sentence that names the source of what is wrong.

import type { WaitLookback } from "@stepwell/core";
import { eventBytesLimit, parseDuration } from "@stepwell/protocol";
import type { TracingOptions } from "@stepwell/server";
import { secondsFrom, text, Values, wholeNumber } from "./flag-values.ts";
import { type Flag, fallbackOf, flagsOf, type Mode } from "./flags.ts";
import type { GivenFlags } from "./given.ts";
import { headerPairs, httpUrl, otlpProtocol, tracesUrl } from "./otlp-values.ts";
import { UsageError } from "./usage-error.ts";

export const logLevels = ["trace", "debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface Settings {
  readonly mode: Mode;
  readonly sdkUrls: readonly string[];
  readonly host: string;
  readonly port: number;
  /** 0 for never. */
  readonly pollIntervalMs: number;
  /** Absent for the backoff table. */
  readonly retryIntervalMs?: number;
  readonly openCallsMax: number;
  /** Absent when nothing is kept. */
  readonly dataDirectory?: string;
  /** Absent keeps history for ever. */
  readonly retentionMs?: number;
  readonly waitLookback: WaitLookback;
  readonly forbiddenAddresses: readonly string[];
  readonly eventBytesMax: number;
  readonly requestBytesMax: number;
  readonly hasPage: boolean;
  readonly allowsMcpWrites: boolean;
  readonly logLevel: LogLevel;
  readonly isJsonLog: boolean;
  readonly isDiscovering: boolean;
  readonly isPolling: boolean;
  readonly eventKeys: readonly string[];
  readonly signingKey?: string;
  readonly signingKeyFallback?: string;
  readonly isInsecure: boolean;
  /** Absent when no traces are sent. */
  readonly tracing?: Omit<TracingOptions, "version">;
}

const dayMs = 86_400_000;
const gibibyte = 1024 ** 3;

/** What must never be seen: keys, and what a collector asks for. */
export function secretsOf({
  eventKeys,
  signingKey,
  signingKeyFallback,
  tracing,
}: Settings): readonly string[] {
  const keys = [...eventKeys, signingKey, signingKeyFallback].filter((key) => key !== undefined);
  const bare = keys.map((key) => key.replace(/^signkey-\w+-/, ""));
  const headers = Object.values(tracing?.headers ?? {});
  return [...keys, ...bare, ...headers, ...headers.map((value) => value.replace(/^\w+ +/, ""))];
}

/** @throws UsageError with a sentence about the first thing that is wrong. */
export function readSettings(mode: Mode, given: GivenFlags): Settings {
  const flags = flagsOf(mode);
  for (const flag of flags) if (flag.refusal !== undefined) refuse(flag, given);
  const values = new Values(flags, given, (flag) => fallbackOf(flag, mode));
  const retryIntervalMs = values.read("retry-interval", secondsFrom(0, 366 * dayMs));
  const retentionMs = values.read("retention", retention);
  // What it is for is said in the help; a wrong value is wrong all the same.
  values.optional("tick", wholeNumber(1, 3_600_000));
  const settings: Settings = {
    mode,
    sdkUrls: values.list("sdk-url", appUrl),
    host: values.read("host", text),
    port: values.read("port", wholeNumber(0, 65_535)),
    pollIntervalMs: values.read("poll-interval", secondsFrom(0, dayMs)),
    ...(retryIntervalMs === 0 ? {} : { retryIntervalMs }),
    openCallsMax: values.read("queue-workers", wholeNumber(1, 100_000)),
    ...(mode === "dev" && !values.isOn("persist") ? {} : { dataDirectory: values.read("data-dir", text) }),
    ...(retentionMs === Number.POSITIVE_INFINITY ? {} : { retentionMs }),
    waitLookback: values.read("wait-lookback", waitLookback),
    forbiddenAddresses: values.list("forbid-address", text),
    eventBytesMax: values.read("event-size-max", wholeNumber(1024, eventBytesLimit)),
    requestBytesMax: values.read("request-size-max", wholeNumber(1024, gibibyte)),
    hasPage: values.isOn("ui"),
    allowsMcpWrites: values.isOn("mcp-write"),
    logLevel: values.isOn("verbose") ? "debug" : values.read("log-level", logLevel),
    isJsonLog: values.isOn("json") || values.read("log-format", logFormat) === "json",
    isDiscovering: mode === "dev" && values.isOn("discovery"),
    isPolling: mode === "start" || values.isOn("poll"),
    ...keys(mode, values),
    ...tracing(values),
  };
  requireKeys(settings);
  return settings;
}

function refuse(flag: Flag, given: GivenFlags): void {
  const value = given.get(flag.name);
  if (value !== undefined) throw new UsageError(`${value.source} ${flag.refusal}`);
}

function keys(
  mode: Mode,
  values: Values,
): Pick<Settings, "eventKeys" | "signingKey" | "signingKeyFallback" | "isInsecure"> {
  if (mode === "dev") return { eventKeys: [], isInsecure: false };
  const signingKey = values.optional("signing-key", hexadecimalKey);
  const signingKeyFallback = values.optional("signing-key-fallback", hexadecimalKey);
  return {
    eventKeys: values.list("event-key", text),
    ...(signingKey === undefined ? {} : { signingKey }),
    ...(signingKeyFallback === undefined ? {} : { signingKeyFallback }),
    isInsecure: values.isOn("insecure"),
  };
}

/** What else is said of traces counts only where there is a collector: its variables may be meant for the apps. */
function tracing(values: Values): Pick<Settings, "tracing"> {
  const url = values.optional("otlp-traces-endpoint", httpUrl) ?? values.optional("otlp-endpoint", tracesUrl);
  if (url === undefined) return {};
  const headers = values.optional("otlp-headers", headerPairs) ?? {};
  return { tracing: { url, headers, protocol: values.read("otlp-protocol", otlpProtocol) } };
}

/** Closed unless told otherwise (decisions row 11). */
function requireKeys(settings: Settings): void {
  if (settings.mode === "dev" || settings.isInsecure) return;
  const missing = [
    ...(settings.eventKeys.length === 0 ? ["--event-key"] : []),
    ...(settings.signingKey === undefined ? ["--signing-key"] : []),
  ];
  if (missing.length === 0) return;
  throw new UsageError(
    `stepwell start needs ${missing.join(" and ")}. Make a key with: openssl rand -hex 32\n` +
      "Give it as a flag or in STEPWELL_EVENT_KEY and STEPWELL_SIGNING_KEY. To run without keys on purpose, add --insecure.",
  );
}

function retention(value: string): number {
  if (value === "forever") return Number.POSITIVE_INFINITY;
  const retentionMs = parseDuration(value);
  if (retentionMs !== undefined && retentionMs > 0) return retentionMs;
  throw new RangeError('must be a duration such as 12h, 7d or 4w, or "forever".');
}

function waitLookback(value: string): WaitLookback {
  if (value === "causal" || value === "none") return { kind: value };
  const lookbackMs = parseDuration(value);
  if (lookbackMs === undefined) throw new RangeError("must be causal, none, or a duration such as 10m.");
  return { kind: "duration", lookbackMs };
}

function appUrl(value: string): string {
  // localhost:3000/api/inngest is a URL whose protocol is "localhost:".
  const url = /^[a-z]+:\/\//i.test(value) ? value : `http://${value}`;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new RangeError("must be an http or https address, such as http://localhost:3000/api/inngest.");
}

function logLevel(value: string): LogLevel {
  const level = logLevels.find((known) => known === value.toLowerCase());
  if (level === undefined) throw new RangeError(`must be one of ${logLevels.join(", ")}.`);
  return level;
}

function logFormat(value: string): "text" | "json" {
  if (value === "text" || value === "json") return value;
  throw new RangeError("must be text or json.");
}

function hexadecimalKey(value: string): string {
  if (/^(signkey-\w+-)?([0-9a-fA-F]{2})+$/.test(value)) return value;
  throw new RangeError(
    "must be hexadecimal with an even number of digits. Make one with: openssl rand -hex 32",
  );
}
