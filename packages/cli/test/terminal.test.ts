import { describe, expect, test } from "vitest";
import { painter } from "../src/drawing/paint.ts";
import { table } from "../src/drawing/table.ts";
import { cutEnd, textWidth } from "../src/drawing/text-width.ts";
import { wantsColor } from "../src/terminal.ts";

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
