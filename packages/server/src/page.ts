// The dashboard: built files, served as they are. Its own addresses all lead to the one page.

import { readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import type { Context, Hono } from "hono";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".json": "application/json",
  ".map": "application/json",
};

/** Addresses that belong to the API: what is not there is an error, never the page. */
const apiPaths = /^\/(api|v0|v1|v2|e|fn|invoke|dev|health|mcp|metrics)(\/|$)/;

/** @param directory the folder with index.html. */
export function pageRoutes(app: Hono, directory: string): void {
  app.get("*", async (context, next) => {
    const { path } = context.req;
    if (apiPaths.test(path)) return await next();
    const file = await readWithin(directory, path);
    if (file !== undefined) return file;
    // A missing script or picture must not be answered with the page.
    if (extname(path) !== "") return await next();
    const index = await readWithin(directory, "/index.html");
    return index ?? notBuilt(context);
  });
}

function notBuilt(context: Context): Response {
  return context.text("The dashboard has not been built. Build it with: npm run build", 404);
}

async function readWithin(directory: string, path: string): Promise<Response | undefined> {
  const file = join(directory, path);
  const type = types[extname(path)];
  if (type === undefined || !file.startsWith(directory + sep)) return undefined;
  try {
    const bytes = new Uint8Array(await readFile(file));
    return new Response(bytes, {
      headers: { ...safety, "content-type": type, "cache-control": cacheOf(path) },
    });
  } catch {
    // What is no file leads to the page or to 404.
    return undefined;
  }
}

/** Built files have a hash of their content in their names; everything else may change at any time. */
function cacheOf(path: string): string {
  return path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}

const safety = { "x-content-type-options": "nosniff", "x-frame-options": "DENY" };
