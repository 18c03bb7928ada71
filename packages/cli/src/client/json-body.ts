// A request's fields as JSON: what TypeScript calls optional is left out, not null.

import { isJsonObject, type JsonObject, parseJson } from "@stepwell/protocol/rest";

export function asJsonObject(fields: object): JsonObject {
  const value = parseJson(JSON.stringify(fields));
  if (value.kind === "parsed" && isJsonObject(value.value)) return value.value;
  throw new TypeError("A request's body must be an object.");
}
