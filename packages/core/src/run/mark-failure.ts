// Closing and muting a group of failures: a mark that the page reads; no rule of runs depends on it.

import { type Decision, replied } from "../decision.ts";
import type { Input } from "../input.ts";
import { failureMarkKey } from "../model/failure-group.ts";

export function markFailure(input: Extract<Input, { kind: "mark-failure" }>, now: number): Decision {
  const { group, mark: kind, isOn, by } = input;
  const key = failureMarkKey(group, kind);
  const mark = { key, group, kind, at: now, ...(by === undefined ? {} : { by }) };
  return replied({ kind: "done", found: true }, [
    isOn ? { kind: "failure-mark.put", mark } : { kind: "failure-mark.remove", key },
  ]);
}
