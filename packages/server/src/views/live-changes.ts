// Changes for a live page, gathered: the newest one of each thing.

import type { Change } from "@stepwell/core";
import type { LiveChange, Timestamp } from "@stepwell/protocol/rest";
import { restStatus } from "./run-view.ts";

/** More than this at once are told as "read everything again": a page cannot show as much anyway. */
const changesMax = 500;

export class LiveChanges {
  readonly #waiting = new Map<string, LiveChange>();
  #isTooMuch = false;

  /** @returns whether anything waits to be told. */
  add(changes: readonly Change[]): boolean {
    for (const change of changes) {
      if (this.#isTooMuch) break;
      const live = liveChange(change);
      if (live === undefined) continue;
      if (this.#waiting.size >= changesMax) this.#isTooMuch = true;
      const key = keyOf(live);
      // In the order of the latest change of each thing.
      this.#waiting.delete(key);
      this.#waiting.set(key, live);
    }
    return this.#waiting.size > 0;
  }

  /** @param serverTime of a greeting, in case there is too much to tell one by one. */
  take(serverTime: Timestamp): readonly LiveChange[] {
    const taken: readonly LiveChange[] = this.#isTooMuch
      ? [{ kind: "hello", serverTime }]
      : [...this.#waiting.values()];
    this.#waiting.clear();
    this.#isTooMuch = false;
    return taken;
  }
}

function keyOf(change: LiveChange): string {
  switch (change.kind) {
    case "hello":
      return "hello";
    case "run":
      return `run/${change.runId}`;
    case "step":
      return `step/${change.runId}/${change.stepId ?? ""}`;
    case "event":
      return `event/${change.eventId}`;
    case "app":
      return `app/${change.appId ?? ""}`;
    case "function":
      return `function/${change.functionId ?? ""}`;
  }
}

function liveChange(change: Change): LiveChange | undefined {
  switch (change.kind) {
    case "run.create":
    case "run.put": {
      const { id: runId, status, functionId } = change.run;
      return { kind: "run", runId, status: restStatus(status), functionId };
    }
    case "step.put":
      return { kind: "step", runId: change.step.runId, stepId: change.step.key };
    case "attempt.put":
      return { kind: "step", runId: change.attempt.runId, stepId: change.attempt.stepId };
    case "event.put":
      return { kind: "event", eventId: change.event.id, name: change.event.name };
    case "app.put":
      return { kind: "app", appId: change.app.id };
    case "function.put":
      return { kind: "function", functionId: change.settings.id };
    case "control.put":
      return { kind: "function", functionId: change.control.functionId };
    default:
      return undefined;
  }
}
