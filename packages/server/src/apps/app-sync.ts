// Syncing an app from our side: a PUT asks it to register (protocol §3.2); the app answers in-band with its functions,
// or registers by a request of its own.

import type { Engine } from "@stepwell/engine";
import { header, isJsonObject, parseJson, parseSyncRequest, type ServerKind, sign, stringAt } from "@stepwell/protocol";
import { normalSync, normalUrl } from "./app-url.ts";

const timeoutMs = 10_000;
const redirectsMax = 5;

export type AppSyncOutcome =
  | { readonly kind: "synced"; readonly appId?: string; readonly modified?: boolean }
  /** `reason` is a sentence: what happened and what to do. */
  | { readonly kind: "failed"; readonly code: string; readonly reason: string };

export interface AppSync {
  sync(appUrl: string): Promise<AppSyncOutcome>;
}

export interface AppSyncOptions {
  readonly engine: Engine;
  readonly kind: ServerKind;
  readonly signingKey?: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => number;
}

export function appSync(options: AppSyncOptions): AppSync {
  return {
    async sync(appUrl) {
      const url = normalUrl(appUrl);
      if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
        return { kind: "failed", code: "unsupported_protocol", reason: `${appUrl} is no http or https address.` };
      }
      const outcome = await ping(options, url);
      if (outcome.kind === "failed") await options.engine.recordSyncFailure(url, outcome.reason);
      return outcome;
    },
  };
}

async function ping(options: AppSyncOptions, url: string): Promise<AppSyncOutcome> {
  const body = JSON.stringify({ url });
  const headers: Record<string, string> = { "content-type": "application/json", [header.serverKind]: options.kind };
  if (options.signingKey !== undefined) {
    headers[header.signature] = sign(body, options.signingKey, (options.now ?? Date.now)());
  }
  let response: Response;
  try {
    response = await put(options.fetch ?? globalThis.fetch, url, headers, body);
  } catch (error) {
    const reason = `No app answers at ${url}: ${reasonOf(error)}. Start the app, or correct the address.`;
    return { kind: "failed", code: "unreachable", reason };
  }
  return await readAnswer(options, url, response);
}

/** Redirects are followed with the body, which fetch itself would drop. */
async function put(
  fetch: typeof globalThis.fetch,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Response> {
  let target = url;
  for (let redirects = 0; ; redirects += 1) {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(target, { method: "PUT", headers, body, signal, redirect: "manual" });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null || redirects >= redirectsMax) return response;
    target = new URL(location, target).toString();
  }
}

async function readAnswer(options: AppSyncOptions, url: string, response: Response): Promise<AppSyncOutcome> {
  const text = await response.text();
  const body = parseJson(text);
  const value = body.kind === "parsed" && isJsonObject(body.value) ? body.value : {};
  if (!response.ok) return failed(url, response.status, stringAt(value, "message") ?? stringAt(value, "error"));
  if (response.headers.get(header.sdk) === null) {
    const reason = `${url} answers, but no SDK does. Serve your functions there, or correct the path.`;
    return { kind: "failed", code: "url_not_found", reason };
  }
  if (response.headers.get(header.syncKind) !== "in_band") {
    return { kind: "synced", modified: value["modified"] === true };
  }
  const request = parseSyncRequest({ ...value, appName: value["app_id"] ?? value["appName"] });
  if (request.kind === "invalid") return { kind: "failed", code: "invalid_function", reason: request.reason };
  const outcome = await options.engine.sync(normalSync({ ...request.value, url }));
  if (outcome.kind === "refused") return { kind: "failed", code: "invalid_function", reason: outcome.reasons.join("\n") };
  return { kind: "synced", appId: outcome.appId, modified: outcome.modified };
}

const codes: Readonly<Record<number, readonly [string, string]>> = {
  401: ["unauthorized", "the app refuses our signature; check that both sides use the same signing key"],
  403: ["forbidden", "the app forbids the request; check what stands in front of it"],
  404: ["url_not_found", "there is nothing at that path; check where the app serves its functions"],
};

function failed(url: string, status: number, message: string | undefined): AppSyncOutcome {
  const [code, advice] = codes[status] ?? ["internal_server_error", "look at the app's own log"];
  const said = message === undefined ? "" : ` It says: ${message}`;
  return { kind: "failed", code, reason: `The app at ${url} answered ${status}: ${advice}.${said}` };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}
