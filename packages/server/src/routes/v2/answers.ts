// What every route under /api/v2 does: the envelope, and the directory of functions and apps.

import type { PageInfo } from "@stepwell/protocol/rest";
import type { Context } from "hono";
import type { ServerOptions } from "../../options.ts";
import type { Directory } from "../../views/run-view.ts";

export function nowOf(options: ServerOptions): number {
  return (options.now ?? Date.now)();
}

export function answer(context: Context, options: ServerOptions, data: unknown): Response {
  return context.json({ data, metadata: { fetchedAt: new Date(nowOf(options)).toISOString(), cachedUntil: null } });
}

export function listAnswer(context: Context, options: ServerOptions, data: readonly unknown[], page: PageInfo): Response {
  const metadata = { fetchedAt: new Date(nowOf(options)).toISOString(), cachedUntil: null };
  return context.json({ data, metadata, page });
}

export function pageInfo(next: string | undefined, limit: number): PageInfo {
  return { ...(next === undefined ? {} : { cursor: next }), hasMore: next !== undefined, limit };
}

export async function readDirectory(options: ServerOptions): Promise<Directory> {
  const [functions, apps] = await Promise.all([options.engine.reader.listFunctions(), options.engine.reader.listApps()]);
  return {
    functions: new Map(functions.map((settings) => [settings.id, settings])),
    apps: new Map(apps.map((app) => [app.id, app])),
  };
}
