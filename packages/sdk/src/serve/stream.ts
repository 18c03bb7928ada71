// Streaming: 201 at once, spaces while the work goes on, then the answer in a wrapper (protocol §5.8).

import { type CallAnswer, header } from "@stepwell/protocol";
import { delay } from "../clock.ts";
import { type HttpAnswer, httpAnswer } from "./answer-response.ts";

const keepAliveMs = 3000;

export function streamed(
  answer: () => Promise<CallAnswer>,
  respond: (answer: HttpAnswer) => Response,
): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      let isDone = false;
      const work = answer().then((result) => {
        isDone = true;
        return httpAnswer(result);
      });
      while (!isDone) {
        await Promise.race([work, delay(keepAliveMs)]);
        if (!isDone) controller.enqueue(encoder.encode(" "));
      }
      controller.enqueue(encoder.encode(JSON.stringify(await work)));
      controller.close();
    },
  });
  const outer = respond({ status: 201, headers: {}, body: "" });
  const headers = new Headers(outer.headers);
  headers.delete(header.signature);
  return new Response(body, { status: 201, headers });
}
