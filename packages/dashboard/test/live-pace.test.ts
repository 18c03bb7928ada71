// The page under load: very large runs, ten thousand live changes a second, updates held, and a server that goes away.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as browsers, type Page } from "playwright-core";
import { createServer as createVite, type ViteDevServer } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoWorld } from "../dev/demo.ts";
import { addEdges, edgeRuns } from "../dev/demo-edges.ts";
import { fakeApi } from "../dev/fake-api.ts";
import type { World } from "../dev/world.ts";

const changesPerSecond = 10_000;
const seconds = 3;

let world: World;
let vite: ViteDevServer;
let server: Server;
let browser: Browser;
let requests: string[] = [];

beforeAll(async () => {
  world = demoWorld(() => Date.now());
  addEdges(world);
  const api = fakeApi(world);
  vite = await createVite({
    configFile: fileURLToPath(new URL("../vite.config.ts", import.meta.url)),
    logLevel: "error",
    appType: "spa",
    server: { middlewareMode: true, hmr: false, watch: null },
  });
  server = createServer((request, response) => {
    requests.push(request.url ?? "");
    if (request.url?.startsWith("/api/v2/") === true) api(request, response);
    else vite.middlewares(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await browsers.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args.filter((argument) => argument !== "--single-process"),
    headless: true,
  });
}, 60_000);

afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
  await vite.close();
});

/** Pauses of the load alone, so that it is spread over its seconds. */
const pace = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function openPage(path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  return page;
}

async function openRuns(): Promise<Page> {
  const page = await openPage("/runs");
  await page.waitForSelector("[data-run]");
  return page;
}

test("a run of a thousand steps, of forty branches, and of thirty days keeps no more than its window in the page", async () => {
  for (const [runId, least] of [
    [edgeRuns.thousandSteps, 20],
    [edgeRuns.fortyBranches, 20],
    [edgeRuns.thirtyDays, 20],
    [edgeRuns.longNames, 3],
  ] as const) {
    const page = await openPage(`/runs/${runId}`);
    await page.waitForSelector("[data-step]");
    const rows = await page.locator('[role="treeitem"]').count();
    expect(rows).toBeGreaterThanOrEqual(least);
    expect(rows).toBeLessThanOrEqual(60);
    await page.keyboard.press("End");
    await page.waitForSelector('[role="treeitem"][aria-selected="true"]');
    // Nothing is wider than the page.
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    ).toBeLessThanOrEqual(0);
    await page.context().close();
  }
}, 60_000);

test("ten thousand changes a second cost a few readings a second, and the page answers to keys meanwhile", async () => {
  const page = await openRuns();
  await page.waitForSelector(".live >> text=Live");
  const ids = [...world.runs.keys()];
  requests = [];
  const tenth = changesPerSecond / 10;
  let sent = 0;
  const began = Date.now();
  const end = began + seconds * 1000;
  const storm = (async () => {
    while (sent < changesPerSecond * seconds || Date.now() < end) {
      for (let index = 0; index < tenth && sent < changesPerSecond * seconds; index += 1) {
        sent += 1;
        const runId = ids[sent % ids.length] ?? "";
        world.emit({ kind: "run", runId, status: "COMPLETED" });
      }
      await pace(90);
    }
  })();
  await page.keyboard.press("j");
  await page.waitForSelector(".tr.cur");
  await page.keyboard.press("j");
  await page.waitForFunction(() => document.querySelector(".tr.cur")?.getAttribute("aria-rowindex") === "3");
  await storm;
  expect(sent).toBe(changesPerSecond * seconds);
  const lists = requests.filter((url) => /^\/api\/v2\/runs\?/.test(url)).length;
  const figures = requests.filter((url) => url.startsWith("/api/v2/figures/runs")).length;
  // At most four flushes a second; each may read the head of the list once. On a busy machine requests of the time
  // before arrive within the measured one.
  expect(lists).toBeGreaterThan(0);
  const elapsed = (Date.now() - began) / 1000 + 2;
  expect(lists).toBeLessThanOrEqual(elapsed * 4);
  // Three questions, each at most every two seconds.
  expect(figures).toBeLessThanOrEqual((elapsed / 2 + 1) * 3);
  await page.context().close();
}, 60_000);

test("changes are held on demand, and let in again", async () => {
  const page = await openRuns();
  await page.waitForSelector(".live >> text=Live");
  await page.click(".live");
  await page.waitForSelector(".live >> text=Held");
  // What was asked for before is answered and shown; then nothing more is.
  await page.clock.runFor(1000);
  requests = [];
  const [runId = ""] = world.runs.keys();
  for (let times = 0; times < 100; times += 1) world.emit({ kind: "run", runId, status: "COMPLETED" });
  await page.clock.runFor(1000);
  expect(requests.filter((url) => url.startsWith("/api/v2/runs?"))).toEqual([]);
  await page.click(".live");
  await expect
    .poll(() => requests.filter((url) => url.startsWith("/api/v2/runs?")).length)
    .toBeGreaterThan(0);
  await page.context().close();
}, 60_000);

test("when Stepwell is away the page says since when, and goes on by itself once it is back", async () => {
  const page = await openRuns();
  await page.waitForSelector(".live >> text=Live");
  world.down = true;
  server.closeAllConnections();
  await page.waitForSelector(".lost-notice >> text=No connection to Stepwell since");
  expect(await page.locator("[data-run]").count()).toBeGreaterThan(0);
  world.down = false;
  await page.click(".lost-notice >> text=Try now");
  await page.waitForSelector(".lost-notice", { state: "detached" });
}, 60_000);

test("a run that comes while the first page of the list is on its way is shown all the same", async () => {
  const context = await browser.newContext({ locale: "en-GB" });
  const page = await context.newPage();
  await page.clock.install();
  const runId = "01KASNLATE0000000000000001";
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isReleased = false;
  await page.route(/\/api\/v2\/runs\?/, async (route) => {
    if (isReleased) return route.continue();
    // An answer from before the run, which arrives after the change was told.
    const answer = await route.fetch();
    await held;
    return route.fulfill({ response: answer });
  });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/runs`);
  await page.waitForSelector(".live >> text=Live");
  await page.clock.runFor(1000);
  world.addRun({
    id: runId,
    functionSlug: "web-send-welcome-email",
    eventIds: [],
    queuedAt: Date.now(),
    queuedMs: 0,
    steps: [],
    end: { after: 1, status: "COMPLETED", output: null },
  });
  // The change has been handed on once the counts are read again; the list has no rows yet.
  await page.waitForRequest(/\/api\/v2\/figures\/runs/);
  isReleased = true;
  release();
  await page.waitForSelector(`[data-run="${runId}"]`);
  await context.close();
}, 60_000);
