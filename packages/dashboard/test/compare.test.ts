// Payloads held against their likes in a real browser, over real runs: a run's output and trigger, a step's output, an
// event's data.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type PageRig, pageRig, seriousProblems } from "./page-rig.ts";

let rig: PageRig;
/** The runs' and events' ids, by the order that they are about. */
const runs = new Map<string, string>();
const events = new Map<string, string>();

beforeAll(async () => {
  rig = await pageRig();
  const price = rig.client.createFunction(
    { id: "price-order", triggers: [{ event: "order/placed" }] },
    async ({ event, step }) => {
      const lines = await step.run("price", () => event.data["lines"] as readonly number[]);
      return { order: event.data["order"], sum: lines.reduce((sum, line) => sum + line, 0) };
    },
  );
  await rig.serve([price]);
  for (const [order, lines] of [
    ["A1", [5, 7]],
    ["B2", [5, 6, 7]],
  ] as const) {
    const { ids } = await rig.client.send({ name: "order/placed", data: { order, lines } });
    const [eventId = ""] = ids;
    events.set(order, eventId);
    await vi.waitFor(
      async () => {
        const answer = await fetch(`${rig.url}/api/v2/events/${eventId}/runs`);
        const [run] = ((await answer.json()) as { data: { id: string; status: string }[] }).data;
        if (run?.status !== "COMPLETED") throw new Error("The run has not completed yet.");
        runs.set(order, run.id);
      },
      { timeout: 40_000, interval: 100 },
    );
  }
}, 60_000);

afterAll(() => rig.close());

const idOf = (ids: ReadonlyMap<string, string>, order: string): string => ids.get(order) ?? "";

/** Opens Compare of the payload with a title and gives it an id or address; answers the lines, one text each. */
async function compared(page: Page, title: string, other: string): Promise<readonly string[]> {
  const place = page
    .locator("section.sec, .sec")
    .filter({ has: page.locator(`h2:has-text("${title}")`) })
    .last();
  await place.getByRole("button", { name: "Compare" }).click();
  await place.getByRole("textbox").fill(other);
  await place.locator(".compare .note").waitFor();
  return await place.locator(".diff > li").allTextContents();
}

test("a run's output against that of another run, whose address is pasted", async () => {
  const page = await rig.open(`/runs/${idOf(runs, "B2")}`);
  const lines = await compared(page, "Output", `${rig.url}/runs/${idOf(runs, "A1")}?tab=steps`);
  expect(lines).toEqual(['changedorder−there: "A1"+here: "B2"', "changedsum−there: 12+here: 18"]);
  expect(await page.locator(".compare .note").textContent()).toMatch(
    /^Against the output of run .+: 2 changed\.$/,
  );
  expect(await compared(page, "Output", idOf(runs, "B2"))).toEqual([]);
  expect(await page.locator(".compare .note").textContent()).toMatch(/: no difference\.$/);
});

test("what started a run against an event, and against what started another run", async () => {
  const page = await rig.open(`/runs/${idOf(runs, "B2")}`);
  const expected = ["addedlines[1]+here: 6", 'changedorder−there: "A1"+here: "B2"'];
  expect(await compared(page, "Data of order/placed", idOf(events, "A1"))).toEqual(expected);
  expect(await compared(page, "Data of order/placed", idOf(runs, "A1"))).toEqual(expected);
});

test("a step's output against the same step of another run", async () => {
  const page = await rig.open(`/runs/${idOf(runs, "A1")}`);
  await page.click('[data-step="price"]');
  expect(await compared(page, "Output", idOf(runs, "B2"))).toEqual(["removed[1]−there: 6"]);
});

test("an event's data, an id that there is not, and what is no id", async () => {
  const page = await rig.open(`/events/${idOf(events, "A1")}`);
  await compared(page, "Data", idOf(events, "B2"));
  const field = page.locator(".compare").getByRole("textbox");
  await field.fill("01ARZ3NDEKTSV4RRFFQ69G5FAV");
  await page.waitForSelector(".compare .err >> text=There is no run 01ARZ3NDEKTSV4RRFFQ69G5FAV");
  await field.fill("A1");
  await page.waitForSelector(".compare .err >> text=An id has 26 capital letters and digits.");
});

test("axe finds nothing serious in either theme", async () => {
  for (const theme of ["light", "dark"] as const) {
    const page = await rig.open(`/runs/${idOf(runs, "B2")}`, { theme });
    await compared(page, "Data of order/placed", idOf(events, "A1"));
    await compared(page, "Output", idOf(runs, "A1"));
    expect(await seriousProblems(page)).toEqual([]);
  }
  expect(rig.errors).toEqual([]);
});
