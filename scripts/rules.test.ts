// Every rule of the reference has a test that carries its number, or a stated reason.

import { describe, expect, test } from "vitest";
import { claimSections } from "../conformance/rules/claims.ts";
import { eventSections } from "../conformance/rules/events.ts";
import { expressionSections } from "../conformance/rules/expressions.ts";
import { functionSections } from "../conformance/rules/functions.ts";
import type { Section } from "../conformance/rules/section.ts";
import { stepSections } from "../conformance/rules/steps.ts";
import { coverage } from "./tidy/rule-coverage.ts";
import { parseFile, readSources, trackedPaths } from "./tidy/source-files.ts";
import { testTitles } from "./tidy/test-titles.ts";

const sections = [...eventSections, ...functionSections, ...stepSections, ...expressionSections];
const isTest = (path: string) => /\.test\.ts$|^conformance\/scenarios\/|^packages\/server\/test\//.test(path);

describe("the reference's rules", () => {
  const titles = readSources(trackedPaths().filter(isTest)).flatMap(testTitles);

  test("each required rule has a test of its number", () => {
    const { missing, excused } = coverage(
      sections.filter((section) => section.required),
      titles,
    );
    console.log(["Rules without a test, with the reason:", ...excused.map((line) => `  ${line}`)].join("\n"));
    expect(missing).toEqual([]);
  });

  test("each claim of the guide has a scenario, which runs with every SDK", () => {
    const scenarios = trackedPaths().filter((path) => path.startsWith("conformance/scenarios/"));
    const { missing, excused } = coverage(claimSections, readSources(scenarios).flatMap(testTitles));
    console.log(
      ["Claims without a scenario, with the reason:", ...excused.map((line) => `  ${line}`)].join("\n"),
    );
    expect(missing).toEqual([]);
  });

  test("those of features under way are reported", () => {
    const { missing, covered } = coverage(
      sections.filter((section) => !section.required),
      titles,
    );
    console.log(`Rules not required yet: ${covered} with a test, ${missing.length} without.`);
    console.log(missing.map((line) => `  ${line}`).join("\n"));
    expect(missing.length + covered).toBeGreaterThan(0);
  });

  test("no title names a rule that does not exist", () => {
    const known = new Set(sections.flatMap(({ id, rules }) => rules.map((_, index) => `${id}.${index + 1}`)));
    const named = titles.flatMap((title) => title.match(/\b[A-E]\d+\.\d+\b/g) ?? []);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });
});

describe("the report can fail", () => {
  const section = (over: Partial<Section>): Section => ({
    id: "A1",
    title: "t",
    required: true,
    rules: ["one", "two"],
    ...over,
  });
  test("a rule without a test and a row without a test are named", () => {
    const { missing } = coverage([section({ rows: ["a row"] })], ["A1.2 says so", "A1 another row"]);
    expect(missing).toEqual(["A1.1 one", "A1 row: a row"]);
  });

  test("titles of tables are read row by row", () => {
    const file = parseFile(
      "a.test.ts",
      'const rows = [["A1.1", 1], ["A1.2", 2]] as const;\n' +
        'test.each(rows)("%s gives %s", () => {});\ntest.each(["x"])("A2 %s", () => {});\n' +
        'describe("A3", () => { test("plain", () => {}); });\ntest("last", () => {});',
    );
    expect(testTitles(file)).toEqual(["A1.1 gives 1", "A1.2 gives 2", "A2 x", "A3 › plain", "last"]);
  });
});
