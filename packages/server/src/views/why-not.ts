// Why a filter did not match an event: its parts, each with its truth, and the near miss (decisions row 6). Evaluated
// when somebody asks; `now()` in a filter is read as of the event's receipt.

import { compile, nearMiss, payloadOf, type StoredEvent, truthOf } from "@stepwell/core";
import type { Json } from "@stepwell/protocol";
import type { NearMiss, Truth } from "@stepwell/protocol/rest";

export interface WhyNot {
  readonly truth?: Truth;
  readonly nearMiss?: NearMiss;
}

/** Empty for an expression that does not compile: it is in no parts. */
export function whyNot(source: string, event: StoredEvent): WhyNot {
  const compiled = compile(source, "trigger");
  if (compiled.kind === "invalid") return {};
  const scope = { event: payloadOf(event) as unknown as Json, now: event.receivedAt };
  const miss = nearMiss(compiled.expression, scope);
  return { truth: truthOf(compiled.expression, scope), ...(miss === undefined ? {} : { nearMiss: miss }) };
}
