// Choosing the columns of the list of runs: the choice as data, the fields of a run, and both in a real browser over
// real runs.

import type { RunView } from "@stepwell/protocol/rest";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  addField,
  fitColumns,
  moveColumn,
  parseColumns,
  removeField,
  toggleColumn,
  usualChoice,
} from "../page/runs/columns.ts";
import { fieldOf, fieldPath } from "../page/runs/field-path.ts";
import { type PageRig, pageRig, seriousProblems } from "./page-rig.ts";

const ids = (columns: readonly { readonly id: string }[]): readonly string[] => columns.map(({ id }) => id);

describe("the choice", () => {
  test("what was kept comes back; what is not understood is left out, and usual columns it lacks are added", () => {
    const chosen = addField(toggleColumn(moveColumn(usualChoice, "age", 0), "by"), "event.data.plan");
    expect(parseColumns(JSON.stringify(chosen))).toEqual(chosen);
    const odd = [
      { id: "colour", isShown: true },
      { id: "took", isShown: false },
      7,
      { id: "took", isShown: true },
    ];
    expect(ids(parseColumns(JSON.stringify(odd)))).toEqual([
      "took",
      "state",
      "function",
      "what",
      "by",
      "time",
      "age",
    ]);
    for (const text of [null, "", "{", '"x"', "{}"]) expect(parseColumns(text)).toEqual(usualChoice);
  });

  test("the last column that is shown can be neither hidden nor removed", () => {
    const field = addField(usualChoice, "output.total");
    const only = usualChoice.reduce((columns, { id }) => toggleColumn(columns, id), field);
    expect(only.filter(({ isShown }) => isShown)).toEqual([{ id: "output.total", isShown: true }]);
    expect(toggleColumn(only, "output.total")).toBe(only);
    expect(removeField(only, "output.total")).toBe(only);
    expect(removeField(usualChoice, "age")).toEqual(usualChoice);
  });

  test("a field stands once, and a hidden one is shown again when it is added", () => {
    const hidden = toggleColumn(addField(usualChoice, "event.data.a"), "event.data.a");
    expect(addField(hidden, "event.data.a")).toEqual(addField(usualChoice, "event.data.a"));
  });

  test("a narrow list lets Started by go, then the time bar; chosen fields stay and it scrolls sideways", () => {
    const columns = addField(usualChoice, "event.data.a");
    expect(fitColumns(columns, 2000).ids).toContain("by");
    const { leastWidth } = fitColumns(columns, 2000);
    expect(fitColumns(columns, leastWidth - 1).ids).not.toContain("by");
    expect(fitColumns(columns, leastWidth - 1).ids).toContain("time");
    const least = fitColumns(columns, 0);
    expect(least.ids).toEqual(["state", "function", "what", "event.data.a", "took", "age"]);
    expect(least.template.split("px").length).toBe(8);
    expect(fitColumns(toggleColumn(columns, "what"), 2000).template).toContain("minmax(210px, 1fr)");
  });
});

describe("a field", () => {
  test.each([
    ["event.data.plan", ["event", "data", "plan"]],
    ["output", ["output"]],
    ["output.items[0].sku", ["output", "items", 0, "sku"]],
    ['event.data["first \\"name"]', ["event", "data", 'first "name']],
    ['event.data["a\\u00e9\\n"]', ["event", "data", "aé\n"]],
    ["event.ts", ["event", "ts"]],
  ])("%s is one", (text, path) => expect(fieldPath(text)).toEqual(path));

  test.each([
    "",
    "event",
    "plan",
    "event.colour",
    "events.data",
    "event.data.",
    "event.data.a == 1",
    "outputs.a",
    'output["\\x"]',
  ])("%j is none", (text) => expect(fieldPath(text)).toBeUndefined());

  const run = {
    event: { id: "e", name: "a", ts: 5, data: { list: [{ n: 1 }], none: null }, dataBytes: 30 },
    output: { total: 0 },
  } as unknown as RunView;

  test("its value is found in lists and objects; nothing is found where nothing is", () => {
    expect(fieldOf(run, "event.data.list[0].n")).toEqual({ kind: "value", value: 1 });
    expect(fieldOf(run, "event.data.none")).toEqual({ kind: "value", value: null });
    expect(fieldOf(run, "output.total")).toEqual({ kind: "value", value: 0 });
    for (const text of ["event.data.list[1]", "event.data.constructor", "event.v", "output.total.x"])
      expect(fieldOf(run, text)).toEqual({ kind: "absent" });
    expect(fieldOf({} as RunView, "event.data.a")).toEqual({ kind: "absent" });
  });

  test("what the list left out for its size is told, and a failed run's output is its error", () => {
    const large = { event: { dataBytes: 9000 }, outputBytes: 8000 } as unknown as RunView;
    expect(fieldOf(large, "event.data.a")).toEqual({ kind: "large", bytes: 9000 });
    expect(fieldOf(large, "output")).toEqual({ kind: "large", bytes: 8000 });
    const failed = { error: { name: "CardError", message: "no" } } as unknown as RunView;
    expect(fieldOf(failed, "output.name")).toEqual({ kind: "value", value: "CardError" });
  });
});

describe("in a browser", () => {
  let rig: PageRig;
  let page: Page;
  const plans = ["free", "pro", "team"];

  beforeAll(async () => {
    rig = await pageRig();
    const sell = rig.client.createFunction(
      { id: "sell", triggers: [{ event: "plan/chosen" }] },
      async ({ event }) => ({ seats: event.data["seats"] }),
    );
    await rig.serve([sell]);
    await rig.client.send(plans.map((plan, seats) => ({ name: "plan/chosen", data: { plan, seats } })));
  }, 60_000);
  afterAll(() => rig.close());
  beforeEach(async () => {
    page = await rig.open("/runs");
    await page.waitForFunction(
      (count) => document.querySelectorAll("[data-run]").length >= count,
      plans.length,
    );
  }, 60_000);

  const heads = (): Promise<string[]> => page.locator("[data-column]").allTextContents();
  const usual = ["State", "Function", "What happened", "Started by", "Where time went", "Took", "Age"];
  const openMenu = async (): Promise<void> => {
    await page.click('button[aria-label="Columns"]');
    await page.waitForSelector('[role="dialog"] >> text=Kept in this browser');
  };

  test("a column is hidden and shown in head and rows alike, and the choice outlives the page", async () => {
    expect(await heads()).toEqual(usual);
    await openMenu();
    await page.click('[data-line="by"] label');
    await page.waitForSelector('[data-column="by"]', { state: "detached" });
    expect(await page.locator("[data-run] .c-by").count()).toBe(0);
    await page.reload();
    await page.waitForSelector("[data-run]");
    expect(await heads()).toEqual(usual.filter((title) => title !== "Started by"));
    const cells = page.locator("[data-run]").first().locator('[role="gridcell"]');
    expect(await cells.count()).toBe(await page.locator('[role="columnheader"]').count());
    await openMenu();
    await page.click("text=As usual");
    await page.waitForSelector('[data-column="by"]');
    expect(rig.errors).toEqual([]);
  }, 60_000);

  test("fields of the event and the output that are typed in become columns with each run's value", async () => {
    await openMenu();
    await page.fill(".columns-add input", "plan");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".columns-add >> text=Write a field as an expression has it");
    for (const field of ["event.data.plan", "output.seats"]) {
      await page.fill(".columns-add input", field);
      await page.keyboard.press("Enter");
      await page.waitForSelector(`[data-column="${field}"]`);
    }
    const shown = () => page.locator("[data-run] .c-field").allTextContents();
    await expect
      .poll(async () => (await shown()).sort(), { timeout: 20_000 })
      .toEqual(["free", "pro", "team", "0", "1", "2"].sort());
    // A run that comes later, and changes while it is shown, has its event too.
    await rig.client.send({ name: "plan/chosen", data: { plan: "huge", seats: 99 } });
    await page.keyboard.press("Escape");
    await page.waitForSelector('[role="dialog"]', { state: "detached" });
    const lateRow = async (): Promise<string> => {
      if (await page.locator(".pill-new").isVisible()) await page.keyboard.press(".");
      return (await page.locator("[data-run]").first().locator(".c-field").allTextContents()).join(" ");
    };
    await expect.poll(lateRow, { timeout: 20_000 }).toBe("huge 99");
    await openMenu();
    await page.click('button[aria-label="Remove output.seats"]');
    await page.waitForSelector('[data-column="output.seats"]', { state: "detached" });
    expect(rig.errors).toEqual([]);
  }, 60_000);

  test("by keyboard alone: the menu opens, a column goes down and up, keeps the focus, and Escape gives it back", async () => {
    await page.focus('button[aria-label="Columns"]');
    await page.keyboard.press("Enter");
    await page.focus('button[aria-label="Move State down"]');
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.waitForSelector('[role="status"] >> text=State is column 3 of 7');
    expect(await heads()).toEqual(["Function", "What happened", "State", ...usual.slice(3)]);
    expect(await page.getAttribute(":focus", "aria-label")).toBe("Move State down");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Space");
    await page.waitForSelector('[role="status"] >> text=State is column 2 of 7');
    await page.keyboard.press("j");
    await page.keyboard.press("Escape");
    expect(await page.getAttribute(":focus", "aria-label")).toBe("Columns");
    expect(await page.locator("[data-run].cur").count()).toBe(0);
    expect(rig.errors).toEqual([]);
  }, 60_000);

  test("a column is dragged to the place of another, in the head and in the menu", async () => {
    await page.dragAndDrop('[data-column="age"]', '[data-column="state"]');
    await expect.poll(heads).toEqual(["Age", ...usual.slice(0, -1)]);
    await openMenu();
    await page.dragAndDrop('[data-line="age"] label', '[data-line="what"] label');
    await expect.poll(heads).toEqual(["State", "Function", "What happened", "Age", ...usual.slice(3, -1)]);
    expect(rig.errors).toEqual([]);
  }, 60_000);

  test("phones keep their two lines, whatever was chosen", async () => {
    await openMenu();
    await page.click('[data-line="took"] label');
    await page.waitForSelector('[data-column="took"]', { state: "detached" });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.waitForSelector("[data-run] .c-dur");
    expect(await page.locator('button[aria-label="Columns"]').isVisible()).toBe(false);
    const [row, ...others] = await page.locator("[data-run]").all();
    const box = await row?.boundingBox();
    expect(box?.height).toBe(56);
    expect((await others[0]?.boundingBox())?.y).toBe((box?.y ?? 0) + 56);
  }, 60_000);

  test("axe finds nothing serious in the menu and with a field among the columns, in light and dark", async () => {
    for (const theme of ["light", "dark"] as const) {
      page = await rig.open("/runs", { theme });
      await page.waitForSelector("[data-run]");
      await openMenu();
      await page.fill(".columns-add input", "event.data.plan");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".c-field");
      expect([theme, await seriousProblems(page)]).toEqual([theme, []]);
      await page.context().close();
    }
  }, 60_000);
});
