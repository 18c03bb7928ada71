// GET: what the app says about itself; more to a server that signed the request (protocol §3.5).

import { hashSigningKey, sha256Hex } from "@stepwell/protocol";
import { version } from "../version.ts";
import type { HttpAnswer } from "./answer-response.ts";
import { type Adapter, json, type ServeOptions } from "./options.ts";
import type { Caller } from "./signatures.ts";

const keyHashLength = 12;

export function introspection(options: ServeOptions, adapter: Adapter, caller: Caller): HttpAnswer {
  if (caller.kind === "unauthorized") return json(401, { message: "Unauthorized" });
  return json(200, inspection(options, adapter, caller));
}

export function inspection(
  { client, functions, serveOrigin, servePath, streaming }: ServeOptions,
  adapter: Adapter,
  caller: Caller,
): object {
  const { eventKey, signingKey, signingKeyFallback, connection } = client;
  const open = {
    extra: { native_crypto: true },
    has_event_key: eventKey !== undefined,
    has_signing_key: signingKey !== undefined,
    function_count: functions.length,
    mode: client.mode,
    schema_version: "2024-05-24",
  };
  if (caller.kind !== "trusted") return open;
  const hash = (key: string | undefined) =>
    key === undefined
      ? null
      : hashSigningKey(key)
          .replace(/^signkey-\w+-/, "")
          .slice(0, keyHashLength);
  return {
    ...open,
    extra: { ...open.extra, is_streaming: streaming ?? false },
    authentication_succeeded: true,
    api_origin: connection.apiUrl,
    app_id: client.id,
    capabilities,
    env: client.env ?? null,
    event_api_origin: connection.eventUrl,
    event_key_hash: eventKey === undefined ? null : sha256Hex(eventKey),
    framework: adapter.framework,
    sdk_language: "js",
    sdk_version: version,
    serve_origin: serveOrigin ?? null,
    serve_path: servePath ?? null,
    signing_key_hash: hash(signingKey),
    signing_key_fallback_hash: hash(signingKeyFallback),
  };
}

export const capabilities = { trust_probe: "v1", connect: "v1", in_band_sync: "v1" } as const;
