// Runs in a real browser, over real runs: finding a failed one among many, reading why, running it again from the
// failed step with other input; selecting, replaying and cancelling many; live rows that do not jump.

import { NonRetriableError } from "stepwell";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type PageRig, pageRig, seriousProblems } from "./page-rig.ts";

const runsInAll = 5000;
/** The others are of a function without steps. */
const orders = 100;

let rig: PageRig;

interface Card {
  readonly number: string;
}

class CardError extends NonRetriableError {
  override name = "CardError";
}

beforeAll(async () => {
  rig = await pageRig();
  const charge = rig.client.createFunction(
    { id: "charge-order", retries: 0, triggers: [{ event: "order/paid" }] },
    async ({ event, step }) => {
      const order = await step.run("load-order", () => ({ id: event.data["order"], total: 42 }));
      const card: Card = { number: event.data["card"] };
      const receipt = await step.run(
        "charge",
        (given: Card) => {
          if (given.number === "expired") throw new CardError("The card 4711 has expired");
          return { paidWith: given.number };
        },
        card,
      );
      return { order: order.id, ...receipt };
    },
  );
  const wait = rig.client.createFunction(
    { id: "wait-for-pickup", triggers: [{ event: "order/packed" }] },
    async ({ step }) => await step.waitForEvent("pickup", { event: "order/picked-up", timeout: "1h" }),
  );
  const note = rig.client.createFunction(
    { id: "note-order", triggers: [{ event: "order/noted" }] },
    async ({ event }) => event.data["order"],
  );
  await rig.serve([charge, wait, note]);
  const events = Array.from({ length: runsInAll }, (_, order) => ({
    name: order % (runsInAll / orders) === 0 ? "order/paid" : "order/noted",
    data: { order, card: order === 2500 ? "expired" : "valid" },
  }));
  for (let from = 0; from < runsInAll; from += 1000) await rig.client.send(events.slice(from, from + 1000));
  await allFinished();
}, 240_000);

afterAll(() => rig.close());

async function countsByStatus(query = ""): Promise<Readonly<Record<string, number>>> {
  const answer = await fetch(`${rig.url}/api/v2/figures/runs?${query}`);
  return ((await answer.json()) as { data: { counts: Record<string, number> } }).data.counts;
}

/** Asked again until every run has ended. */
async function allFinished(): Promise<void> {
  const finished = async (): Promise<void> => {
    const { COMPLETED = 0, FAILED = 0 } = await countsByStatus();
    if (COMPLETED + FAILED < runsInAll)
      throw new Error(`${COMPLETED + FAILED} of ${runsInAll} runs have ended.`);
  };
  await vi.waitFor(finished, { timeout: 220_000, interval: 250 });
}

test("by keyboard alone: a failed run is found among many, read, run again from the failed step with other input, and completes", async () => {
  const page = await rig.open("/runs");
  await page.waitForSelector("[data-run]");
  await page.keyboard.press("/");
  await page.keyboard.type("status:f");
  await page.waitForSelector('[role="option"] >> text=status:failed');
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=status:failed/);
  await page.waitForFunction(() => document.querySelectorAll("[data-run]").length === 1);
  expect(await page.locator("[data-run] .c-what").textContent()).toBe("CardError: The card 4711 has expired");

  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".sentence >> text=Step charge threw CardError: The card 4711 has expired");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.waitForSelector('[data-step="charge"][aria-selected="true"]');
  await page.waitForSelector('.att >> text="CardError: The card 4711 has expired"');
  const failedUrl = page.url();

  await page.keyboard.press("Shift+R");
  await page.waitForSelector(
    "dialog[open] >> text=Keeps 1 finished step and runs charge and everything after it again",
  );
  await page.keyboard.press("Control+a");
  await page.keyboard.type('{ "number": "4242" }');
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(
    (url) => url.href.startsWith(`${rig.url}/runs/`) && !failedUrl.startsWith(url.href.split("?")[0] ?? ""),
  );
  await page.waitForSelector('[data-step="run"][data-status="COMPLETED"]');
  await page.waitForSelector(".aside .code >> text=4242");
  await page.waitForSelector(".cause >> text=Repeats");
  await page.keyboard.press("j");
  await page.waitForSelector(".aside >> text=Its result was taken over from run");
  expect(rig.errors).toEqual([]);
}, 60_000);

test("the list keeps no more than its window in the page, and goes to its ends by keyboard", async () => {
  const page = await rig.open("/runs");
  await page.waitForSelector("[data-run]");
  expect(Number(await page.getAttribute('[role="grid"]', "aria-rowcount"))).toBeGreaterThan(runsInAll);
  await page.keyboard.press("j");
  for (let times = 0; times < 3; times += 1) {
    const before = await page.locator('[data-run][tabindex="0"]').getAttribute("aria-rowindex");
    await page.keyboard.press("End");
    await page.waitForFunction(
      (former) => document.activeElement?.getAttribute("aria-rowindex") !== former,
      before,
    );
    expect(await page.locator("[data-run]").count()).toBeLessThanOrEqual(40);
  }
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-rowindex") === "2");
  expect(rig.errors).toEqual([]);
}, 60_000);

test("a wrong filter is underlined, says what was expected, and the list keeps the last good one", async () => {
  const page = await rig.open("/runs?q=status:failed");
  await page.waitForFunction(() => document.querySelectorAll("[data-run]").length === 1);
  await page.keyboard.press("/");
  await page.keyboard.type("colour:red");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=There is no key colour.");
  expect(await page.locator(".tok.wrong").textContent()).toContain("colour:red");
  expect(await page.locator("[data-run]").count()).toBe(1);
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Backspace");
  await page.waitForSelector(".filter-wrong", { state: "detached" });
  expect(rig.errors).toEqual([]);
}, 60_000);

test("an expression over the event finds runs, and the address holds it as written", async () => {
  const page = await rig.open("/runs");
  await page.waitForSelector("[data-run]");
  await page.keyboard.press("/");
  await page.keyboard.type("event.data.order == 2500");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=event\.data\.order/);
  await page.waitForFunction(() =>
    [...document.querySelectorAll("[data-run]")].every((row) => row.textContent?.includes("charge-order")),
  );
  await expect.poll(() => page.locator("[data-run]").count()).toBeLessThanOrEqual(2);
  await page.reload();
  await page.waitForSelector('.tok >> text="event.data.order == 2500"');
  expect(rig.errors).toEqual([]);
}, 60_000);

test("all that match are counted, asked about, and replayed; the originals stay", async () => {
  const page = await rig.open("/runs?view=failed");
  await page.waitForSelector("[data-run]");
  const before = await countsByStatus();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("r");
  await page.waitForSelector('dialog[open] >> text="Replay 1 run?"');
  await page.keyboard.press("Enter");
  await page.waitForSelector(".toast >> text=Replaying 1 run");
  await expect.poll(async () => (await countsByStatus())["FAILED"], { timeout: 20_000 }).toBe(2);
  expect((await countsByStatus())["COMPLETED"]).toBe(before["COMPLETED"]);
  expect(rig.errors).toEqual([]);
}, 60_000);

test("new rows wait behind a pill while the reader is at work, and runs are cancelled after a question", async () => {
  const page = await rig.open("/runs");
  await page.waitForSelector("[data-run]");
  await page.keyboard.press("j");
  const first = await page.getAttribute("[data-run]", "data-run");
  await rig.client.send([
    { name: "order/packed", data: {} },
    { name: "order/packed", data: {} },
  ]);
  // A list that nobody touches for a while lets rows in by itself, and how long they take to come is the machine's affair.
  const isThere = async (): Promise<boolean> => {
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    return await page.locator('.pill-new >> text="2 new"').isVisible();
  };
  await expect.poll(isThere, { timeout: 30_000 }).toBe(true);
  expect(await page.getAttribute("[data-run]", "data-run")).toBe(first);
  await page.keyboard.press(".");
  await page.waitForSelector('[data-run] >> text="wait-for-pickup"');

  await page.goto(`${rig.url}/runs?q=fn:wait-for-pickup&view=live`);
  await page.waitForFunction(() => document.querySelectorAll("[data-run]").length === 2);
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("c");
  await page.waitForSelector('dialog[open] >> text="Cancel 2 runs?"');
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await countsByStatus())["CANCELLED"], { timeout: 20_000 }).toBe(2);
  expect(rig.errors).toEqual([]);
}, 60_000);

test("space shows a run in short beside the list, and j goes on in it", async () => {
  const page = await rig.open("/runs?q=fn:charge-order");
  await page.waitForSelector("[data-run]");
  await page.keyboard.press("j");
  await page.keyboard.press("Space");
  await page.waitForURL(/sel=/);
  const first = page.url();
  await page.waitForSelector(".aside >> text=charge-order");
  await page.keyboard.press("j");
  await page.waitForURL((url) => url.href !== first && url.search.includes("sel="));
  await page.keyboard.press("Escape");
  await page.waitForSelector(".aside", { state: "detached" });
  expect(rig.errors).toEqual([]);
}, 60_000);

test("failures are grouped by cause, and the group leads to its runs", async () => {
  const page = await rig.open("/failures");
  await page.waitForSelector(".grp");
  expect(await page.locator(".grp b").first().textContent()).toBe("CardError: The card ‹number› has expired");
  await page.waitForSelector(".sentence >> text=charge-order");
  await page.keyboard.press("s");
  await page.waitForURL(/q=group:/);
  await page.waitForSelector('[data-run] >> text="CardError: The card 4711 has expired"');
  expect(rig.errors).toEqual([]);
}, 60_000);

test("the overview says what needs somebody, and its charts are tables too", async () => {
  const page = await rig.open("/overview");
  await page.waitForSelector(".sentence >> text=charge-order has failed since");
  await page.locator("text=As table").first().click();
  await page.waitForSelector(".chart-table td");
  await page.locator(".plot").first().focus();
  await page.keyboard.press("ArrowLeft");
  await page.waitForSelector(".chart-line >> text=/: p50|: no p50/");
  expect(rig.errors).toEqual([]);
}, 60_000);

test("the palette finds places and functions; ? lists the keys", async () => {
  const page = await rig.open("/runs");
  await page.waitForSelector("[data-run]");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("failures");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/failures/);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("wait-for");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/functions\/shop-wait-for-pickup/);
  await page.keyboard.press("?");
  await page.waitForSelector('dialog[open] >> text="Single keys are on"');
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await page.waitForURL(/\/overview/);
  expect(rig.errors).toEqual([]);
}, 60_000);

test("axe finds nothing serious on any of these views, in light and dark", async () => {
  const runs = (await (await fetch(`${rig.url}/api/v2/runs?status=FAILED`)).json()) as {
    data: readonly { id: string }[];
  };
  const run = runs.data[0]?.id ?? "";
  const places = [
    ["/runs?q=status:failed", "[data-run]"],
    [`/runs?sel=${run}`, ".aside .code"],
    [`/runs/${run}`, '[data-step="charge"]'],
    ["/failures", ".grp"],
    ["/overview", ".plot"],
  ] as const;
  for (const theme of ["light", "dark"] as const) {
    for (const [path, selector] of places) {
      const page = await rig.open(path, { theme });
      await page.waitForSelector(selector);
      expect([path, theme, await seriousProblems(page)]).toEqual([path, theme, []]);
      await page.context().close();
    }
  }
  const page = await rig.open("/runs");
  await page.waitForSelector("[data-run]");
  await page.keyboard.press("Control+k");
  await page.waitForSelector("dialog[open]");
  expect(await seriousProblems(page)).toEqual([]);
}, 120_000);
