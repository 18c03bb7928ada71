// Looking whether an app is somewhere: the way to the machine's ports.

import { Socket } from "node:net";
import { header } from "@stepwell/protocol";
import type { Outbound } from "../outbound/outbound.ts";

export interface Prober {
  /** Whether something listens on a port of this machine. */
  isListening(port: number): Promise<boolean>;
  /** Whether an SDK answers at an address. */
  isApp(url: string): Promise<boolean>;
}

const connectTimeoutMs = 500;
const requestTimeoutMs = 2000;
const answerBytesMax = 1024 * 1024;

export function networkProber(outbound: Outbound): Prober {
  return {
    isListening,
    async isApp(url) {
      const request = {
        method: "GET",
        url,
        headers: {},
        timeoutMs: requestTimeoutMs,
        bytesMax: answerBytesMax,
      } as const;
      const answer = await outbound.request(request);
      return answer.kind === "answered" && answer.headers[header.sdk] !== undefined;
    },
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const end = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.setTimeout(connectTimeoutMs, () => end(false));
    socket.once("error", () => end(false));
    socket.connect(port, "localhost", () => end(true));
  });
}
