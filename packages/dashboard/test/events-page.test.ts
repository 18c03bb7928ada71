// Events in a real browser, over real runs: sending by keyboard, reading why nothing ran, sending again.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type PageRig, pageRig, seriousProblems } from "./page-rig.ts";

let rig: PageRig;

beforeAll(async () => {
  rig = await pageRig();
  const welcome = rig.client.createFunction(
    { id: "send-welcome", triggers: [{ event: "user/signup.completed" }] },
    async ({ step }) => {
      await step.run("send", () => "sent");
      return { welcomed: true };
    },
  );
  const onboard = rig.client.createFunction(
    {
      id: "onboard",
      triggers: [
        { event: "user/signup.completed", if: "event.data.plan in ['team', 'pro'] && event.data.seats >= 5" },
      ],
    },
    async () => "onboarded",
  );
  await rig.serve([welcome, onboard]);
});

afterAll(() => rig.close());

test("by keyboard alone: an event that nobody listens to is sent, the page says why, and it is sent as what was meant", async () => {
  const page = await rig.open("/events");
  await page.waitForSelector("text=No events yet");
  await page.keyboard.press("n");
  await page.waitForSelector("dialog[open]");
  await page.keyboard.type("user/signup.complete");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Control+a");
  await page.keyboard.type('{ "plan": "team", "seats": "8" }');
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("text=1 event was received.");
  await page.waitForSelector("text=No function listens to");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });

  await page.waitForSelector('[data-event="user/signup.complete"]');
  await page.keyboard.press("j");
  await page.waitForURL(/\/events\/01/);
  await page.waitForSelector(".sentence >> text=Closest: user/signup.completed, with 2 functions");

  await page.keyboard.press("e");
  await page.waitForSelector("dialog[open]");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("user/signup.completed");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("dialog .st.completed");
  await page.keyboard.press("Escape");
  await page.waitForSelector('[data-event="user/signup.completed"]');
  expect(rig.errors).toEqual([]);
}, 60_000);

test("a filter that was false is taken apart, and a near miss is told", async () => {
  await rig.client.send({ name: "user/signup.completed", data: { plan: "team", seats: "8" } });
  const page = await rig.open("/events");
  await page.click('[data-event="user/signup.completed"] a');
  const reason = page.locator('[data-function="shop-onboard"]');
  await reason.locator(".near").waitFor();
  expect(await reason.locator(".truth tr").allInnerTexts()).toEqual([
    expect.stringMatching(/false\s+all of/),
    expect.stringMatching(/true\s+event\.data\.plan in \['team', 'pro'\]\s+plan is "team"/),
    expect.stringMatching(/error\s+event\.data\.seats >= 5\s+seats is "8", a text; 5 is a number/),
  ]);
  expect(await reason.locator(".near").textContent()).toContain("int(event.data.seats) >= 5");
  await page
    .locator('[data-function="shop-send-welcome"][data-outcome="run-created"] .st.completed')
    .waitFor();
  expect(rig.errors).toEqual([]);
}, 60_000);

test("several events are pasted, counted by name, and sent in one request", async () => {
  const page = await rig.open("/events?send=many");
  await page.fill("#many-events", '{"name":"order/paid"}\n{"name":"order/paid"}\n{"name":"order/shipped"}');
  await page.waitForSelector("text=order/paid × 2");
  await page.click("text=Send 3 events");
  await page.waitForSelector("text=3 events were received.");
  await page.click("text=Show the event");
  await page.waitForSelector('[data-event="order/shipped"]');
  expect(await page.locator('[data-event="order/paid"]').count()).toBe(2);
}, 60_000);

test("axe finds nothing serious, in light and dark", async () => {
  for (const theme of ["light", "dark"] as const) {
    const page = await rig.open("/events", { theme });
    await page.click('[data-event="user/signup.completed"] a');
    await page.waitForSelector(".near");
    expect(await seriousProblems(page)).toEqual([]);
    await page.keyboard.press("e");
    await page.waitForSelector("dialog[open] textarea");
    expect(await seriousProblems(page)).toEqual([]);
  }
}, 60_000);
