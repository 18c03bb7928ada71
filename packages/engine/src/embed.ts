// embed(): the engine inside the user's own process. Sends and steps go through a link instead of HTTP.

import {
  type CallAnswer,
  type EmbeddableClient,
  type EmbeddedApp,
  type EngineLink,
  type EventInput,
  embeddedAppKey,
  parseEventInput,
} from "@stepwell/protocol";
import { systemClock, systemRandom } from "./adapters/system.ts";
import { createEngine } from "./create-engine.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import type { Clock, Random } from "./ports/clock.ts";
import type { Observer } from "./ports/observer.ts";
import type { Store } from "./ports/store.ts";

export interface EmbedOptions<F> extends EngineOptions {
  /** A `stepwell` client; from now on its sends go to the embedded engine. */
  readonly client: EmbeddableClient<F>;
  readonly functions: readonly F[];
  /** For example `sqlite("app.db")`. It is closed by `stop`. */
  readonly store: Store;
  readonly observer?: Observer;
  /** For tests. */
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface Embedded {
  readonly engine: Engine;
  /** Ends the work; open calls get `graceMs` (default 5,000) to answer. */
  stop(graceMs?: number): Promise<void>;
}

const stopGraceMs = 5000;

/**
 * Starts the engine with the client's functions; resolves when it works.
 *
 * @throws Error with one sentence per reason when a function's configuration is refused.
 */
export async function embed<F>(options: EmbedOptions<F>): Promise<Embedded> {
  const app = options.client[embeddedAppKey](options.functions);
  const { store, observer } = options;
  const engine = createEngine({
    store,
    transport: { call: (request): Promise<CallAnswer> => app.call(request) },
    clock: options.clock ?? systemClock(),
    random: options.random ?? systemRandom(),
    options,
    ...(observer === undefined ? {} : { observer }),
  });
  const detach = app.attach(linkTo(engine));
  const stop = async (graceMs = stopGraceMs): Promise<void> => {
    await engine.stop(graceMs);
    detach();
    await store.close();
  };
  try {
    await engine.start();
    await syncEmbedded(engine, app);
  } catch (error) {
    await stop(0);
    throw error;
  }
  return { engine, stop };
}

async function syncEmbedded(engine: Engine, app: EmbeddedApp): Promise<void> {
  const { appName, sdk, functions } = app;
  const outcome = await engine.sync({ appName, sdk, functions, url: `embedded:${appName}` });
  if (outcome.kind === "refused") throw new Error(outcome.reasons.join("\n"));
}

/** @throws Error for what the event API would refuse, such as a reserved name. */
function checked(event: EventInput): EventInput {
  const result = parseEventInput(event);
  if (result.kind === "invalid") throw new Error(result.reason);
  return result.value;
}

function linkTo(engine: Engine): EngineLink {
  return {
    async ingest(events, trace) {
      const outcome = await engine.ingest(events.map(checked), undefined, trace);
      if (outcome.kind === "unavailable") throw new Error(outcome.reason);
      return { ids: outcome.ids };
    },
    async checkpoint(queueItemId, ops) {
      const outcome = await engine.checkpoint({ queueItemId, ops });
      if (outcome.kind === "refused") throw new Error(outcome.reason);
      return outcome.kind;
    },
    signal: (name, data) => engine.signal(name, data),
  };
}
