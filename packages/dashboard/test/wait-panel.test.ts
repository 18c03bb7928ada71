// A wait's panel in a real browser, over a real run: its condition with the run's values, what other servers think of
// it, and the events that did not match, as they come.

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type PageRig, pageRig, seriousProblems } from "./page-rig.ts";

let rig: PageRig;
let runId: string;

beforeAll(async () => {
  rig = await pageRig();
  const ship = rig.client.createFunction(
    { id: "ship-order", triggers: [{ event: "order/placed" }] },
    async ({ step }) =>
      await step.waitForEvent("payment", {
        event: "order/paid",
        timeout: "2h",
        if: "async.data.order == event.data.order && async.data.total >= 5 && async.data.tags.exists(t, t == 'web')",
      }),
  );
  await rig.serve([ship]);
  await rig.client.send({ name: "order/placed", data: { order: "A1" } });
  await vi.waitFor(
    async () => {
      const answer = await fetch(`${rig.url}/api/v2/runs`);
      const [run] = ((await answer.json()) as { data: { id: string; activity?: { kind: string } }[] }).data;
      if (run?.activity?.kind !== "waiting") throw new Error("The run does not wait yet.");
      runId = run.id;
    },
    { timeout: 40_000, interval: 100 },
  );
}, 60_000);

afterAll(() => rig.close());

test("the condition with its fixed values, its warnings, and each event that did not match with its truth, live", async () => {
  const page = await rig.open(`/runs/${runId}`);
  await page.click('[data-step="payment"]');
  await page.waitForSelector('.aside .condition >> text=async.data.order == "A1"');
  await page.waitForSelector(".aside .note >> text=Other servers may refuse this condition");
  await page.waitForSelector(".aside >> text=No event of this name has come since the wait began.");

  await rig.client.send({ name: "order/paid", data: { order: "B2", total: 9, tags: ["web"] } });
  await page.waitForSelector(".misses li");
  await rig.client.send({ name: "order/paid", data: { order: "A1", total: "9", tags: ["web"] } });
  await page.waitForFunction(() => document.querySelectorAll(".misses li").length === 2);
  const newest = page.locator(".misses li").first();
  const older = page.locator(".misses li").last();
  await newest.locator(".truth >> text=a text; 5 is a number").waitFor();
  expect(await older.locator(".truth").textContent()).toContain("not reached");

  await older.getByRole("button").click();
  expect(await older.textContent()).toContain('async.data.order == "A1" was false: order is "B2"');
  await page.waitForSelector(".aside h2 >> text=2 events");
  await older.locator("a.link").click();
  await page.waitForURL(/\/events\//);
});

test("axe finds nothing serious in either theme", async () => {
  for (const theme of ["light", "dark"] as const) {
    const page = await rig.open(`/runs/${runId}`, { theme });
    await page.click('[data-step="payment"]');
    await page.waitForSelector(".misses li .truth");
    expect(await seriousProblems(page)).toEqual([]);
  }
  expect(rig.errors).toEqual([]);
});
