// In a real browser the page shows a run's steps as they happen, without reload.

import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import chromium from "@sparticuz/chromium";
import { pageDirectory } from "@stepwell/dashboard";
import { createEngine, systemClock, systemRandom } from "@stepwell/engine";
import { createServer, httpTransport } from "@stepwell/server";
import { sqlite } from "@stepwell/store-sqlite";
import { chromium as browsers, type Page } from "playwright-core";
import { Inngest } from "stepwell";
import { serve } from "stepwell/node";
import { expect, test } from "vitest";

/** A step that waits until the test lets it end. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

test("the page shows a run's steps as they happen, without reload", async () => {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-page-"));
  const store = sqlite(join(directory, "main.db"));
  const transport = httpTransport({});
  const engine = createEngine({ store, transport, clock: systemClock(), random: systemRandom() });
  await engine.start();
  const server = await createServer({ engine, mode: "dev", page: pageDirectory }).listen({
    host: "localhost",
    port: 0,
  });
  const client = new Inngest({ id: "shop", isDev: true, baseUrl: server.url });
  const [first, second] = [gate(), gate()];
  const ship = client.createFunction(
    { id: "ship-order", triggers: [{ event: "order/paid" }] },
    async ({ step }) => {
      await step.run("print-label", () => first.opened);
      await step.waitForEvent("wait-for-pickup", { event: "order/picked-up", timeout: "1h" });
      await step.run("close-order", () => second.opened);
      return { shipped: true };
    },
  );
  const app = createHttpServer(serve({ client, functions: [ship] }));
  await new Promise<void>((resolve) => app.listen(0, "localhost", resolve));
  await fetch(`http://localhost:${(app.address() as AddressInfo).port}/api/inngest`, { method: "PUT" });
  const browser = await browsers.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args,
    headless: true,
  });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(server.url);
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
    await client.send({ name: "order/paid", data: {} });
    await page.click("[data-run]");
    first.open();
    await page.waitForSelector('[data-step="print-label"][data-status="COMPLETED"]');
    await page.waitForSelector('[data-step="wait-for-pickup"][data-status="WAITING"]');
    expect(await stepsOf(page)).toEqual(["run", "print-label", "wait-for-pickup"]);
    await client.send({ name: "order/picked-up", data: {} });
    await page.waitForSelector('[data-step="wait-for-pickup"][data-status="COMPLETED"]');
    second.open();
    await page.waitForSelector('[data-step="run"][data-status="COMPLETED"]');
    expect(await stepsOf(page)).toEqual(["run", "print-label", "wait-for-pickup", "close-order"]);
    await page.waitForSelector("text=shipped");
    expect(await page.evaluate(() => "isSamePage" in globalThis)).toBe(true);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
    app.closeAllConnections();
    app.close();
    await server.close();
    await engine.stop(0);
    await transport.close();
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  }
});

function stepsOf(page: Page): Promise<readonly (string | undefined)[]> {
  return page.$$eval("[data-step]", (rows) => rows.map((row) => (row as HTMLElement).dataset["step"]));
}
