// The SDKs under test behind one small face, so that a scenario is written once. Only what differs between them is
// here: how a function is created, and how an app is served. Each is loaded by itself, because two versions of one
// SDK in a process share global state.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What `JSON.parse` gives: scenarios read payloads without declaring their shapes. */
export type Loose = ReturnType<typeof JSON.parse>;

export type Handler = (context: Loose) => unknown;

/** Options of createFunction as v4 and our SDK take them. */
export interface FunctionOptions {
  readonly id: string;
  readonly triggers?: Loose;
  readonly [option: string]: unknown;
}

export const kitNames = ["stepwell", "stepwell embedded", "inngest v4", "inngest v3"] as const;
export type KitName = (typeof kitNames)[number];

export interface Kit {
  readonly name: KitName;
  readonly isEmbedded: boolean;
  newClient(options: { readonly id: string; readonly [option: string]: unknown }): Loose;
  createFunction(client: Loose, options: FunctionOptions, handler: Handler): Loose;
  /** Serves functions on a free port; returns the address of the endpoint and how to stop. */
  serve(client: Loose, functions: readonly Loose[]): Promise<{ url: string; close(): Promise<void> }>;
  referenceFunction(reference: { readonly functionId: string; readonly appId?: string }): Loose;
  readonly NonRetriableError: new (message: string) => Error;
  readonly RetryAfterError: new (message: string, after: number | string | Date) => Error;
}

const quiet = { info() {}, warn() {}, error() {}, debug() {} };

export async function loadKit(name: KitName): Promise<Kit> {
  switch (name) {
    case "stepwell":
    case "stepwell embedded":
      return kitOf(
        name,
        await import("stepwell"),
        await import("stepwell/node"),
        (client, options, handler) => client.createFunction(options, handler),
      );
    case "inngest v4":
      return kitOf(name, await import("inngest"), await import("inngest/node"), (client, options, handler) =>
        client.createFunction(options, handler),
      );
    case "inngest v3":
      return kitOf(
        name,
        await import("inngest-v3"),
        await import("inngest-v3/node"),
        (client, { triggers, ...options }, handler) =>
          client.createFunction(options, triggers ?? [], handler),
      );
  }
}

function kitOf(name: KitName, sdk: Loose, node: Loose, createFunction: Kit["createFunction"]): Kit {
  return {
    name,
    isEmbedded: name === "stepwell embedded",
    newClient: (options) => new sdk.Inngest({ isDev: true, logger: quiet, ...options }),
    createFunction,
    serve: (client, functions) => listen(node.serve({ client, functions: [...functions] })),
    referenceFunction: (reference) => sdk.referenceFunction(reference),
    NonRetriableError: sdk.NonRetriableError,
    RetryAfterError: sdk.RetryAfterError,
  };
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
