// Every flag of `dev` and `start` (semantics G1, G2): names, help and what is refused. What values mean is read in
// settings.ts, the same way whether they come from the command line, the environment or a file.

export type Mode = "dev" | "start";

export interface Flag {
  /** Without dashes. */
  readonly name: string;
  readonly short?: string;
  /** Names the value in the help; absent for a switch. */
  readonly value?: string;
  readonly isList?: boolean;
  /** A switch that is on, to be turned off by `--no-<name>`. */
  readonly isOn?: boolean;
  /** Another name of this flag. */
  readonly sameAs?: string;
  /** Known from the reference, but not offered: why, as a sentence. */
  readonly refusal?: string;
  readonly isHidden?: boolean;
  readonly description: string;
  /** Said in the help, by command. */
  readonly fallback?: string | { readonly [M in Mode]: string };
  /** Environment variables of a standard that say the same; ours come before them. */
  readonly variables?: readonly string[];
  /** Its value never appears in a message. */
  readonly isSecret?: boolean;
  /** Default: both. */
  readonly only?: Mode;
}

const common: readonly Flag[] = [
  {
    name: "sdk-url",
    short: "u",
    value: "url",
    isList: true,
    description: "address of an app, such as http://localhost:3000/api/inngest; may be repeated",
  },
  {
    name: "host",
    value: "host",
    description: "address to listen on",
    fallback: { dev: "localhost", start: "0.0.0.0" },
  },
  {
    name: "port",
    short: "p",
    value: "port",
    description: "port of events, API and dashboard",
    fallback: "8288",
  },
  {
    name: "poll-interval",
    value: "seconds",
    description: "how often apps are asked whether their functions changed; 0 for never",
    fallback: { dev: "5", start: "0" },
  },
  {
    name: "retry-interval",
    value: "seconds",
    description: "fixed delay before each retry; 0 for the growing delays of the backoff table",
    fallback: "0",
  },
  { name: "queue-workers", value: "count", description: "most calls to apps at once", fallback: "100" },
  {
    name: "tick",
    value: "ms",
    description:
      "accepted so that existing command lines work; nothing is scanned here, work starts when it is due",
  },
  {
    name: "data-dir",
    value: "dir",
    description: "folder with everything that is kept",
    fallback: ".stepwell",
  },
  {
    name: "sqlite-dir",
    value: "dir",
    sameAs: "data-dir",
    isHidden: true,
    description: "the same as --data-dir",
  },
  {
    name: "retention",
    value: "duration",
    description: 'how long finished runs and events are kept, such as 30d; "forever" keeps them',
    fallback: { dev: "7d", start: "30d" },
  },
  {
    name: "wait-lookback",
    value: "rule",
    description: "how far waits look back for an event that came first: causal, none, or a duration",
    fallback: "causal",
  },
  {
    name: "forbid-address",
    value: "range",
    isList: true,
    description:
      "never call apps at this IP address or range, such as 10.0.0.0/8; may be repeated. Clouds' metadata services are always forbidden",
  },
  {
    name: "event-size-max",
    value: "bytes",
    description: "largest event, at most 3145728",
    fallback: "524288",
  },
  {
    name: "request-size-max",
    value: "bytes",
    description: "largest request as a whole",
    fallback: "16777216",
  },
  {
    name: "mcp-write",
    description: "let the tools of /mcp send, invoke, rerun, cancel and sync, not only read",
  },
  { name: "ui", isOn: true, description: "without the dashboard" },
  {
    name: "config",
    value: "file",
    description:
      "JSON file with flags as keys; otherwise stepwell.json or inngest.json here or in a folder above",
  },
  {
    name: "log-level",
    short: "l",
    value: "level",
    description: "trace, debug, info, warn, error or silent",
    fallback: "info",
  },
  { name: "verbose", short: "v", description: "the same as --log-level debug" },
  {
    name: "log-format",
    value: "format",
    description: "text for people, or json: a line per entry with ids of run, function and event",
    fallback: { dev: "text", start: "json" },
  },
  { name: "json", description: "the same as --log-format json" },
  {
    name: "otlp-endpoint",
    value: "url",
    variables: ["OTEL_EXPORTER_OTLP_ENDPOINT"],
    description:
      "send traces of runs to this OpenTelemetry collector over HTTP, such as http://localhost:4318",
  },
  {
    name: "otlp-traces-endpoint",
    value: "url",
    isHidden: true,
    variables: ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"],
    description: "the same, as the whole address that spans are posted to",
  },
  {
    name: "otlp-headers",
    value: "headers",
    isSecret: true,
    variables: ["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"],
    description:
      'sent to the collector, such as "authorization=Bearer%20token,tenant=a"; values are URL-encoded',
  },
  {
    name: "otlp-protocol",
    value: "protocol",
    variables: ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"],
    description: "http/protobuf or http/json",
    fallback: "http/protobuf",
  },
  {
    name: "redis-uri",
    value: "uri",
    isHidden: true,
    description: "not needed",
    refusal: "is not needed: SQLite holds everything here, the queue included. Leave it out.",
  },
  {
    name: "postgres-uri",
    value: "uri",
    isHidden: true,
    description: "not offered yet",
    refusal:
      "is not offered yet: this version stores everything in SQLite. Leave it out, and set --data-dir.",
  },
  {
    name: "connect-gateway-port",
    value: "port",
    isHidden: true,
    description: "not offered yet",
    refusal: "is not offered yet: apps are called over HTTP. Leave it out.",
  },
];

const devOnly: readonly Flag[] = [
  {
    name: "discovery",
    isOn: true,
    only: "dev",
    description: "do not look for apps on this machine's usual ports",
  },
  { name: "poll", isOn: true, only: "dev", description: "do not ask apps whether their functions changed" },
  {
    name: "persist",
    isOn: true,
    only: "dev",
    description: "forget everything at the end (data is kept by default)",
  },
];

const startOnly: readonly Flag[] = [
  {
    name: "event-key",
    value: "key",
    isList: true,
    only: "start",
    description: "key that may send events; may be repeated",
  },
  {
    name: "signing-key",
    value: "key",
    only: "start",
    description: "key that apps and this server share: hexadecimal, an even number of digits",
  },
  {
    name: "signing-key-fallback",
    value: "key",
    only: "start",
    description: "accepted beside the signing key while keys are being changed",
  },
  {
    name: "insecure",
    only: "start",
    description: "start without keys; everybody who reaches the server may do everything",
  },
];

/** The flags of a command, in the order of its help. */
export function flagsOf(mode: Mode): readonly Flag[] {
  return [...common, ...(mode === "dev" ? devOnly : startOnly)];
}

export function fallbackOf(flag: Flag, mode: Mode): string | undefined {
  return typeof flag.fallback === "object" ? flag.fallback[mode] : flag.fallback;
}
