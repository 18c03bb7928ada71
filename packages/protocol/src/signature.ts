// Signatures of requests and answers, and the bearer form of a signing key (protocol §4.4).

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** How far a signature's time may lie from ours, in either direction. */
export const signatureSkewMs = 5 * 60_000;

const prefix = /^signkey-\w+-/;

/**
 * The value of `x-inngest-signature`.
 *
 * @param body the exact text that is signed; a request's is canonical JSON, an answer's the raw body.
 * @param nowMs unix milliseconds; the signature carries whole seconds.
 */
export function sign(body: string, signingKey: string, nowMs: number): string {
  const seconds = String(Math.floor(nowMs / 1000));
  return `t=${seconds}&s=${signatureHex(body, signingKey, seconds)}`;
}

export type SignatureCheck =
  | { readonly kind: "valid" }
  | { readonly kind: "invalid"; readonly reason: string };

/** Checks a signature in constant time and refuses one outside the replay window. */
export function verifySignature(
  header: string | null | undefined,
  body: string,
  signingKey: string,
  nowMs: number,
): SignatureCheck {
  const match = /^t=(\d{1,12})&s=([0-9a-f]{64})$/.exec(header ?? "");
  const seconds = match?.[1];
  const given = match?.[2];
  if (seconds === undefined || given === undefined) {
    return {
      kind: "invalid",
      reason: "The signature header is missing or not of the form t=<seconds>&s=<hex>.",
    };
  }
  if (Math.abs(nowMs - Number(seconds) * 1000) > signatureSkewMs) {
    return {
      kind: "invalid",
      reason: "The signature is older or newer than five minutes; check both clocks.",
    };
  }
  return equalInConstantTime(given, signatureHex(body, signingKey, seconds))
    ? { kind: "valid" }
    : {
        kind: "invalid",
        reason: "The signature does not match the body; check that both sides use the same signing key.",
      };
}

/**
 * The bearer token an SDK presents: the prefix and the SHA-256 of the hex-decoded rest. A key whose rest is not hex
 * is hashed as text.
 */
export function hashSigningKey(signingKey: string): string {
  const [head] = prefix.exec(signingKey) ?? [""];
  const rest = signingKey.slice(head.length);
  const isHex = rest.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(rest);
  return head + bytesToHex(sha256(isHex ? hexToBytes(rest) : utf8ToBytes(rest)));
}

/** Whether `token` is the signing key itself or its hashed form; compared in constant time. */
export function isSigningKeyToken(token: string, signingKey: string): boolean {
  const bare = (text: string) => text.replace(prefix, "");
  const plain = equalInConstantTime(bare(token), bare(signingKey));
  const hashed = equalInConstantTime(bare(token), bare(hashSigningKey(signingKey)));
  return plain || hashed;
}

/** Lower-case hex SHA-256 of text. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** Compares without telling by its duration where two texts differ. */
export function equalInConstantTime(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let position = 0; position < left.length; position += 1) {
    difference |= left.charCodeAt(position) ^ right.charCodeAt(position % Math.max(1, right.length));
  }
  return difference === 0;
}

function signatureHex(body: string, signingKey: string, seconds: string): string {
  const key = utf8ToBytes(signingKey.replace(prefix, ""));
  return bytesToHex(hmac(sha256, key, utf8ToBytes(body + seconds)));
}
