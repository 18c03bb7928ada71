// The values of the flags about OpenTelemetry, in the forms that its own environment variables have.

import type { OtlpProtocol } from "@stepwell/server";

/** The signal's own path, below the address of a collector. */
const tracesPath = "/v1/traces";

export function httpUrl(value: string): string {
  if (/^https?:\/\//i.test(value) && URL.canParse(value)) return new URL(value).href;
  throw new RangeError("must be an http or https address, such as http://localhost:4318.");
}

/** The address of a collector, or of its traces already. */
export function tracesUrl(value: string): string {
  const url = new URL(httpUrl(value));
  if (!url.pathname.endsWith(tracesPath)) url.pathname = `${url.pathname.replace(/\/$/, "")}${tracesPath}`;
  return url.href;
}

/** `name=value` pairs behind commas; values are URL-encoded. */
export function headerPairs(value: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const pair of value.split(",").filter((part) => part.trim() !== "")) {
    const [, name, text] = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    const decoded = text === undefined ? undefined : headerValue(text);
    if (name === undefined || decoded === undefined)
      throw new RangeError("must be name=value pairs behind commas, values URL-encoded: a=b,c=d%20e.");
    headers[name.toLowerCase()] = decoded;
  }
  return headers;
}

/** Undefined for what is no header's value. */
function headerValue(text: string): string | undefined {
  try {
    const value = decodeURIComponent(text);
    return /^[\t\x20-\x7e\x80-\xff]*$/.test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function otlpProtocol(value: string): OtlpProtocol {
  if (value === "http/protobuf" || value === "http/json") return value;
  throw new RangeError("must be http/protobuf or http/json; traces are not sent over gRPC.");
}
