// Who may ask: apps and API clients present the signing key, plain or hashed (protocol §0). Without a configured key
// everything passes, which `stepwell start` allows only when asked to.

import { isSigningKeyToken } from "@stepwell/protocol";
import type { MiddlewareHandler } from "hono";
import type { ServerOptions } from "./options.ts";

export function requireSigningKey(options: ServerOptions): MiddlewareHandler {
  return async (context, next) => {
    const { signingKey } = options;
    if (signingKey === undefined || options.mode === "dev") return await next();
    const token = /^Bearer\s+(.+)$/i.exec(context.req.header("authorization") ?? "")?.[1] ?? "";
    if (isSigningKeyToken(token, signingKey)) return await next();
    return context.text("Authentication failed", 401);
  };
}
