// Who calls: in production only a server with our signing key, or with the fallback (protocol §4.4).

import { canonicalJson, header, parseJson, sign, verifySignature } from "@stepwell/protocol";
import type { Inngest } from "../client.ts";

export type Caller =
  /** Development: nothing is checked, nothing is signed. */
  | { readonly kind: "dev" }
  | { readonly kind: "trusted"; readonly signingKey: string }
  | { readonly kind: "unauthorized" }
  /** Production without a key. */
  | { readonly kind: "missing-key" };

export function identify(client: Inngest, headers: Headers, body: string, nowMs: number): Caller {
  if (client.connection.isDev) return { kind: "dev" };
  const keys = [client.signingKey, client.signingKeyFallback].filter((key) => key !== undefined);
  if (keys.length === 0) return { kind: "missing-key" };
  const parsed = body === "" ? undefined : parseJson(body);
  const canonical = parsed?.kind === "parsed" ? canonicalJson(parsed.value) : body;
  for (const signingKey of keys) {
    const check = verifySignature(headers.get(header.signature), canonical, signingKey, nowMs);
    if (check.kind === "valid") return { kind: "trusted", signingKey };
  }
  return { kind: "unauthorized" };
}

/** The signature of an answer: over its raw text, with the key that the request used. */
export function signed(caller: Caller, body: string, nowMs: number): Record<string, string> {
  return caller.kind === "trusted" ? { [header.signature]: sign(body, caller.signingKey, nowMs) } : {};
}
