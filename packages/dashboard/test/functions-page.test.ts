// Functions in a real browser, over real runs: limits by key, pausing by keyboard, the tester, invoking.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type PageRig, pageRig, seriousProblems } from "./page-rig.ts";

let rig: PageRig;
let open: () => void = () => {};
const opened = new Promise<void>((resolve) => {
  open = resolve;
});

beforeAll(async () => {
  rig = await pageRig();
  const ship = rig.client.createFunction(
    {
      id: "ship",
      triggers: [{ event: "order/paid", if: "event.data.items >= 1" }],
      concurrency: [{ limit: 1, key: "event.data.account" }],
    },
    async ({ step }) => {
      await step.run("print-label", () => opened);
      await step.run("close-order", () => "closed");
      return { shipped: true };
    },
  );
  await rig.serve([ship]);
});

afterAll(async () => {
  open();
  await rig.close();
});

const paid = (account: string, items: unknown = 1) => ({ name: "order/paid", data: { account, items } });

test("by keyboard alone: a function is paused, and one sees its queue and what it skips grow", async () => {
  const page = await rig.open("/functions");
  await page.waitForSelector('[data-function="shop-ship"]');
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/functions\/shop-ship/);
  await page.waitForSelector(".sentence >> text=Ready. Nothing runs at present.");

  await rig.client.send([paid("acme"), paid("acme"), paid("acme"), paid("globex")]);
  await page.waitForSelector('[data-key="acme"] .gauge.full >> text=1 of 1');
  await page.waitForSelector(".sentence >> text=2 keys are at their limit");
  await page.waitForSelector(".sentence >> text=2 runs are held back");
  await rig.client.send(paid("acme"));
  await page.waitForSelector(".sentence >> text=3 runs are held back");

  await page.keyboard.press("p");
  await page.waitForSelector("dialog >> text=Pause ship?");
  await page.waitForSelector("dialog >> text=Hold 5 runs in flight");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".sentence >> text=Paused since");
  await page.waitForSelector(".sentence >> text=No trigger was skipped since.");
  await page.waitForSelector(".sentence >> text=3 runs are held back");
  await rig.client.send([paid("acme"), paid("globex")]);
  await page.waitForSelector(".sentence >> text=2 triggers were skipped");

  open();
  await page.keyboard.press("p");
  await page.waitForSelector("dialog >> text=Resume ship?");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".sentence >> text=Ready. Nothing runs at present.");
  // Of the six latest runs two were skipped.
  await page.locator(".latest-runs .st.completed").nth(3).waitFor();
  expect(await page.locator(".latest-runs .st.skipped").count()).toBe(2);
  expect(rig.errors).toEqual([]);
}, 60_000);

test("the tester shows what an edited expression would have matched, and where it is wrong", async () => {
  await rig.client.send(paid("initech", "3"));
  const page = await rig.open("/functions/shop-ship");
  const field = page.locator("#tester textarea");
  await field.fill("int(event.data.items) >= 1");
  await page.waitForSelector("#tester >> text=1 more");
  expect(await page.locator(".tested tbody tr").first().textContent()).toMatch(/"3"errorstarts/);
  expect(page.url()).toContain("expr=int");
  await field.fill("int(event.data.items >= ");
  await page.waitForSelector("#tester-problem >> text=At the end.");
  await field.fill("");
  await page.waitForSelector("#tester-problem", { state: "hidden" });
}, 60_000);

test("a function is invoked with a form that has the newest event's shape", async () => {
  const page = await rig.open("/functions/shop-ship");
  await page.waitForSelector("button >> text=Invoke");
  await page.keyboard.press("i");
  const field = page.locator("dialog textarea");
  await field.waitFor();
  await page.waitForSelector("dialog >> text=as the newest event had it");
  expect(JSON.parse(await field.inputValue())).toEqual({ account: "initech", items: "3" });
  await field.fill('{ "account": "umbrella" }');
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(/\/runs\/01/);
  await page.waitForSelector("text=shipped");
}, 60_000);

test("a limit is overridden with a reason, shown beside it, and given back", async () => {
  const page = await rig.open("/functions/shop-ship?do=override");
  await page.waitForSelector("dialog");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("5");
  await page.getByLabel("Why").fill("a sale");
  await page.getByLabel("By whom").fill("ana");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".override >> text=/5, was 1, until .* by ana. a sale/");
  await page.click(".override button");
  await page.waitForSelector(".override", { state: "detached" });
}, 60_000);

test("axe finds nothing serious, in light and dark", async () => {
  for (const theme of ["light", "dark"] as const) {
    const page = await rig.open("/functions/shop-ship", { theme });
    await page.waitForSelector(".tested");
    expect(await seriousProblems(page)).toEqual([]);
    await page.keyboard.press("p");
    await page.waitForSelector("dialog");
    expect(await seriousProblems(page)).toEqual([]);
    await page.goto(`${rig.url}/functions`);
    await page.waitForSelector('[data-function="shop-ship"]');
    expect(await seriousProblems(page)).toEqual([]);
  }
}, 60_000);
