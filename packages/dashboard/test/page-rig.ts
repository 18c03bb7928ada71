// A rig for the page's tests: the real engine on SQLite, the real server with the built page, an app of the SDK served
// over HTTP, and one browser.

import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import chromium from "@sparticuz/chromium";
import { pageDirectory } from "@stepwell/dashboard";
import { createEngine, systemClock, systemRandom } from "@stepwell/engine";
import { appSync, createOutbound, createServer, httpTransport } from "@stepwell/server";
import { sqlite } from "@stepwell/store-sqlite";
import axe from "axe-core";
import { type Browser, chromium as browsers, type Page } from "playwright-core";
import { Inngest } from "stepwell";
import { serve } from "stepwell/node";
import { expect } from "vitest";

export interface PageRig {
  readonly url: string;
  readonly client: Inngest;
  /** Serves functions of the client as one app, and syncs it. */
  serve(functions: Parameters<typeof serve>[0]["functions"]): Promise<void>;
  /** A new page at an address of the server; what goes wrong in it ends up in `errors`. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  readonly errors: readonly string[];
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly theme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
}

export async function pageRig(appId = "shop"): Promise<PageRig> {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-page-"));
  const store = sqlite(join(directory, "main.db"));
  const outbound = createOutbound();
  const engine = createEngine({
    store,
    transport: httpTransport({ outbound }),
    clock: systemClock(),
    random: systemRandom(),
  });
  await engine.start();
  const sync = appSync({ engine, outbound, kind: "dev" });
  const server = await createServer({ engine, mode: "dev", appSync: sync, page: pageDirectory }).listen({
    host: "localhost",
    port: 0,
  });
  const client = new Inngest({ id: appId, isDev: true, baseUrl: server.url });
  const apps: Server[] = [];
  const errors: string[] = [];
  let browser: Browser | undefined;
  const launched = async (): Promise<Browser> => {
    browser ??= await browsers.launch({
      executablePath: await chromium.executablePath(),
      // In one process the second context hangs.
      args: chromium.args.filter((argument) => argument !== "--single-process"),
      headless: true,
    });
    return browser;
  };
  return {
    url: server.url,
    client,
    errors,
    serve: async (functions) => {
      const app = createHttpServer(serve({ client, functions }));
      await new Promise<void>((resolve) => app.listen(0, "localhost", resolve));
      apps.push(app);
      const { port } = app.address() as AddressInfo;
      const answer = await fetch(`http://localhost:${port}/api/inngest`, { method: "PUT" });
      expect(answer.status).toBe(200);
    },
    open: async (path, { theme = "light", width = 1440, height = 900 } = {}) => {
      const context = await (await launched()).newContext({
        viewport: { width, height },
        reducedMotion: "reduce",
        // The browser's own language may be none that it knows itself.
        locale: "en-GB",
      });
      await context.addInitScript((value) => localStorage.setItem("stepwell.theme", value), theme);
      const page = await context.newPage();
      page.on("pageerror", (error) => errors.push(error.message));
      page.setDefaultTimeout(12_000);
      await page.goto(server.url + path);
      return page;
    },
    close: async () => {
      await browser?.close();
      for (const app of apps) {
        app.closeAllConnections();
        app.close();
      }
      await server.close();
      await engine.stop(0);
      await outbound.close();
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What axe finds to be serious or critical under WCAG 2 A and AA, one line each. */
export async function seriousProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const runner = (globalThis as unknown as { axe: typeof axe }).axe;
    const { violations } = await runner.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    });
    return violations.map(({ id, impact, help, nodes }) => ({
      impact: impact ?? "",
      line: `${id}: ${help} (${nodes
        .slice(0, 3)
        .map((node) => node.target.join(" "))
        .join(", ")})`,
    }));
  });
  return found.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ line }) => line);
}
