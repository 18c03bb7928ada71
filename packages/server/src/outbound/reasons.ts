// Why a request got no answer, in words. The codes are those that the page and the reference know (protocol §3.2).

import { ForbiddenAddressError } from "./forbidden.ts";

export type OutboundCode =
  | "unreachable"
  | "unsupported_protocol"
  | "forbidden_address"
  | "connection_lost"
  | "timeout"
  | "tls"
  | "output_too_large";

export interface OutboundFailure {
  readonly kind: "failed";
  readonly code: OutboundCode;
  /** A clause without a capital and a full stop, such as "its name cannot be resolved". */
  readonly reason: string;
}

/** @param timeoutMs set when it was our own timer that ended the request. */
export function reasonOf(error: unknown, timeoutMs: number | undefined): OutboundFailure {
  if (timeoutMs !== undefined)
    return failed("timeout", `there was no complete answer within ${words(timeoutMs)}`);
  if (error instanceof ForbiddenAddressError) return failed("forbidden_address", error.message);
  const code = codeOf(error);
  const known = knownReason(code);
  if (known !== undefined) return known;
  const message = error instanceof Error ? error.message : String(error);
  return failed("unreachable", message === "" ? code : message);
}

function knownReason(code: string): OutboundFailure | undefined {
  switch (code) {
    case "ECONNREFUSED":
      return failed("unreachable", "nothing listens there (connection refused)");
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return failed("unreachable", "its name cannot be resolved");
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return failed("unreachable", "there is no way to that address");
    case "UND_ERR_CONNECT_TIMEOUT":
    case "ETIMEDOUT":
      return failed("unreachable", "no connection could be opened in time");
    case "UND_ERR_SOCKET":
    case "ECONNRESET":
    case "EPIPE":
      return failed("connection_lost", "the connection was closed before the answer was complete");
    default:
      break;
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO|SSL|TLS|EPROTO/.test(code)) {
    return failed("tls", `its TLS certificate or handshake is not accepted (${code})`);
  }
  if (/^HPE_|^HTTPParserError$/.test(code))
    return failed("connection_lost", `what it answers is no valid HTTP (${code})`);
  return undefined;
}

/** Several addresses tried in vain make one error with many inside. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error.cause === undefined ? error.name : codeOf(error.cause);
}

function failed(code: OutboundCode, reason: string): OutboundFailure {
  return { kind: "failed", code, reason };
}

function words(ms: number): string {
  if (ms >= 3_600_000) return `${Math.round(ms / 360_000) / 10} hours`;
  return ms >= 1000 ? `${Math.round(ms / 100) / 10} seconds` : `${ms} ms`;
}
