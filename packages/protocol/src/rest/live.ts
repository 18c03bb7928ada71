// Live changes: `GET /live` is a stream of Server-Sent Events. Each message has a rising `id:` and one change as JSON
// in `data:`. Changes are hints: a reader that missed some (a gap, a reconnect) reads again what it shows.

import { isJsonObject, parseJson, stringAt } from "../json.ts";
import type { Timestamp } from "./envelope.ts";
import { restPath } from "./query.ts";
import { type RestRunStatus, type RunView, runStatuses } from "./run.ts";

export type LiveChange =
  /** First message of each connection; readers fetch again what they show. */
  | { readonly kind: "hello"; readonly serverTime: Timestamp }
  /** A run was created or changed its status or activity. `run` is the new row, where the server has it at hand. */
  | {
      readonly kind: "run";
      readonly runId: string;
      readonly status?: RestRunStatus;
      readonly functionId?: string;
      readonly run?: RunView;
    }
  /** A step of a run began, changed or ended. */
  | { readonly kind: "step"; readonly runId: string; readonly stepId?: string }
  | { readonly kind: "event"; readonly eventId: string; readonly name?: string }
  | { readonly kind: "app"; readonly appId?: string }
  | { readonly kind: "function"; readonly functionId?: string };

export function livePath(): string {
  return restPath("/live");
}

/** Parses one message; undefined for what this reader does not know, so that newer servers may say more. */
export function parseLiveChange(text: string): LiveChange | undefined {
  const json = parseJson(text);
  if (json.kind === "invalid" || !isJsonObject(json.value)) return undefined;
  const value = json.value;
  const kind = stringAt(value, "kind");
  const runId = stringAt(value, "runId");
  const functionId = stringAt(value, "functionId");
  switch (kind) {
    case "hello":
      return { kind, serverTime: stringAt(value, "serverTime") ?? "" };
    case "run": {
      if (runId === undefined) return undefined;
      const status = runStatuses.find((item) => item === value.status);
      const run = value.run;
      return {
        kind,
        runId,
        ...(status === undefined ? {} : { status }),
        ...(functionId === undefined ? {} : { functionId }),
        ...(isJsonObject(run) ? { run: run as unknown as RunView } : {}),
      };
    }
    case "step": {
      const stepId = stringAt(value, "stepId");
      return runId === undefined ? undefined : { kind, runId, ...(stepId === undefined ? {} : { stepId }) };
    }
    case "event": {
      const eventId = stringAt(value, "eventId");
      const name = stringAt(value, "name");
      return eventId === undefined ? undefined : { kind, eventId, ...(name === undefined ? {} : { name }) };
    }
    case "app": {
      const appId = stringAt(value, "appId");
      return { kind, ...(appId === undefined ? {} : { appId }) };
    }
    case "function":
      return { kind, ...(functionId === undefined ? {} : { functionId }) };
    default:
      return undefined;
  }
}
