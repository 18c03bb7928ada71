// One event for each reason why a function did not start, so that every one of them can be looked at.

import type { FunctionOutcome, Outcome } from "@stepwell/protocol/rest";
import { iso } from "./plan.ts";
import type { World } from "./world.ts";

const second = 1000;
const hour = 3600 * second;

const expression = "event.data.plan in ['team', 'pro'] && event.data.seats >= 5";

/** The mock-up's filter: a number came as text. */
export const filteredByText: Outcome = {
  kind: "filtered",
  expression,
  truth: {
    text: expression,
    value: "false",
    join: "all",
    parts: [
      { text: "event.data.plan in ['team', 'pro']", value: "true", path: "data.plan", found: "team" },
      { text: "event.data.seats >= 5", value: "false", path: "data.seats", found: "8" },
    ],
  },
  nearMiss: {
    sentence: 'seats holds the text "8", and a text is never at least a number.',
    part: "int(event.data.seats) >= 5",
    expression: "event.data.plan in ['team', 'pro'] && int(event.data.seats) >= 5",
    othersToday: 36,
  },
};

/** A plan that the filter does not name: the second part is not reached. */
export const filteredByPlan: Outcome = {
  kind: "filtered",
  expression,
  truth: {
    text: expression,
    value: "false",
    join: "all",
    parts: [
      { text: "event.data.plan in ['team', 'pro']", value: "false", path: "data.plan", found: "free" },
      { text: "event.data.seats >= 5", value: "not-reached", path: "data.seats" },
    ],
  },
};

export function addReasons(world: World): void {
  const now = world.now();
  const reasons: readonly (readonly [string, string, Outcome])[] = [
    [
      "web-orchestrate-onboarding",
      "user/signup.completed",
      {
        kind: "deduplicated",
        byEventId: "01KASNEV000000000000000010",
        runId: "01KASNRN000000000000000100",
        until: iso(now + 23 * hour),
      },
    ],
    ["search-index-workspace", "project/created", { kind: "debounced", startsAt: iso(now + 42 * second) }],
    [
      "web-add-to-crm",
      "crm/contact.changed",
      { kind: "batched", size: 12, maxSize: 50, startsAt: iso(now + 6 * second) },
    ],
    [
      "web-provision-workspace",
      "workspace/requested",
      { kind: "singleton-skipped", runId: "01KASNRN000000000000000001", key: "acme" },
    ],
    [
      "billing-nightly-usage-report",
      "usage/asked",
      { kind: "paused", since: iso(now - 72 * hour), by: "ana" },
    ],
    [
      "web-orchestrate-onboarding",
      "user/signup.completed",
      {
        kind: "expression-error",
        expression,
        message: "The list has no item 3.",
      },
    ],
  ];
  reasons.forEach(([slug, name, outcome], index) => {
    const eventId = `01KASNEV00000000000000${String(60 + index).padStart(4, "0")}`;
    const item: FunctionOutcome = { function: world.reference(slug), outcome };
    const receivedAt = iso(now - (20 + index * 7) * second);
    world.events.set(eventId, {
      view: {
        id: eventId,
        externalId: eventId,
        name,
        receivedAt,
        ts: receivedAt,
        isSystem: false,
        data: { account: "acme", plan: "team", seats: 12 },
        dataBytes: 46,
        source: { kind: "api" },
        effects: {
          runs: 0,
          notStarted: 1,
          ...(outcome.kind === "deduplicated" ? { duplicateOf: outcome.byEventId } : {}),
        },
      },
      outcomes: { functions: [item], waits: [] },
    });
  });
}
