// GET /api/v2/live: changes as they become durable, as Server-Sent Events. A burst is sent as one change per thing, at
// most every 100 ms: readers read again what they show, so what was left out is not lost.

import type { Route } from "../../http/route.ts";
import { liveChange } from "../../schemas/live.ts";
import type { ServerContext } from "../../server-context.ts";

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

/** Texts that a reader may have unread before it misses some. */
const unreadMax = 16;

/** Ends when the reader goes or the server closes. */
function liveStream(server: ServerContext): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let end = (): void => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const write = (text: string): boolean => {
          if ((controller.desiredSize ?? 0) <= 0) return false;
          controller.enqueue(encoder.encode(text));
          return true;
        };
        const leave = server.live.join({ write });
        // A comment of the protocol, which readers pass over.
        const keepAlive = setInterval(() => write(":\n\n"), keepAliveMs);
        const close = (): void => {
          end();
          controller.close();
        };
        end = () => {
          leave();
          clearInterval(keepAlive);
          server.closing.removeEventListener("abort", close);
        };
        server.closing.addEventListener("abort", close);
        if (server.closing.aborted) close();
      },
      cancel: () => end(),
    },
    { highWaterMark: unreadMax },
  );
}
