// Takes the pictures of the views over the generated data: `node packages/dashboard/dev/pictures.mjs [name…]` writes
// docs/pictures/<name>-<theme>.png, with `--out <folder>` elsewhere. Names are those of the table below.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import chromium from "@sparticuz/chromium";
import { chromium as browsers } from "playwright-core";
import { createServer } from "vite";

/** Address, and what to do before the picture is taken. */
const views = {
  runs: { path: "/runs" },
  "runs-390": { path: "/runs", width: 390, height: 844, themes: ["light"] },
  "runs-selected": {
    path: "/runs?view=failed",
    themes: ["light"],
    act: async (page) => {
      for (const key of ["j", "x", "j", "x", "j", "x"]) await page.keyboard.press(key);
    },
  },
  "runs-filter": {
    path: "/runs?q=status:failed",
    themes: ["dark"],
    act: async (page) => {
      await page.keyboard.press("/");
      await page.keyboard.type("event.data.");
      await page.keyboard.press("ArrowDown");
    },
  },
  run: { path: "/runs/01KASNRN000000000000000001", act: (page) => page.click('[data-step="load-account"]') },
  "run-390": { path: "/runs/01KASNRN000000000000000001", width: 390, height: 844, themes: ["light"] },
  failures: { path: "/failures" },
  "failures-replay": { path: "/failures", themes: ["light"], act: (page) => page.keyboard.press("r") },
  overview: { path: "/overview" },
  events: { path: "/events/01KASNEV000000000000000011" },
  "events-nobody": { path: "/events/01KASNEV000000000000000040", themes: ["light"] },
  "events-390": { path: "/events/01KASNEV000000000000000011", width: 390, height: 844, themes: ["light"] },
  send: { path: "/events?send=01KASNEV000000000000000011", themes: ["dark"] },
  functions: { path: "/functions" },
  function: {
    path: "/functions/web-orchestrate-onboarding?expr=event.data.plan%20in%20%5B'team',%20'pro'%5D%20%26%26%20int(event.data.seats)%20%3E=%205",
  },
  pause: { path: "/functions/web-orchestrate-onboarding?do=pause", themes: ["light"] },
  override: { path: "/functions/web-orchestrate-onboarding?do=override", themes: ["light"] },
  invoke: { path: "/functions/web-orchestrate-onboarding?do=invoke", themes: ["dark"] },
  apps: { path: "/apps" },
  bulks: { path: "/bulk" },
  bulk: { path: "/bulk/01KASNBK000000000000000001" },
  palette: { path: "/runs", themes: ["light"], act: (page) => page.keyboard.press("Control+k") },
  keys: { path: "/runs", themes: ["dark"], act: (page) => page.keyboard.press("?") },
};

const args = process.argv.slice(2);
const at = args.indexOf("--out");
const out =
  at < 0 ? fileURLToPath(new URL("../../../docs/pictures", import.meta.url)) : args.splice(at, 2)[1];
const wanted = args.length === 0 ? Object.keys(views) : args;
mkdirSync(out, { recursive: true });

const server = await createServer({
  configFile: fileURLToPath(new URL("../vite.config.ts", import.meta.url)),
  mode: "fake",
  logLevel: "error",
  server: { host: "127.0.0.1", port: 0, hmr: false, watch: null },
});
await server.listen();
const origin = server.resolvedUrls.local[0].replace(/\/$/, "");
const browser = await browsers.launch({
  executablePath: await chromium.executablePath(),
  // In one process the second context hangs.
  args: chromium.args.filter((argument) => argument !== "--single-process"),
  headless: true,
});
try {
  for (const name of wanted) {
    const { path, width = 1440, height = 900, themes = ["light", "dark"], act } = views[name];
    for (const theme of themes) {
      const context = await browser.newContext({
        viewport: { width, height },
        reducedMotion: "reduce",
        timezoneId: "UTC",
        locale: "en-GB",
      });
      await context.addInitScript((value) => localStorage.setItem("stepwell.theme", value), theme);
      const page = await context.newPage();
      page.on("pageerror", (error) => console.error(`${name}: ${error.message}`));
      page.on("console", (message) => {
        if (message.type() === "error") console.error(`${name}: ${message.text()}`);
      });
      await page.goto(origin + path);
      await page.waitForSelector("main", { timeout: 10_000 });
      await page.waitForTimeout(700);
      await act?.(page);
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${out}/${name}-${theme}.png` });
      await context.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}
