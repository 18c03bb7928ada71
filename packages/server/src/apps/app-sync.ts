// Syncing an app from our side: a PUT asks it to register (protocol §3.2). The app answers in-band with its functions,
// or registers by a request of its own before it answers.

import { type Clock, type Engine, systemClock } from "@stepwell/engine";
import {
  type AppId,
  header,
  isJsonObject,
  type JsonObject,
  parseJson,
  parseSyncRequest,
  type ServerKind,
  sign,
  stringAt,
} from "@stepwell/protocol";
import type { AppCheck } from "@stepwell/protocol/rest";
import type { Outbound, OutboundAnswer } from "../outbound/outbound.ts";
import { appChecks } from "./app-checks.ts";
import { normalSync, normalUrl } from "./app-url.ts";

const timeoutMs = 10_000;
/** Somebody looks at the page and waits. */
const checkTimeoutMs = 3000;
/** How the reason of a failure begins when the app did not answer at all. */
export const noAnswerLead = "No app answers at";
const answerBytesMax = 16 * 1024 * 1024;

export type AppSyncOutcome =
  | { readonly kind: "synced"; readonly appId?: AppId; readonly modified: boolean }
  /** `reason` is a sentence or more: what happened and what to do. The codes are those of protocol §3.2. */
  | { readonly kind: "failed"; readonly code: string; readonly reason: string };

export interface AppSync {
  /** Never rejects for what the app does; a failure is kept by the engine for the page. */
  sync(appUrl: string): Promise<AppSyncOutcome>;
  /** Looks at an app without registering anything. @param syncError why its last sync failed. */
  check(appUrl: string, syncError?: string): Promise<readonly AppCheck[]>;
}

export interface AppSyncOptions {
  readonly engine: Engine;
  readonly kind: ServerKind;
  readonly outbound: Outbound;
  readonly signingKey?: string;
  readonly clock?: Clock;
}

export function appSync(options: AppSyncOptions): AppSync {
  return {
    async sync(appUrl) {
      const url = normalUrl(appUrl);
      const outcome = await ping(options, url);
      if (outcome.kind === "failed") await options.engine.recordSyncFailure(url, outcome.reason);
      else await forgetPlaceholder(options.engine, url);
      return outcome;
    },
    check(appUrl, syncError) {
      const { kind, clock = systemClock() } = options;
      const url = normalUrl(appUrl);
      return appChecks({
        url,
        ask: () => introspect(options, url),
        isDev: kind === "dev",
        now: () => clock.now(),
        ...(syncError === undefined ? {} : { syncError }),
      });
    },
  };
}

/** An address that failed before its app was known stands under its own name; now the app has one. */
async function forgetPlaceholder(engine: Engine, url: string): Promise<void> {
  const apps = await engine.reader.listApps();
  const placeholder = apps.find((app) => app.name === url && app.archivedAt === undefined);
  if (placeholder !== undefined) await engine.removeApp(placeholder.id);
}

async function ping(options: AppSyncOptions, url: string): Promise<AppSyncOutcome> {
  const { signingKey, kind, clock = systemClock() } = options;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    const reason = `${JSON.stringify(url)} is no http or https address. Give one such as http://localhost:3000/api/inngest.`;
    return { kind: "failed", code: "unsupported_protocol", reason };
  }
  const body = JSON.stringify({ url });
  const answer = await options.outbound.request({
    method: "PUT",
    url,
    headers: {
      "content-type": "application/json",
      [header.serverKind]: kind,
      ...(signingKey === undefined ? {} : { [header.signature]: sign(body, signingKey, clock.now()) }),
    },
    body,
    timeoutMs,
    bytesMax: answerBytesMax,
  });
  if (answer.kind === "answered") return await readAnswer(options.engine, url, answer);
  const reason = `${noAnswerLead} ${url}: ${answer.reason}. Start the app, or correct the address.`;
  const code = answer.code === "unsupported_protocol" ? answer.code : "unreachable";
  return { kind: "failed", code, reason };
}

/** The signed `GET` of protocol §3.5. */
async function introspect(options: AppSyncOptions, url: string): Promise<OutboundAnswer> {
  const { signingKey, kind, clock = systemClock() } = options;
  return await options.outbound.request({
    method: "GET",
    url,
    headers: {
      [header.serverKind]: kind,
      ...(signingKey === undefined ? {} : { [header.signature]: sign("", signingKey, clock.now()) }),
    },
    timeoutMs: checkTimeoutMs,
    bytesMax: answerBytesMax,
  });
}

async function readAnswer(
  engine: Engine,
  url: string,
  answer: Extract<OutboundAnswer, { kind: "answered" }>,
): Promise<AppSyncOutcome> {
  const parsed = parseJson(answer.body);
  const body = parsed.kind === "parsed" && isJsonObject(parsed.value) ? parsed.value : {};
  if (answer.headers[header.sdk] === undefined && !isFromSdk(answer.headers))
    return notAnSdk(url, answer.status);
  if (answer.status < 200 || answer.status >= 300) return refused(url, answer.status, body);
  const isInBand = answer.headers[header.syncKind] === "in_band";
  if (isInBand) return await syncInBand(engine, url, body);
  return { kind: "synced", modified: body.modified === true };
}

/** An SDK that refuses our signature leaves its other headers out (protocol §3.6). */
function isFromSdk(headers: Readonly<Record<string, string>>): boolean {
  return headers[header.sdkHandled] !== undefined;
}

async function syncInBand(engine: Engine, url: string, body: JsonObject): Promise<AppSyncOutcome> {
  const request = parseSyncRequest({ ...body, appName: body.app_id ?? body.appName, url });
  if (request.kind === "invalid") return { kind: "failed", code: "invalid_function", reason: request.reason };
  const outcome = await engine.sync(normalSync(request.value));
  if (outcome.kind === "refused") {
    return { kind: "failed", code: "invalid_function", reason: outcome.reasons.join("\n") };
  }
  return { kind: "synced", appId: outcome.appId, modified: outcome.modified };
}

function notAnSdk(url: string, status: number): AppSyncOutcome {
  const code = { 401: "unauthorized", 403: "forbidden", 404: "url_not_found", 500: "internal_server_error" }[
    status
  ];
  const advice = "Serve your functions there, or correct the path.";
  const reason = `${url} answered HTTP ${status}, but not from an SDK. ${advice}`;
  return { kind: "failed", code: code ?? "url_not_found", reason };
}

/** What the SDK says is passed on: it knows why it, or this server, refused. */
function refused(url: string, status: number, body: JsonObject): AppSyncOutcome {
  const said = stringAt(body, "message") ?? stringAt(body, "error");
  const quote = said === undefined || said === "" ? "" : ` It says: ${said}`;
  switch (status) {
    case 401:
      return failed(
        "unauthorized",
        `The app at ${url} refuses our signature. Give both sides the same signing key.${quote}`,
      );
    case 403:
      return failed(
        "forbidden",
        `The app at ${url} forbids the request. Look at what stands in front of it.${quote}`,
      );
    case 404:
      return failed("url_not_found", `There is no app at ${url}. Correct the path.${quote}`);
    default: {
      const said = quote === "" ? " Look at the app's own log." : quote;
      // The app did answer; what failed is its own request to register.
      const advice = /fail(ed)? to register|fetch failed/i.test(quote) ? registerAdvice : "";
      const reason = `The app at ${url} answered HTTP ${status} to the sync.${said}${advice}`;
      return failed(stringAt(body, "code") ?? "internal_server_error", reason);
    }
  }
}

const registerAdvice = " Check that INNGEST_DEV or INNGEST_BASE_URL of the app is this server's address.";

function failed(code: string, reason: string): AppSyncOutcome {
  return { kind: "failed", code, reason };
}
