// Starting one function by hand: the answer tells its run, or why flow control started none (semantics G4).

import type { Change, FunctionSettings, Outcome } from "@stepwell/core";
import type { RunId } from "@stepwell/protocol";
import type { InvokeAnswer, InvokeRequest } from "@stepwell/protocol/rest";
import { Refusal } from "../../http/refusal.ts";
import type { ServerContext } from "../../server-context.ts";
import { timestamp } from "../../views/time.ts";
import { parseInvocation } from "../invoke.ts";

/** How long an answer waits for the run to appear, in ms. */
const runAwaitedMs = 1000;

/** @throws Refusal */
export async function invoke(
  server: ServerContext,
  settings: FunctionSettings,
  request: InvokeRequest,
): Promise<InvokeAnswer> {
  const { idempotencyKey, ...body } = request;
  const payload = parseInvocation(body);
  if (payload.kind === "invalid") throw new Refusal("validation_error", payload.reason);
  const admissions = new Admissions(server);
  try {
    const outcome = await server.engine.invoke(settings.slug, {
      ...payload.value,
      ...(idempotencyKey === undefined ? {} : { id: idempotencyKey }),
    });
    if (outcome.kind === "unknown-function") throw new Refusal("not_found", outcome.reason);
    const { eventId } = outcome;
    const admission = await admissions.of(eventId, runAwaitedMs);
    if (admission.reason !== undefined) assertWillRun(admission.reason, settings);
    return {
      eventId,
      ...(admission.runId === undefined ? {} : { runId: admission.runId }),
      queuedAt: timestamp(server.clock.now()),
    };
  } finally {
    admissions.stop();
  }
}

/** @throws Refusal for a reason after which no run comes. */
function assertWillRun(reason: Outcome["reason"], { slug }: FunctionSettings): void {
  switch (reason.kind) {
    case "deduplicated": {
      const what = reason.runId === undefined ? `event ${reason.byEventId}` : `run ${reason.runId}`;
      throw new Refusal("idempotency_conflict", `The key was used before, by ${what} of ${slug}.`);
    }
    case "rate-limited": {
      const free = timestamp(reason.freeAt);
      throw new Refusal(
        "rate_limited",
        `Function ${slug} may start ${reason.limit} times in ${reason.periodMs} ms. It may start again at ${free}.`,
      );
    }
    case "singleton-skipped":
      throw new Refusal(
        "function_skipped",
        `Function ${slug} is a singleton, and run ${reason.byRunId} goes on.`,
      );
    case "paused":
      throw new Refusal("function_skipped", `Function ${slug} is paused. Resume it first.`);
    case "draining":
      throw new Refusal("function_skipped", `Function ${slug} is draining and starts nothing new.`);
    default:
      return;
  }
}

interface Admission {
  readonly runId?: RunId;
  readonly reason?: Outcome["reason"];
}

/** Watches what becomes of events, from before they are sent. */
class Admissions {
  readonly stop: () => void;
  readonly #known = new Map<string, Admission>();
  readonly #waiting = new Map<string, (admission: Admission) => void>();

  constructor(server: ServerContext) {
    this.stop = server.engine.onCommitted((changes) => {
      this.#read(changes);
    });
  }

  /** What became of an event, or nothing after `withinMs`. */
  async of(eventId: string, withinMs: number): Promise<Admission> {
    const known = this.#known.get(eventId);
    if (known !== undefined) return known;
    return await new Promise((resolve) => {
      const timeout = setTimeout(() => resolve({}), withinMs);
      this.#waiting.set(eventId, (admission) => {
        clearTimeout(timeout);
        resolve(admission);
      });
    });
  }

  /** A run that was skipped is created as well: its reason, in the same commit, says so. */
  #read(changes: readonly Change[]): void {
    const fresh = new Map<string, Admission>();
    for (const change of changes) {
      if (change.kind === "run.create") {
        for (const id of change.run.eventIds) fresh.set(id, { ...fresh.get(id), runId: change.run.id });
      } else if (change.kind === "outcome.put") {
        const { eventId, reason } = change.outcome;
        fresh.set(eventId, { ...fresh.get(eventId), reason });
      }
    }
    for (const [eventId, admission] of fresh) {
      this.#known.set(eventId, admission);
      this.#waiting.get(eventId)?.(admission);
    }
  }
}
