// The style sheet: colours live in the tokens alone, each token that is used exists, and all words and bars can be told
// from what they stand on (WCAG AA).

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const folder = fileURLToPath(new URL("../page/style/", import.meta.url));
const sheets = readdirSync(folder)
  .filter((name) => name.endsWith(".css"))
  .map((name) => ({ name, text: readFileSync(`${folder}${name}`, "utf8") }));
const tokens = sheets.find(({ name }) => name === "tokens.css")?.text ?? "";

type Theme = "light" | "dark";
const colours = new Map(
  [...tokens.matchAll(/--([\w-]+):\s*light-dark\((#[\da-f]{6}),\s*(#[\da-f]{6})\)/g)].map(
    ([, name, light, dark]) => [name ?? "", { light: light ?? "", dark: dark ?? "" }],
  ),
);

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(front: string, back: string, theme: Theme): number {
  const [one, other] = [front, back].map((name) => {
    const colour = colours.get(name);
    if (colour === undefined) throw new Error(`There is no token --${name}.`);
    return luminance(colour[theme]);
  });
  const [low = 0, high = 0] = [one ?? 0, other ?? 0].sort((left, right) => left - right);
  return (high + 0.05) / (low + 0.05);
}

const states = ["completed", "running", "failed", "queued", "waiting", "sleeping", "cancelled"];
const grounds = ["canvas", "surface", "sunken", "raised", "hover", "selected"];
const inks = ["ink", "ink-2", "ink-3", "accent", ...states.map((state) => `${state}-ink`)];
const words: readonly (readonly [string, string])[] = [
  ...inks.flatMap((ink) => grounds.map((ground) => [ink, ground] as const)),
  ...states.flatMap((state) => [
    [`${state}-ink`, `${state}-tint`] as const,
    ["ink", `${state}-tint`] as const,
  ]),
  ...["key", "str", "num", "lit"].flatMap((kind) => [
    [`syn-${kind}`, "surface"] as const,
    [`syn-${kind}`, "sunken"] as const,
  ]),
  ...["ink", "accent", "failed-fill"].map((ground) => ["on-strong", ground] as const),
];
const shapes: readonly (readonly [string, string])[] = [
  ...states.flatMap((state) =>
    ["surface", "sunken", "hover", "selected"].map((ground) => [`${state}-fill`, ground] as const),
  ),
  ["line-control", "surface"],
];

describe.each(["light", "dark"] as const)("%s", (theme) => {
  const tooClose = (pairs: typeof words, least: number): readonly string[] =>
    pairs
      .filter(([front, back]) => contrast(front, back, theme) < least)
      .map(([front, back]) => `${front} on ${back}: ${contrast(front, back, theme).toFixed(2)}`);
  test("words have a contrast of 4.5 at least", () => expect(tooClose(words, 4.5)).toEqual([]));
  test("bars and boxes have a contrast of 3 at least", () => expect(tooClose(shapes, 3)).toEqual([]));
});

test("no sheet but the tokens writes a colour", () => {
  const written = sheets
    .filter(({ name }) => name !== "tokens.css")
    .flatMap(({ name, text }) =>
      [...text.matchAll(/#[\da-f]{3,8}\b/gi)].map(([colour]) => `${name}: ${colour}`),
    );
  expect(written).toEqual([]);
});

test("every token that is used exists", () => {
  const all = sheets.map(({ text }) => text).join("\n");
  const known = new Set([...all.matchAll(/--([\w-]+)\s*:/g)].map(([, name]) => name));
  // Set by the page on the element itself.
  const given = new Set(["panel", "swatch"]);
  const used = [...all.matchAll(/var\(--([\w-]+)/g)].map(([, name]) => name ?? "");
  expect(used.filter((name) => !known.has(name) && !given.has(name))).toEqual([]);
});
