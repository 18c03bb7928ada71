// Sending a signal: delivered at most once, to the one run that waits for its name; never stored (semantics D6.4).

import { asJobId } from "@stepwell/protocol";
import { type Decision, missing, replied } from "../decision.ts";
import type { Input } from "../input.ts";
import type { ShardState } from "../state.ts";

export function sendSignal(
  state: ShardState,
  input: Extract<Input, { kind: "signal" }>,
  now: number,
): Decision {
  if (input.name === "")
    return replied({ kind: "refused", reasons: ["The signal has no name. Give it one."] });
  const claim = state.signal(input.name);
  if (claim === undefined) return missing({ kind: "signal", name: input.name });
  if (claim === null) return replied({ kind: "delivered", runId: null });
  const { runId, stepKey } = claim;
  const id = asJobId(`${runId}:signal:${stepKey}`);
  return replied({ kind: "delivered", runId }, [
    { kind: "signal.remove", name: input.name },
    { kind: "job.put", job: { kind: "signal", id, runId, stepKey, dueAt: now, data: input.data } },
  ]);
}
