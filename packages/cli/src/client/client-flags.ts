// Flags of every command that asks a server: which one, and with which key. Like the flags of `dev` and `start` they
// may stand in the environment and in a configuration file too (decisions row 9).

import type { Flag } from "../flags.ts";

export const clientFlags: readonly Flag[] = [
  {
    name: "url",
    value: "url",
    description: "address of the server (default: http://localhost:8288)",
  },
  { name: "api-url", value: "url", sameAs: "url", isHidden: true, description: "the same as --url" },
  { name: "api-host", value: "host", isHidden: true, description: "host of the server, in place of --url" },
  { name: "api-port", value: "port", isHidden: true, description: "port of the server, in place of --url" },
  { name: "api-key", value: "key", description: "key of the API, if the server asks for one" },
  {
    name: "signing-key",
    value: "key",
    description: "the server's signing key, in place of an API key; only its hash is sent",
  },
  { name: "timeout", value: "duration", description: "how long to wait for an answer", fallback: "30s" },
  {
    name: "config",
    value: "file",
    description: "JSON file with flags as keys; otherwise stepwell.json here or in a folder above",
  },
];

/** Read from environment and file alone: where `dev` and `start` of the same folder listen. */
export const serverPlaceFlags: readonly Flag[] = [
  { name: "port", value: "port", isHidden: true, description: "port of the local server" },
];
