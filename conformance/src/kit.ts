// The SDKs under test behind one small face, so that a scenario is written once. Only what differs between them is
// here: how a function is created, and how an app is served.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as v4 from "inngest";
import { serve as serveV4 } from "inngest/node";
import * as v3 from "inngest-v3";
import { serve as serveV3 } from "inngest-v3/node";
import * as own from "stepwell";
import { serve as serveOwn } from "stepwell/node";

/** What `JSON.parse` gives: scenarios read payloads without declaring their shapes. */
export type Loose = ReturnType<typeof JSON.parse>;

export interface Client {
  send(events: Loose): Promise<{ ids: string[] }>;
}

export type Handler = (context: Loose) => unknown;

/** Options of createFunction as v4 and our SDK take them. */
export interface FunctionOptions {
  readonly id: string;
  readonly triggers?: Loose;
  readonly [option: string]: unknown;
}

export type KitName = "stepwell" | "stepwell embedded" | "inngest v4" | "inngest v3";

export interface Kit {
  readonly name: KitName;
  readonly isEmbedded: boolean;
  newClient(options: { readonly id: string; readonly [option: string]: unknown }): Loose;
  createFunction(client: Loose, options: FunctionOptions, handler: Handler): Loose;
  /** Serves functions on a free port; returns the address of the endpoint and how to stop. */
  serve(client: Loose, functions: readonly Loose[]): Promise<{ url: string; close(): Promise<void> }>;
  readonly NonRetriableError: new (message: string) => Error;
  readonly RetryAfterError: new (message: string, after: number | string | Date) => Error;
}

type NodeHandler = (request: Loose, response: Loose) => unknown;

async function listen(handler: NodeHandler): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/inngest`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const stepwellKit = (name: KitName, isEmbedded: boolean): Kit => ({
  name,
  isEmbedded,
  newClient: (options) => new own.Inngest({ isDev: true, ...options }),
  createFunction: (client, options, handler) => client.createFunction(options, handler),
  serve: (client, functions) => listen((serveOwn as Loose)({ client, functions })),
  NonRetriableError: own.NonRetriableError as Kit["NonRetriableError"],
  RetryAfterError: own.RetryAfterError as Kit["RetryAfterError"],
});

export const kits: readonly Kit[] = [
  stepwellKit("stepwell", false),
  stepwellKit("stepwell embedded", true),
  {
    name: "inngest v4",
    isEmbedded: false,
    newClient: (options) => new v4.Inngest({ isDev: true, logger: quiet, ...options } as Loose),
    createFunction: (client, options, handler) => client.createFunction(options, handler),
    serve: (client, functions) => listen(serveV4({ client, functions: [...functions] })),
    NonRetriableError: v4.NonRetriableError as Kit["NonRetriableError"],
    RetryAfterError: v4.RetryAfterError as Kit["RetryAfterError"],
  },
  {
    name: "inngest v3",
    isEmbedded: false,
    newClient: (options) => new v3.Inngest({ isDev: true, logger: quiet, ...options } as Loose),
    createFunction(client, { triggers, ...options }, handler) {
      return client.createFunction(options, triggers ?? [], handler);
    },
    serve: (client, functions) => listen(serveV3({ client, functions: [...functions] })),
    NonRetriableError: v3.NonRetriableError as Kit["NonRetriableError"],
    RetryAfterError: v3.RetryAfterError as Kit["RetryAfterError"],
  },
];

const quiet = { info() {}, warn() {}, error() {}, debug() {} };
