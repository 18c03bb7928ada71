import { describe, expect, test } from "vitest";
import { painter } from "../src/drawing/paint.ts";
import { table } from "../src/drawing/table.ts";
import { cutEnd, textWidth } from "../src/drawing/text-width.ts";
import { wantsColor } from "../src/terminal.ts";
import { harmless, oneLine } from "../src/words/one-line.ts";

const plain = painter(false);

describe("colour", () => {
  test.each([
    ["a screen", {}, true, true],
    ["a pipe", {}, false, false],
    ["NO_COLOR", { NO_COLOR: "1" }, true, false],
    ["an empty NO_COLOR says nothing", { NO_COLOR: "" }, true, true],
    ["FORCE_COLOR on a pipe", { FORCE_COLOR: "1" }, false, true],
    ["FORCE_COLOR=0 on a screen", { FORCE_COLOR: "0" }, true, false],
    ["NO_COLOR goes before FORCE_COLOR", { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
    ["a dumb terminal", { TERM: "dumb" }, true, false],
  ] as const)("%s", (_, environment, isScreen, expected) =>
    expect(wantsColor(environment, isScreen)).toBe(expected),
  );
});

describe("tables", () => {
  const columns = [
    { head: "id" },
    { head: "words", least: 8 },
    { head: "extra", goes: 1 },
    { head: "n", isRight: true },
  ];
  const rows = [
    ["a", "quite a long sentence", "more", "1"],
    ["bb", "short", "x", "10"],
  ];

  test("columns are as wide as what stands in them", () => {
    expect(table(columns, rows, plain, undefined)).toBe(
      [
        "id  words                  extra   n",
        "a   quite a long sentence  more    1",
        "bb  short                  x      10",
        "",
      ].join("\n"),
    );
  });

  test("on a narrow screen words are cut", () => {
    expect(table(columns, rows, plain, 26)).toBe(
      ["id  words        extra   n", "a   quite a lo…  more    1", "bb  short        x      10", ""].join(
        "\n",
      ),
    );
  });

  test("on a very narrow one a column goes", () => {
    expect(table(columns, rows, plain, 17)).toBe(
      ["id  words       n", "a   quite a …   1", "bb  short      10", ""].join("\n"),
    );
  });

  test("wide characters take two columns, joined ones none", () => {
    expect([textWidth("abc"), textWidth("日本"), textWidth("e\u0301"), textWidth("🚀")]).toEqual([
      3, 4, 1, 2,
    ]);
    expect(cutEnd("日本語です", 6)).toBe("日本…");
    const [, first = "", second = ""] = table(
      [{ head: "a" }, { head: "b" }],
      [
        ["日本", "x"],
        ["abcd", "y"],
      ],
      plain,
      undefined,
    ).split("\n");
    expect([first, second]).toEqual(["日本  x", "abcd  y"]);
  });
});

describe("texts of users", () => {
  test("cannot steer the terminal", () => {
    expect(harmless("a\u001b]0;title\u0007b\u009bc\u202ed\n")).toBe("a\\x1b]0;title\\x07b\\x9bc\\u202ed\\n");
  });

  test.each([
    [{ a: 1, "b-c": ["x", null] }, '{ a: 1, "b-c": [ "x", null ] }'],
    [[], "[]"],
    [undefined, "nothing"],
    ["long".repeat(50), /^"(long)+lo…$/],
    [{ deep: { text: "\u001b[2J" } }, '{ deep: { text: "\\u001b[2J" } }'],
  ])("one line: %j", (value, expected) => {
    const text = oneLine(value, 60);
    expect(text.length).toBeLessThanOrEqual(60);
    if (typeof expected === "string") expect(text).toBe(expected);
    else expect(text).toMatch(expected);
  });
});
