// What needs somebody: failures that go on, apps that do not answer, and what looks wrong. Facts alone, the most
// urgent first.

import type { AppView, FailureGroup, FunctionView } from "@stepwell/protocol/rest";
import { at, bad, counted, moment, name, type Part, type Sentence } from "@stepwell/protocol/words";
import { stateOfGroup } from "../failures/group-state.ts";

export interface Need {
  readonly id: string;
  readonly kind: "failed" | "away" | "warning";
  readonly subject: string;
  readonly words: string;
  readonly to: string;
  /** Unix ms. */
  readonly since?: number;
}

/** A group needs somebody while it failed so lately. */
const recentMs = 60 * 60_000;

export interface Facts {
  readonly groups: readonly FailureGroup[];
  readonly apps: readonly AppView[];
  readonly functions: readonly FunctionView[];
  readonly now: number;
}

export function needsOf({ groups, apps, functions, now }: Facts): readonly Need[] {
  const failed = groups
    .filter((group) => stateOfGroup(group) === "open" && now - at(group.lastAt) < recentMs)
    .map(
      (group): Need => ({
        id: group.id,
        kind: "failed",
        subject: group.function.name,
        words: `${counted(group.count, "run")} failed`,
        to: `/failures?sel=${encodeURIComponent(group.id)}`,
        since: at(group.firstAt),
      }),
    );
  const away = apps
    .filter((app) => !app.isArchived && (app.isReachable === false || app.latestSync?.status === "FAILED"))
    .map(
      (app): Need => ({
        id: app.id,
        kind: "away",
        subject: app.name === "" ? (app.url ?? app.id) : app.name,
        words: app.isReachable === false ? "does not answer" : "was not synced",
        to: `/apps?sel=${encodeURIComponent(app.id)}`,
        ...(app.latestSync?.syncedAt === undefined ? {} : { since: at(app.latestSync.syncedAt) }),
      }),
    );
  const warned = functions.flatMap((one) =>
    (one.warnings ?? []).map(
      (words, index): Need => ({
        id: `${one.id} ${index}`,
        kind: "warning",
        subject: one.name,
        words,
        to: `/functions/${encodeURIComponent(one.slug)}`,
      }),
    ),
  );
  return [...away, ...failed, ...warned];
}

const smallNumbers = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];
const namedMax = 3;

/** `Two things need you. …`, or `All quiet. 3 apps, 9 functions, nothing held back.` */
export function overviewSentence(
  needs: readonly Need[],
  facts: Facts & { readonly queued: number },
): Sentence {
  if (needs.length === 0) {
    const { apps, functions, queued } = facts;
    const held = queued === 0 ? "nothing held back" : `${counted(queued, "run")} held back`;
    return [
      "All quiet. ",
      `${counted(apps.length, "app")}, ${counted(functions.length, "function")}, ${held}.`,
    ];
  }
  const number = smallNumbers[needs.length] ?? String(needs.length);
  const lead = `${number} ${needs.length === 1 ? "thing needs" : "things need"} you.`;
  const named = needs.slice(0, namedMax);
  const parts: Part[] = [bad(lead), " "];
  for (const [index, need] of named.entries()) {
    if (index > 0) parts.push(index === named.length - 1 && needs.length <= namedMax ? ", and " : ", ");
    parts.push(name(need.subject, need.to), ` ${clause(need, facts.now)}`);
  }
  if (needs.length > namedMax) parts.push(` and ${counted(needs.length - namedMax, "more thing")}`);
  return [...parts, "."];
}

function clause(need: Need, now: number): string {
  switch (need.kind) {
    case "failed":
      return need.since === undefined ? "has failed" : `has failed since ${moment(need.since, now)}`;
    case "away":
      return need.words;
    case "warning":
      return "looks wrong";
  }
}
