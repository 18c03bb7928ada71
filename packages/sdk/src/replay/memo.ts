// Memoised results as a call brings them, read by the rules of protocol §4.3.

import { isJsonObject, type Json, parseError, type SerializedError } from "@stepwell/protocol";

export type Memo =
  | { readonly kind: "data"; readonly data: Json }
  | { readonly kind: "error"; readonly error: SerializedError }
  | { readonly kind: "input"; readonly input: readonly Json[] };

/** `{data}`, `{error}` and `{input}` alone are wrappers; anything else is the data itself, such as a raw event. */
export function readMemo(value: Json): Memo {
  if (!isJsonObject(value)) return { kind: "data", data: value };
  const keys = Object.keys(value).filter((key) => key !== "type");
  if (keys.length === 1 && "data" in value) return { kind: "data", data: value.data ?? null };
  if (keys.length === 1 && "error" in value) return { kind: "error", error: parseError(value.error) };
  if (keys.length === 1 && Array.isArray(value.input))
    return { kind: "input", input: value.input as readonly Json[] };
  return { kind: "data", data: value };
}
