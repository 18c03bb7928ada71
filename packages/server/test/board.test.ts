// The example board and the guide name only metrics and labels that /metrics has.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Loose, returned, rig } from "./rig.ts";

const file = (path: string): string =>
  readFileSync(new URL(`../../../docs/${path}`, import.meta.url), "utf8");

/** Names with their labels, as declared: a family without series has a name all the same. */
async function declared(): Promise<ReadonlyMap<string, string>> {
  const here = await rig({}, () => returned());
  const { text } = await here.request("/metrics");
  const types = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)];
  return new Map(types.map(([, name = "", type = ""]) => [name, type]));
}

/** What a histogram shows beside its own name. */
const familyOf = (name: string, families: ReadonlyMap<string, string>): string => {
  const base = name.replace(/_(bucket|sum|count)$/, "");
  return families.get(base) === "histogram" ? base : name;
};

test("every metric that the board asks for exists, and each panel asks for one", async () => {
  const families = await declared();
  const board: Loose = JSON.parse(file("operating/grafana.json"));
  const panels = board.panels.filter((panel: Loose) => panel.type !== "row");
  expect(panels.length).toBeGreaterThan(15);
  for (const panel of panels) {
    const names = panel.targets.flatMap(
      (target: Loose) => target.expr.match(/\b(stepwell|process|nodejs)_\w+/g) ?? [],
    );
    expect([panel.title, names.length > 0]).toEqual([panel.title, true]);
    for (const name of names) expect([name, families.has(familyOf(name, families))]).toEqual([name, true]);
  }
  for (const variable of board.templating.list.filter((one: Loose) => one.type === "query"))
    expect(families.has(/\((\w+)/.exec(variable.query.query)?.[1] ?? "")).toBe(true);
});

test("the guide names every metric of ours, and none that is not there", async () => {
  const families = await declared();
  const named = new Set(file("guides/observing.md").match(/\bstepwell_\w+/g));
  const ours = [...families.keys()].filter((name) => name.startsWith("stepwell_"));
  expect([...named].sort()).toEqual(ours.sort());
});

test("nothing on the board lies over something else", () => {
  const board: Loose = JSON.parse(file("operating/grafana.json"));
  const taken = new Set<string>();
  for (const { gridPos, title } of board.panels) {
    expect([title, gridPos.x + gridPos.w <= 24]).toEqual([title, true]);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect([title, taken.has(`${x},${y}`)]).toEqual([title, false]);
        taken.add(`${x},${y}`);
      }
  }
  expect(new Set(board.panels.map((panel: Loose) => panel.id)).size).toBe(board.panels.length);
});
