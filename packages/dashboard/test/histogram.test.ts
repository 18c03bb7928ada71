// The histogram over the list of runs: a time is chosen by dragging and by keyboard, and taken back with Escape.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { chosenTime, moveChoice } from "../page/runs/time-choice.ts";
import { type PageRig, pageRig, seriousProblems } from "./page-rig.ts";

describe("a choice of bars", () => {
  const alone = { bars: 10, isExtending: false };
  const extending = { bars: 10, isExtending: true };

  test("the first key begins at the end that it points from; further ones move by a bar and stop at the ends", () => {
    expect(moveChoice(undefined, "ArrowLeft", alone)).toEqual({ anchor: 9, head: 9 });
    expect(moveChoice(undefined, "ArrowRight", extending)).toEqual({ anchor: 0, head: 0 });
    expect(moveChoice({ anchor: 2, head: 5 }, "ArrowRight", alone)).toEqual({ anchor: 6, head: 6 });
    expect(moveChoice({ anchor: 9, head: 9 }, "ArrowRight", alone)).toEqual({ anchor: 9, head: 9 });
    expect(moveChoice({ anchor: 4, head: 4 }, "Home", alone)).toEqual({ anchor: 0, head: 0 });
  });

  test("with shift the other end stays", () => {
    expect(moveChoice({ anchor: 4, head: 4 }, "ArrowLeft", extending)).toEqual({ anchor: 4, head: 3 });
    expect(moveChoice({ anchor: 4, head: 3 }, "End", extending)).toEqual({ anchor: 4, head: 9 });
  });

  test("it holds the runs of its bars, whichever way it was chosen, and is never shorter than 1 ms", () => {
    const bar = (from: number, total: number, failed: number) => ({
      from: new Date(from).toISOString(),
      total,
      failed,
    });
    const bars = [bar(1000, 1, 0), bar(2000, 2, 1), bar(3000, 4, 2)];
    const chosen = { from: 2000, until: 4000, total: 6, failed: 3 };
    expect(chosenTime(bars, 1000, { anchor: 1, head: 2 })).toEqual(chosen);
    expect(chosenTime(bars, 1000, { anchor: 2, head: 1 })).toEqual(chosen);
    expect(chosenTime(bars, 0.1, { anchor: 0, head: 0 })).toMatchObject({ from: 1000, until: 1001 });
  });
});

describe("in a browser", () => {
  const runs = 3;
  const dayMs = 86_400_000;
  let rig: PageRig;
  let page: Page;

  beforeAll(async () => {
    rig = await pageRig();
    const note = rig.client.createFunction({ id: "note", triggers: [{ event: "a" }] }, async () => 1);
    await rig.serve([note]);
    await rig.client.send(Array.from({ length: runs }, () => ({ name: "a", data: {} })));
    const listed = async (): Promise<void> => {
      const answer = await fetch(`${rig.url}/api/v2/runs`);
      const { data } = (await answer.json()) as { data: readonly unknown[] };
      if (data.length < runs) throw new Error(`${data.length} of ${runs} runs are there.`);
    };
    await vi.waitFor(listed, { timeout: 30_000 });
  }, 60_000);
  afterAll(() => rig.close());
  beforeEach(async () => {
    page = await rig.open("/runs");
    await page.waitForSelector("[data-run]");
    await page.waitForSelector(".hist-choice");
  }, 60_000);

  const chosen = (): Promise<string | null> => page.getAttribute(".hist-choice", "aria-valuetext");
  const spanMs = (): number => {
    const [from, until] = (new URL(page.url()).searchParams.get("t") ?? "").split("-").map(Number);
    return (until ?? 0) - (from ?? 0);
  };
  const barMs = async (): Promise<number> =>
    dayMs / (Number(await page.getAttribute(".hist-choice", "aria-valuemax")) + 1);

  /** From a quarter of the width to its half, the button held. */
  async function dragAcross(): Promise<void> {
    const box = await page.locator(".hist-choice").boundingBox();
    if (box === null) throw new Error("The histogram is not drawn.");
    await page.mouse.move(box.x + box.width * 0.251, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.4, box.y + 20);
    await page.mouse.move(box.x + box.width * 0.501, box.y + 20);
    await page.waitForSelector(".hist .brush");
  }

  test("dragging sets the time to the bars dragged over; Escape takes it back, and the focus stays", async () => {
    const bar = await barMs();
    await dragAcross();
    expect(await chosen()).toMatch(/ to .*: 0 runs$/);
    await page.mouse.up();
    await page.waitForURL(/t=\d+-\d+/);
    expect(Math.round(spanMs() / bar)).toBe(25);
    expect(await page.locator(".tools select option:checked").textContent()).toBe("Chosen time");
    await page.waitForSelector("[data-run]", { state: "detached" });
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => !url.searchParams.has("t"));
    await page.waitForSelector("[data-run]");
    expect(await page.getAttribute(":focus", "role")).toBe("slider");
    expect(rig.errors).toEqual([]);
  }, 60_000);

  test("Escape while dragging sets nothing, and neither does a click", async () => {
    await dragAcross();
    await page.keyboard.press("Escape");
    await page.waitForSelector(".hist .brush", { state: "detached" });
    await page.mouse.up();
    await page.click(".hist-choice");
    expect(await chosen()).toBe("No time chosen");
    expect(new URL(page.url()).searchParams.has("t")).toBe(false);
    expect(rig.errors).toEqual([]);
  }, 60_000);

  test("by keyboard: arrows move, shift extends, Enter sets the time and opens no run, Escape goes back step by step", async () => {
    const bar = await barMs();
    await page.focus(".hist-choice");
    await page.keyboard.press("End");
    await expect.poll(chosen).toMatch(new RegExp(` to .*: ${runs} runs$`));
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/runs\?t=\d+-\d+/);
    expect(Math.round(spanMs() / bar)).toBe(3);
    const first = page.url();
    await expect.poll(() => page.locator("[data-run]").count()).toBe(runs);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.href !== first && url.searchParams.has("t"));
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Escape");
    expect(await chosen()).toBe("No time chosen");
    await page.keyboard.press("Escape");
    await page.waitForURL(first);
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => !url.searchParams.has("t"));
    expect(rig.errors).toEqual([]);
  }, 60_000);

  test("axe finds nothing serious while a time is chosen, in light and dark", async () => {
    for (const theme of ["light", "dark"] as const) {
      page = await rig.open("/runs", { theme });
      await page.waitForSelector(".hist-choice");
      await page.focus(".hist-choice");
      await page.keyboard.press("ArrowLeft");
      await page.waitForSelector(".hist .brush");
      expect([theme, await seriousProblems(page)]).toEqual([theme, []]);
      await page.context().close();
    }
  }, 60_000);
});
