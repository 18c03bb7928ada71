// The dashboard: built files, served as they are. Its own addresses all lead to the one page.

import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import type { Hono } from "hono";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".json": "application/json",
};

/** @param directory the folder with index.html. */
export function pageRoutes(app: Hono, directory: string): void {
  app.get("*", async (context) => {
    const path = normalize(decodeURIComponent(new URL(context.req.url).pathname));
    const isFile = extname(path) !== "" && !path.includes(`..${sep}`);
    const file = isFile ? await read(join(directory, path)) : undefined;
    if (file !== undefined) {
      const isHashed = path.startsWith("/assets/");
      return new Response(new Uint8Array(file), {
        headers: {
          "content-type": types[extname(path)] ?? "application/octet-stream",
          "cache-control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
        },
      });
    }
    if (isFile) return context.notFound();
    const index = await read(join(directory, "index.html"));
    if (index === undefined) return context.notFound();
    return new Response(new Uint8Array(index), { headers: { "content-type": types[".html"] ?? "", "cache-control": "no-cache" } });
  });
}

async function read(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch {
    // A path that is no file leads to the page or to 404.
    return undefined;
  }
}
