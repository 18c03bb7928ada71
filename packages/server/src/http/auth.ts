// Who may ask. Apps and API clients present the signing key, plain or hashed, as a bearer token (protocol §0); a
// browser may give it as the password of Basic authentication, which it asks for by itself. Without a key everything
// passes, which `stepwell start` allows only when told to.

import { isSigningKeyToken } from "@stepwell/protocol";
import type { MiddlewareHandler } from "hono";
import type { ServerOptions } from "../options.ts";
import { failure, failureAt, isRest, restFailure } from "./failure.ts";

/** Everything but what has a key of its own (`/e`) and the probe. */
export function requireSigningKey(options: ServerOptions): MiddlewareHandler {
  return async (context, next) => {
    const { mode, signingKey, signingKeyFallback, isInsecure } = options;
    if (mode === "dev" || (signingKey === undefined && isInsecure)) return await next();
    const token = presentedKey(context.req.header("authorization"));
    const known = [signingKey, signingKeyFallback].filter((key) => key !== undefined && key !== "");
    // Every key is compared, so that the time taken says nothing about which one matched.
    const matches = known.map((key) => token !== "" && isSigningKeyToken(token, key ?? ""));
    if (matches.includes(true)) return await next();
    context.header("www-authenticate", 'Basic realm="Stepwell: the signing key is the password"');
    // An app that registers reads JSON and passes the reason on to whoever asked it to.
    if (context.req.path.startsWith("/fn/")) {
      return failure(context, 401, "Authentication failed: the app's signing key is not this server's.");
    }
    if (!isRest(context.req.path)) return context.text("Authentication failed", 401);
    return token === ""
      ? restFailure(
          context,
          "authorization_header_missing",
          "Send the signing key: Authorization: Bearer <signing key>.",
        )
      : restFailure(context, "invalid_signing_key", "The signing key is not this server's.");
  };
}

function presentedKey(authorization: string | undefined): string {
  const [, scheme = "", value = ""] = /^(\w+)\s+(.+)$/.exec(authorization ?? "") ?? [];
  if (/^bearer$/i.test(scheme)) return value.trim();
  if (!/^basic$/i.test(scheme)) return "";
  const text = Buffer.from(value, "base64").toString("utf8");
  return text.slice(text.indexOf(":") + 1);
}

/**
 * Refuses changes that another site's page asks a browser for: in dev nobody logs in, and Basic credentials go along
 * by themselves. Programs send none of these headers.
 */
export function refuseOtherSites(): MiddlewareHandler {
  return async (context, next) => {
    const { method } = context.req;
    if (
      method === "GET" ||
      method === "HEAD" ||
      method === "OPTIONS" ||
      !isFromOtherSite(context.req.raw.headers)
    ) {
      return await next();
    }
    const message = "A page of another site asked for this. Only this server's own page and programs may.";
    return failureAt(context, 403, "access_denied", message);
  };
}

function isFromOtherSite(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site !== "same-origin" && site !== "none";
  const origin = headers.get("origin");
  if (origin === null) return false;
  if (!URL.canParse(origin)) return true;
  const host = headers.get("x-forwarded-host") ?? headers.get("host");
  return new URL(origin).host !== host;
}
