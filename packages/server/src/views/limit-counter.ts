// The name under which open calls are counted for a concurrency limit with a key, as lanes tell it.

import type { ConcurrencyLimit } from "@stepwell/core";
import type { FunctionId } from "@stepwell/protocol";

interface KeyedLimit {
  readonly scope: ConcurrencyLimit["scope"];
  readonly expression: string;
  readonly value: string;
}

/** Scopes beyond the function share a counter by value (semantics C7.4). */
export function limitCounter(functionId: FunctionId, { scope, expression, value }: KeyedLimit): string {
  return scope === "fn" ? `fn/${functionId}/${expression}/${value}` : `${scope}/${value}`;
}
