// Finding apps on this machine and keeping them synced: what `stepwell dev` does by itself (protocol §3.2).

import { Socket } from "node:net";
import type { Engine } from "@stepwell/engine";
import { header } from "@stepwell/protocol";
import type { AppSync } from "./app-sync.ts";
import { normalUrl } from "./app-url.ts";

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Ports on which apps usually listen. */
export const discoveryPorts: readonly number[] = [
  80, 443, ...range(3000, 3010), 4321, 5000, 5173, 8000, 8080, 8081, 8888, ...range(8910, 8915), 8787,
];
const paths = ["/api/inngest", "/x/inngest", "/.netlify/functions/inngest", "/.redwood/functions/inngest"];
const connectTimeoutMs = 500;
const requestTimeoutMs = 2000;

export interface DiscoveryOptions {
  readonly engine: Engine;
  readonly appSync: AppSync;
  /** Addresses given by the user; always polled. */
  readonly urls: readonly string[];
  readonly isDiscovering: boolean;
  readonly isPolling: boolean;
  readonly pollIntervalMs: number;
  /** Our own port, which is no app. */
  readonly ownPort: number;
  /** A further port to look at, such as `$PORT`. */
  readonly extraPort?: number;
  readonly onSynced?: (url: string, modified: boolean) => void;
  readonly onFailed?: (url: string, reason: string) => void;
}

export interface Discovery {
  stop(): void;
}

/** Looks for apps until the first one exists, and asks known ones again and again whether their functions changed. */
export function startDiscovery(options: DiscoveryOptions): Discovery {
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const told = new Map<string, string>();

  const syncOne = async (url: string): Promise<void> => {
    const outcome = await options.appSync.sync(url);
    const news = outcome.kind === "failed" ? outcome.reason : "";
    const isNews = told.get(url) !== news;
    told.set(url, news);
    if (outcome.kind === "failed") {
      if (isNews) options.onFailed?.(url, outcome.reason);
    } else if (isNews || outcome.modified === true) options.onSynced?.(url, outcome.modified === true);
  };

  const round = async (): Promise<void> => {
    const apps = (await options.engine.reader.listApps()).filter((app) => app.archivedAt === undefined);
    const known = apps.filter((app) => /^https?:/.test(app.url) && (options.isPolling || app.error !== undefined));
    const wanted = new Set([...options.urls.map(normalUrl).filter((url) => options.isPolling || !told.has(url) || told.get(url) !== ""), ...known.map((app) => app.url)]);
    for (const url of wanted) if (!isStopped) await syncOne(url);
    if (options.isDiscovering && apps.length === 0) {
      for (const url of await findApps(options)) if (!isStopped) await syncOne(url);
    }
  };

  const loop = (): void => {
    round()
      .catch((error: unknown) => options.onFailed?.("", error instanceof Error ? error.message : String(error)))
      .finally(() => {
        if (!isStopped) timer = setTimeout(loop, options.pollIntervalMs);
      });
  };
  loop();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

async function findApps(options: DiscoveryOptions): Promise<readonly string[]> {
  const ports = new Set([...discoveryPorts, ...(options.extraPort === undefined ? [] : [options.extraPort])]);
  ports.delete(options.ownPort);
  const open = await Promise.all([...ports].map(async (port) => ((await isListening(port)) ? port : undefined)));
  const found: string[] = [];
  for (const port of open) {
    if (port === undefined) continue;
    for (const path of paths) {
      const url = `http://localhost:${port}${path}`;
      if (await speaksProtocol(url)) found.push(url);
    }
  }
  return found;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.setTimeout(connectTimeoutMs, () => end(false));
    socket.once("error", () => end(false));
    socket.connect(port, "localhost", () => end(true));
  });
}

async function speaksProtocol(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(requestTimeoutMs) });
    await response.body?.cancel();
    return response.headers.get(header.sdk) !== null;
  } catch {
    // Whatever listens there speaks no HTTP, or too slowly: it is no app.
    return false;
  }
}
