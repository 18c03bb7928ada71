// Looking at an app step by step, without registering anything: its name, its port, the signature, its functions. The
// checks stop at the first that fails, since what follows stands on it.

import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { header, isJsonObject, type JsonObject, numberAt, parseJson, stringAt } from "@stepwell/protocol";
import { type AppCheck, type AppCheckName, appCheckNames } from "@stepwell/protocol/rest";
import type { OutboundAnswer } from "../outbound/outbound.ts";

export interface AppLook {
  /** Where the app serves its functions. */
  readonly url: string;
  /** A signed `GET` of the address. */
  readonly ask: () => Promise<OutboundAnswer>;
  readonly isDev: boolean;
  /** Why the last sync failed, if it did. */
  readonly syncError?: string;
  readonly now: () => number;
}

export async function appChecks(look: AppLook): Promise<readonly AppCheck[]> {
  const done: AppCheck[] = [await nameCheck(look)];
  if (isGood(done)) {
    const began = look.now();
    const answer = await look.ask();
    done.push(portCheck(look, answer, look.now() - began));
    if (isGood(done) && answer.kind === "answered") {
      const body = bodyOf(answer.body);
      done.push(signatureCheck(look, answer.status, body));
      if (isGood(done)) done.push(functionsCheck(look, body));
    }
  }
  const rest = appCheckNames.slice(done.length);
  return [...done, ...rest.map((name): AppCheck => ({ name, status: "not-checked", found: "not checked" }))];
}

function isGood(checks: readonly AppCheck[]): boolean {
  return checks.every(({ status }) => status === "passed");
}

function passed(name: AppCheckName, found: string): AppCheck {
  return { name, status: "passed", found };
}

function failed(name: AppCheckName, found: string, message: string): AppCheck {
  return { name, status: "failed", found, message };
}

async function nameCheck({ url }: AppLook): Promise<AppCheck> {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    return failed(
      "name-resolves",
      "no address",
      "Give an address such as http://localhost:3000/api/inngest.",
    );
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(host) !== 0) return passed("name-resolves", host);
  try {
    const [first] = await lookup(host, { all: true });
    return passed("name-resolves", first?.address ?? host);
  } catch {
    const message = `${host} is not known where this server runs. In a container, use the name of the service.`;
    return failed("name-resolves", "not known", message);
  }
}

function portCheck({ url }: AppLook, answer: OutboundAnswer, tookMs: number): AppCheck {
  if (answer.kind === "failed") {
    const found = /refused/.test(answer.reason) ? "refused" : answer.code === "timeout" ? "too late" : "no";
    const message = `${answer.reason.charAt(0).toUpperCase()}${answer.reason.slice(1)}. Start the app, or correct the address.`;
    return failed("port-answers", found, message);
  }
  const isSdk = answer.headers[header.sdk] !== undefined || answer.headers[header.sdkHandled] !== undefined;
  if (isSdk || answer.status === 401) return passed("port-answers", `in ${Math.round(tookMs)} ms`);
  const message = `${url} answers, but not from an SDK. Serve your functions there, or correct the path.`;
  return failed("port-answers", `HTTP ${answer.status}`, message);
}

function signatureCheck({ isDev }: AppLook, status: number, body: JsonObject): AppCheck {
  const mode = stringAt(body, "mode");
  if (isDev && (mode === "cloud" || status === 401)) {
    const message =
      "The app expects signed requests, and this server is a dev server. Set INNGEST_DEV=1 for the app.";
    return failed("signature-valid", "cloud mode", message);
  }
  if (status === 401 || body.authentication_succeeded === false) {
    const message =
      "The app refuses our signature. Give both sides the same signing key (INNGEST_SIGNING_KEY).";
    return failed("signature-valid", "refused", message);
  }
  return passed("signature-valid", isDev ? "not needed in dev" : "accepted");
}

function functionsCheck({ syncError }: AppLook, body: JsonObject): AppCheck {
  if (syncError !== undefined) return failed("functions-valid", "refused", syncError);
  const count = numberAt(body, "function_count");
  return passed("functions-valid", count === undefined ? "yes" : String(count));
}

function bodyOf(text: string): JsonObject {
  const parsed = parseJson(text);
  return parsed.kind === "parsed" && isJsonObject(parsed.value) ? parsed.value : {};
}
