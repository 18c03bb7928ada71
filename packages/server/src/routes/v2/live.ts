// GET /api/v2/live: changes as they become durable, as Server-Sent Events. A burst is sent as one change per thing, at
// most every 100 ms: readers read again what they show, so what was left out is not lost.

import type { LiveChange } from "@stepwell/protocol/rest";
import type { Route } from "../../http/route.ts";
import { liveChange } from "../../schemas/live.ts";
import type { ServerContext } from "../../server-context.ts";
import { LiveChanges } from "../../views/live-changes.ts";
import { timestamp } from "../../views/time.ts";

const coalesceMs = 100;
/** Proxies cut connections on which nothing is said. */
const keepAliveMs = 15_000;

export const liveRoute: Route = {
  method: "get",
  path: "/api/v2/live",
  id: "watchLive",
  tag: "Server",
  summary: "Changes as they become durable, as Server-Sent Events",
  description:
    "Each message has a rising id and one change as JSON. Changes are hints: whoever missed some reads again what it shows. A burst is gathered to the newest change of each thing.",
  answers: {
    200: { description: "A stream that does not end.", schema: liveChange, contentType: "text/event-stream" },
  },
  refusals: [],
  errors: "v2",
  serve: (context, server) =>
    context.body(liveStream(server), 200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    }),
};

/** Ends when the reader goes or the server closes. */
function liveStream(server: ServerContext): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let end = (): void => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let id = 0;
        const waiting = new LiveChanges();
        let flushing: ReturnType<typeof setTimeout> | undefined;
        const write = (text: string): void => controller.enqueue(encoder.encode(text));
        const send = (change: LiveChange): void => {
          id += 1;
          write(`id: ${id}\ndata: ${JSON.stringify(change)}\n\n`);
        };
        const flush = (): void => {
          flushing = undefined;
          // A reader that does not keep up gets what is new in one go later.
          if ((controller.desiredSize ?? 0) < 0) flushing = setTimeout(flush, coalesceMs);
          else for (const change of waiting.take(timestamp(server.clock.now()))) send(change);
        };
        const stopListening = server.engine.onCommitted((changes) => {
          if (waiting.add(changes)) flushing ??= setTimeout(flush, coalesceMs);
        });
        const keepAlive = setInterval(() => write(":\n\n"), keepAliveMs);
        const close = (): void => {
          end();
          controller.close();
        };
        end = () => {
          stopListening();
          clearInterval(keepAlive);
          clearTimeout(flushing);
          server.closing.removeEventListener("abort", close);
        };
        server.closing.addEventListener("abort", close);
        send({ kind: "hello", serverTime: timestamp(server.clock.now()) });
        if (server.closing.aborted) close();
      },
      cancel: () => end(),
    },
    { highWaterMark: 64 },
  );
}
