// Which rules of the reference the titles of tests name.

import type { Entry, Section } from "../../conformance/rules/section.ts";

export interface Coverage {
  readonly covered: number;
  /** Rules and rows that no title names, and that no reason excuses. */
  readonly missing: readonly string[];
  readonly excused: readonly string[];
}

/** A title names the rules whose numbers stand in it; `A8.7–A8.10` names all from one to the other. */
export function coverage(sections: readonly Section[], titles: readonly string[]): Coverage {
  const named = new Set(titles.flatMap(rulesNamed));
  const missing: string[] = [];
  const excused: string[] = [];
  let covered = 0;
  const count = (entry: Entry, label: string, isCovered: boolean) => {
    const says = typeof entry === "string" ? entry : entry.says;
    if (isCovered) covered += 1;
    else if (typeof entry === "string") missing.push(`${label} ${says}`);
    else excused.push(`${label} ${says}: ${entry.because}`);
  };
  for (const { id, rules, rows = [] } of sections) {
    for (const [index, rule] of rules.entries())
      count(rule, `${id}.${index + 1}`, named.has(`${id}.${index + 1}`));
    const ofSection = titles.filter((title) => new RegExp(`\\b${id}\\b`).test(title));
    for (const row of rows) {
      const text = typeof row === "string" ? row : row.says;
      count(
        row,
        `${id} row:`,
        ofSection.some((title) => title.includes(text)),
      );
    }
  }
  return { covered, missing, excused };
}

function rulesNamed(title: string): readonly string[] {
  const ids: string[] = [];
  for (const [, section, from, to] of title.matchAll(/\b([A-H]\d+)\.(\d+)(?:–(?:[A-H]\d+\.)?(\d+))?/g)) {
    for (let rule = Number(from); rule <= Number(to ?? from); rule += 1) ids.push(`${section}.${rule}`);
  }
  return ids;
}
