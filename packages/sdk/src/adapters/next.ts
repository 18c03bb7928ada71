// Next.js route handlers (app router).

import { type WebHandler, webHandler } from "../serve/handler.ts";
import type { ServeOptions } from "../serve/options.ts";

/** @example export const { GET, POST, PUT } = serve({ client, functions }) */
export function serve(options: ServeOptions): {
  readonly GET: WebHandler;
  readonly POST: WebHandler;
  readonly PUT: WebHandler;
} {
  const handle = webHandler(options, { framework: "nextjs" });
  return { GET: handle, POST: handle, PUT: handle };
}
