// Errors as they travel: serialised by the SDK, kept by the engine, revived in handlers (protocol §5.2).

import { isJsonObject, type Json, type JsonObject, parseJson, stringAt } from "./json.ts";

/** A serialised error. `code` is kept, so that failure handlers can read it (semantics B2.3). */
export interface SerializedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: Json;
  readonly data?: Json;
  readonly cause?: Json;
}

/** Reads whatever an SDK sent as an error; never fails, because an unreadable error is still an error. */
export function parseError(value: Json | undefined): SerializedError {
  const object = innermost(value);
  if (object === undefined) {
    return { name: "Error", message: typeof value === "string" ? value : JSON.stringify(value ?? null) };
  }
  const error = stringAt(object, "error");
  const message = stringAt(object, "message") ?? error ?? "";
  const { stack, code, data, cause } = object;
  return {
    name: stringAt(object, "name") ?? "Error",
    message,
    ...(typeof stack === "string" ? { stack } : {}),
    ...(code !== undefined && code !== null ? { code } : {}),
    ...(data !== undefined && data !== null ? { data } : {}),
    ...(cause !== undefined && cause !== null ? { cause } : {}),
  };
}

/** An error body may wrap the real one in `error` or `body`, as an object or as JSON text. */
function innermost(value: Json | undefined): JsonObject | undefined {
  const object = asObject(value);
  if (object === undefined) return undefined;
  if (typeof object["message"] === "string" && typeof object["name"] === "string") return object;
  return asObject(object["error"]) ?? asObject(object["body"]) ?? object;
}

function asObject(value: Json | undefined): JsonObject | undefined {
  if (isJsonObject(value)) return value;
  if (typeof value !== "string" || !value.startsWith("{")) return undefined;
  const inner = parseJson(value);
  return inner.kind === "parsed" && isJsonObject(inner.value) ? inner.value : undefined;
}
