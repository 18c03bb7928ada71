// D4.1, D5.1 and C2.7: times and durations as authors write them, and as they travel.

import { type Context, RetryAfterError } from "stepwell";
import { describe, expect, test } from "vitest";
import { call, devClient, type Loose, notingFetch, notingLogger } from "./endpoint.ts";

/** Stand-ins for what Temporal gives; runtimes without it have none. */
const temporalDuration = (ms: number) => ({ total: () => ms });
const temporalInstant = (epochMilliseconds: number) => ({ epochMilliseconds });

async function reported(handler: (context: Context) => unknown): Promise<{ op: Loose; warnings: string[] }> {
  const { warnings, logger } = notingLogger();
  const client = devClient(notingFetch().fetch, { logger });
  const fn = client.createFunction({ id: "f", triggers: [{ event: "go" }] }, handler);
  const { body } = await call({ client, functions: [fn] }, { functionId: "app-f" });
  return { op: Array.isArray(body) ? body[0] : body, warnings };
}

const durations: readonly (readonly [string, Loose, string])[] = [
  ["a number of ms", 90_000, "90s"],
  ["a short text", "90s", "90s"],
  ["a mixed text", "1h30m", "5400s"],
  ["a word", "2 minutes", "120s"],
  ["days and weeks", "1w2d", "777600s"],
  ["a Temporal.Duration", temporalDuration(60_000), "60s"],
  ["a fraction, which is dropped", 1500, "1s"],
  ["zero", 0, ""],
  ["less than nothing", -5000, ""],
  ["less than nothing, as a text", "-5s", ""],
];

describe("durations", () => {
  test.each(durations)("D4.1 D4.2 step.sleep takes %s", async (_, duration, expected) => {
    const { op } = await reported(({ step }) => step.sleep("s", duration));
    expect([op.op, op.name]).toEqual(["Sleep", expected]);
  });

  test.each(durations)("D5.1 the timeout of a wait takes %s", async (_, timeout, expected) => {
    const { op } = await reported(({ step }) => step.waitForEvent("w", { event: "e", timeout }));
    expect([op.op, op.opts.timeout]).toEqual(["WaitForEvent", expected]);
  });

  test("D4.2 less than a second is a second, with one warning when it is reported, and none when it is replayed", async () => {
    const { op, warnings } = await reported(({ step }) => step.sleep("nap", 300));
    expect([op.name, warnings]).toEqual(["1s", [expect.stringMatching(/"nap" is shorter than a second/)]]);
  });

  test.each(["soon", "5 parsecs", ""])(
    "D4.4 %o is no duration, and the handler hears of it",
    async (duration) => {
      const { op } = await reported(({ step }) => step.sleep("s", duration));
      expect(op.message).toContain("is no duration");
    },
  );
});

describe("moments", () => {
  const at = Date.UTC(2030, 0, 1);
  const moments: readonly (readonly [string, Loose])[] = [
    ["a Date", new Date(at)],
    ["an ISO text", "2030-01-01T00:00:00Z"],
    ["an ISO text with a zone", "2030-01-01T02:00:00+02:00"],
    ["a date alone", "2030-01-01"],
    ["a Temporal instant", temporalInstant(at)],
  ];
  test.each(moments)("D4.1 step.sleepUntil takes %s", async (_, moment) => {
    const { op } = await reported(({ step }) => step.sleepUntil("s", moment));
    expect([op.op, op.name]).toEqual(["Sleep", "2030-01-01T00:00:00.000Z"]);
  });

  test("D5.1 the timeout of a wait may be a moment, too", async () => {
    for (const timeout of [new Date(at), temporalInstant(at)]) {
      const { op } = await reported(({ step }) => step.waitForEvent("w", { event: "e", timeout }));
      expect(op.opts.timeout).toBe("2030-01-01T00:00:00.000Z");
    }
  });

  test.each([new Date(Number.NaN), "never"])(
    "D4.4 %o is an invalid date, and the handler hears of it",
    async (moment) => {
      const { op } = await reported(({ step }) => step.sleepUntil("s", moment));
      expect(op.message).toContain("Invalid date passed");
    },
  );

  const retries: readonly (readonly [string, Loose, string])[] = [
    ["ms, rounded up to seconds", 1500, "2"],
    ["a text", "2m", "120"],
    ["a Date", new Date(at), "2030-01-01T00:00:00.000Z"],
  ];
  test.each(retries)("C2.7 RetryAfterError takes %s", (_, after, expected) => {
    expect(new RetryAfterError("later", after).retryAfter).toBe(expected);
  });

  test.each(["soon", new Date(Number.NaN), Number.NaN])("C2.7 %o is refused where it is written", (after) => {
    expect(() => new RetryAfterError("later", after)).toThrow();
  });
});

describe("A6 what a failed send says", () => {
  const answers: readonly (readonly [number, object, RegExp])[] = [
    [400, {}, /400 Cannot process event payload/],
    [401, {}, /401 Event key not found/],
    [403, {}, /403 Forbidden/],
    [404, {}, /404 Event key not found/],
    [406, { error: "the body's own words" }, /406 the body's own words/],
    [409, {}, /409 Event transform failed/],
    [412, {}, /412 Event transform failed/],
    [413, {}, /413 Event payload too large/],
  ];
  test.each(answers)("A6.5 status %s", async (status, body, message) => {
    const noted = notingFetch(() => Response.json(body, { status }));
    await expect(devClient(noted.fetch).send({ name: "a" })).rejects.toThrow(message);
    // A request that is wrong stays wrong.
    expect(noted.requests).toHaveLength(1);
  });

  test("A6.6 sending nothing resolves without ids, warns, and makes no request", async () => {
    const { warnings, logger } = notingLogger();
    const noted = notingFetch();
    expect(await devClient(noted.fetch, { logger }).send([])).toEqual({ ids: [] });
    expect([noted.requests.length, warnings.length]).toEqual([0, 1]);
  });
});
