// GET /api/v2/live: changes as they become durable, as Server-Sent Events. A burst is sent as one change per run, at
// most every 100 ms: readers read again what they show, so what was left out is not lost.

import type { Change } from "@stepwell/core";
import type { LiveChange } from "@stepwell/protocol/rest";
import type { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { ServerOptions } from "../../options.ts";
import { restStatus } from "../../views/run-view.ts";
import { nowOf } from "./answers.ts";

const coalesceMs = 100;
const keepAliveMs = 15_000;

export function liveRoutes(app: Hono, options: ServerOptions): void {
  app.get("/live", (context) =>
    streamSSE(context, async (stream) => {
      let id = 0;
      const waiting = new Map<string, LiveChange>();
      const stop = options.engine.onCommitted((changes) => {
        for (const change of changes) collect(waiting, change);
      });
      stream.onAbort(() => stop());
      const send = async (change: LiveChange): Promise<void> => {
        id += 1;
        await stream.writeSSE({ id: String(id), data: JSON.stringify(change) });
      };
      try {
        await send({ kind: "hello", serverTime: new Date(nowOf(options)).toISOString() });
        for (let idleMs = 0; !stream.aborted; idleMs += coalesceMs) {
          const batch = [...waiting.values()];
          waiting.clear();
          for (const change of batch) await send(change);
          if (batch.length > 0) idleMs = 0;
          if (idleMs >= keepAliveMs) {
            await stream.write(":\n\n");
            idleMs = 0;
          }
          await stream.sleep(coalesceMs);
        }
      } finally {
        stop();
      }
    }),
  );
}

function collect(waiting: Map<string, LiveChange>, change: Change): void {
  switch (change.kind) {
    case "run.create":
    case "run.put": {
      const { id: runId, status, functionId } = change.run;
      waiting.set(`run/${runId}`, { kind: "run", runId, status: restStatus[status], functionId });
      return;
    }
    case "step.put":
      waiting.set(`step/${change.step.runId}`, { kind: "step", runId: change.step.runId, stepId: change.step.key });
      return;
    case "attempt.put":
      waiting.set(`step/${change.attempt.runId}`, { kind: "step", runId: change.attempt.runId });
      return;
    case "event.put":
      waiting.set(`event/${change.event.id}`, { kind: "event", eventId: change.event.id, name: change.event.name });
      return;
    case "app.put":
      waiting.set(`app/${change.app.id}`, { kind: "app", appId: change.app.id });
      return;
    case "function.put":
      waiting.set(`function/${change.settings.id}`, { kind: "function", functionId: change.settings.id });
      return;
    default:
      return;
  }
}
