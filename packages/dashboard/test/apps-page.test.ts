// Apps and bulk actions in a real browser: one in sync, one that does not answer, adding, moving, removing, watching a
// bulk action.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { bulksPath } from "@stepwell/protocol/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PageRig, pageRig, seriousProblems } from "./page-rig.ts";

let rig: PageRig;

beforeAll(async () => {
  rig = await pageRig();
  const nap = rig.client.createFunction(
    { id: "nap", triggers: [{ event: "bed/time" }] },
    async ({ step }) => {
      await step.sleep("sleep", "1h");
    },
  );
  await rig.serve([nap]);
});

afterAll(() => rig.close());

/** An address at which nothing listens. */
async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://localhost:${port}/api/inngest`;
}

test("by keyboard alone: an app that does not answer is added, understood, and removed", async () => {
  const page = await rig.open("/apps");
  await page.waitForSelector('[data-app="shop"][data-state="in-sync"]');
  await page.waitForSelector(".sentence >> text=1 app is in sync.");
  await page.keyboard.press("n");
  await page.waitForSelector("dialog");
  await page.keyboard.press("Control+a");
  await page.keyboard.type(await deadUrl());
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog >> text=It is added, but not in sync: No app answers at");
  await page.keyboard.press("Escape");
  await page.waitForSelector('[data-state="away"]');
  await page.waitForSelector(".notice >> text=nothing listens there (connection refused)");
  await page.waitForSelector("text=Start the app.");
  await page.waitForSelector('[data-check="name-resolves"][data-status="passed"]');
  await page.waitForSelector('[data-check="port-answers"][data-status="failed"] >> text=refused');
  await page.waitForSelector('[data-check="signature-valid"][data-status="not-checked"]');
  expect(await seriousProblems(page)).toEqual([]);

  await page.click('[aria-label^="Remove http"]');
  await page.waitForSelector("dialog >> text=with 0 functions?");
  await page.keyboard.press("Enter");
  await page.waitForSelector('[data-state="away"]', { state: "detached" });
  await page.keyboard.press("j");
  await page.waitForSelector("aside >> text=nap");
  await page.waitForSelector('[data-check="functions-valid"][data-status="passed"]');
  await page.keyboard.press("r");
  await page.waitForSelector(".toast >> text=/shop (was|is) in sync/");
  expect(rig.errors).toEqual([]);
}, 60_000);

test("a bulk action is watched to its end, and says what it left out", async () => {
  await rig.client.send(Array.from({ length: 7 }, () => ({ name: "bed/time", data: {} })));
  const runs = await rig.open("/functions/shop-nap");
  await runs.waitForSelector(".latest-runs .st.sleeping");
  const answer = await fetch(rig.url + bulksPath(), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ kind: "cancel", selection: { functionId: ["shop-nap"] }, by: "ana" }),
  });
  const { data } = (await answer.json()) as { data: { id: string } };
  const page = await rig.open("/bulk");
  await page.click('.bulk-rows a >> text="Cancel runs of nap"');
  await page.waitForURL(`**/bulk/${data.id}`);
  await page.waitForSelector('[data-bulk="DONE"] >> text=7 cancelled of 7');
  expect(await page.locator(".sec >> text=runs of nap").count()).toBeGreaterThan(0);
  expect(await seriousProblems(page)).toEqual([]);
  expect(rig.errors).toEqual([]);
}, 60_000);

test("axe finds nothing serious in dark, and on a phone", async () => {
  for (const path of ["/apps", "/bulk"]) {
    const dark = await rig.open(path, { theme: "dark" });
    await dark.waitForSelector(".tr");
    expect(await seriousProblems(dark)).toEqual([]);
    const phone = await rig.open(path, { width: 390, height: 844 });
    await phone.waitForSelector(".tr:not(.th)");
    expect(await seriousProblems(phone)).toEqual([]);
  }
}, 60_000);
