// Addresses of apps in one form, so that the same app is the same text (protocol §3.2).

import type { FunctionConfig, SyncRequest } from "@stepwell/protocol";

/**
 * Drops `deployId` and `probe`, sorts what is left of the query, drops default ports, and writes `localhost` for
 * 127.0.0.1 and 0.0.0.0 where a port is given. Text that is no URL is returned as it is.
 */
export function normalUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  url.searchParams.delete("deployId");
  url.searchParams.delete("probe");
  url.searchParams.sort();
  if (url.port !== "" && (url.hostname === "127.0.0.1" || url.hostname === "0.0.0.0"))
    url.hostname = "localhost";
  return url.toString();
}

/** A registration with all its addresses in one form. */
export function normalSync(request: SyncRequest): SyncRequest {
  const functions = request.functions.map(
    (config): FunctionConfig => ({ ...config, url: functionUrl(config.url) }),
  );
  return { ...request, url: normalUrl(request.url), functions };
}

/** A function's own address without the keys that each call sets anew. */
function functionUrl(text: string): string {
  const normal = normalUrl(text);
  if (!URL.canParse(normal)) return normal;
  const url = new URL(normal);
  url.searchParams.delete("stepId");
  return url.toString();
}
