// Over REST: testing an expression over the last events, and how often a near miss happened today.

import { eventOutcomesPath, expressionTestPath } from "@stepwell/protocol/rest";
import { describe, expect, test } from "vitest";
import { type Rig, rig } from "./rig.ts";

const filter = "event.data.plan == 'team' && event.data.seats >= 5";

async function withEvents(): Promise<{ readonly world: Rig; readonly ids: readonly string[] }> {
  const world = await rig();
  await world.register("app", { onboard: { triggers: [{ event: "user/signup", expression: filter }] } });
  const seats = [12, "8", "9", "none"];
  const { body } = await world.post(
    "/api/v2/events",
    seats.map((seat) => ({ name: "user/signup", data: { plan: "team", seats: seat } })),
  );
  await world.post("/api/v2/events", { name: "user/other", data: {} });
  return { world, ids: body.data.eventIds };
}

describe("POST /api/v2/expressions/test", () => {
  test("tests the events of one name", async () => {
    const { world, ids } = await withEvents();
    const { status, body } = await world.post(expressionTestPath(), {
      eventName: "user/signup",
      current: filter,
      edited: filter.replace("event.data.seats", "int(event.data.seats)"),
      limit: 3,
    });
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ tested: 4, current: 1, edited: 3, more: 2, fewer: 0 });
    expect(body.data.rows).toHaveLength(3);
    expect(body.data.rows[0]).toMatchObject({ eventId: ids[2], current: "no-match", edited: "match" });
  });

  test("a name may end in a wildcard, and the time may be given", async () => {
    const { world } = await withEvents();
    const all = await world.post(expressionTestPath(), { eventName: "user/*" });
    expect(all.body.data).toMatchObject({ tested: 5, edited: 5 });
    const none = await world.post(expressionTestPath(), {
      eventName: "user/*",
      from: world.clock.now() + 1,
    });
    expect(none.body.data.tested).toBe(0);
  });

  test("an expression that does not compile is an answer, not a refusal", async () => {
    const { world } = await withEvents();
    const { status, body } = await world.post(expressionTestPath(), {
      eventName: "user/signup",
      edited: "event.",
    });
    expect(status).toBe(200);
    expect(body.data.problem.message).not.toBe("");
  });

  test("a body without a name is refused with what to send", async () => {
    const world = await rig();
    const { status, body } = await world.post(expressionTestPath(), { edited: "true" });
    expect(status).toBe(400);
    expect(body.errors[0].message).toContain("eventName");
  });
});

test("decisions row 6: a near miss says how many other events of today missed by the same", async () => {
  const { world, ids } = await withEvents();
  const { body } = await world.request(eventOutcomesPath(ids[1] ?? ""));
  expect(body.data.functions[0].outcome).toMatchObject({
    kind: "filtered",
    truth: { join: "all" },
    nearMiss: { part: "int(event.data.seats) >= 5", othersToday: 1 },
  });
});
