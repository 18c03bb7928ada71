// A9: the moments that a schedule names, beside a second way to find them: every minute around a change of the clocks
// is looked at, and its local fields are compared with the fields of the expression.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countTicks, jitterOf, nextTick } from "../src/time/cron.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Moment {
  readonly at: number;
  /** Minute, hour, day of month, month and day of week where the clock hangs. */
  readonly local: readonly number[];
  /** Whether the clock there shows this time twice. */
  readonly isRepeated: boolean;
}

/** Minutes from a quarter of a day before to three quarters after a moment, as a zone's clocks show them. */
function momentsAround(zone: string, moment: string): readonly Moment[] {
  const offsets = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  const begin = Date.parse(moment) - day / 4;
  const seen = new Map<number, number>();
  const moments = Array.from({ length: day / minute }, (_, index) => {
    const at = begin + index * minute;
    const name = offsets.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(name) ?? ["", "+", "0", "0"];
    const offset = (Number(hours) * hour + Number(minutes) * minute) * (sign === "-" ? -1 : 1);
    const wall = at + offset;
    seen.set(wall, (seen.get(wall) ?? 0) + 1);
    return { at, wall };
  });
  return moments.map(({ at, wall }) => {
    const date = new Date(wall);
    const local = [
      date.getUTCMinutes(),
      date.getUTCHours(),
      date.getUTCDate(),
      date.getUTCMonth() + 1,
      date.getUTCDay(),
    ];
    return { at, local, isRepeated: (seen.get(wall) ?? 0) > 1 };
  });
}

const windows = [
  ["UTC", "2026-02-28T00:00:00Z"],
  ["Europe/Paris", "2026-03-29T01:00:00Z"],
  ["Europe/Paris", "2026-10-25T01:00:00Z"],
  ["America/New_York", "2026-03-08T07:00:00Z"],
  ["America/New_York", "2026-11-01T06:00:00Z"],
  // Half an hour, on the southern side of the year.
  ["Australia/Lord_Howe", "2026-10-03T15:30:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00:00Z"],
  // The day begins at one o'clock, or has its last hour twice.
  ["America/Sao_Paulo", "2018-11-04T03:00:00Z"],
  ["America/Sao_Paulo", "2018-02-18T02:00:00Z"],
  // A day that there was not.
  ["Pacific/Apia", "2011-12-30T10:00:00Z"],
  ["Asia/Kathmandu", "2026-12-31T18:15:00Z"],
].map(([zone = "", moment = ""]) => ({ zone, moments: momentsAround(zone, moment) }));

interface Field {
  readonly text: string;
  readonly isOpen: boolean;
  has(value: number): boolean;
}

function fieldOf(text: string, from: number, to: number, step = 1): Field {
  return {
    text,
    isOpen: text === "*",
    has: (value) => value >= from && value <= to && (value - from) % step === 0,
  };
}

function listed(text: string): Field {
  return { text, isOpen: false, has: (value) => text.split(",").includes(String(value)) };
}

/**
 * A field of values from `low` to `high`: open, a step, a value, a range with or without a step, or a list.
 * @param openWeight how often it is open, beside four other forms.
 */
function fields(low: number, high: number, openWeight: number): fc.Arbitrary<Field> {
  const value = fc.integer({ min: low, max: high });
  const open = fc.constant(fieldOf("*", low, high));
  const stepped = fc
    .integer({ min: 2, max: Math.min(high, 20) })
    .map((step) => fieldOf(`*/${step}`, low, high, step));
  const single = value.map((one) => fieldOf(`${one}`, one, one));
  const range = fc.tuple(value, value, fc.integer({ min: 1, max: 7 })).map(([one, other, step]) => {
    const [from, to] = one < other ? [one, other] : [other, one];
    return fieldOf(step === 1 ? `${from}-${to}` : `${from}-${to}/${step}`, from, to, step);
  });
  const list = fc.array(fc.oneof(single, range), { minLength: 2, maxLength: 4 }).map((parts) => ({
    text: parts.map(({ text }) => text).join(","),
    isOpen: false,
    has: (one: number) => parts.some((part) => part.has(one)),
  }));
  return fc.oneof({ weight: openWeight, arbitrary: open }, stepped, single, range, list);
}

/** Few minutes of an hour, or any: each one makes a tick of its own. */
const minutes = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("0", "15", "30", "59", "0,30").map(listed) },
  fields(0, 59, 1),
);

/** The hours around midnight, in which clocks are changed. */
const nightHours = fc
  .subarray(["0", "1", "2", "3", "23"], { minLength: 1 })
  .map((hours) => listed(hours.join(",")));

interface Schedule {
  readonly expression: string;
  readonly moments: readonly Moment[];
  /** Those that the expression names. */
  readonly named: readonly Moment[];
}

const schedules: fc.Arbitrary<Schedule> = fc
  .record({
    window: fc.constantFrom(...windows),
    parts: fc.tuple(
      minutes,
      fc.oneof({ weight: 2, arbitrary: nightHours }, fields(0, 23, 4)),
      fields(1, 31, 12),
      fields(1, 12, 24),
      fields(0, 6, 12),
    ),
  })
  .map(({ window: { zone, moments }, parts }) => {
    const expression = `TZ=${zone} ${parts.map(({ text }) => text).join(" ")}`;
    const named = moments.filter(({ local }) => isNamed(parts, local));
    return {
      expression,
      moments,
      named,
      [fc.toStringMethod]: () => `${expression} from ${new Date(moments[0]?.at ?? 0).toISOString()}`,
    };
  });

/** Day of month and day of week are alternatives where both are given. */
function isNamed(parts: readonly Field[], local: readonly number[]): boolean {
  const [inMinute, inHour, inDay, inMonth, inWeek] = parts.map((part, index) => part.has(local[index] ?? -1));
  const isEither = parts[2]?.isOpen === false && parts[4]?.isOpen === false;
  return Boolean(inMinute && inHour && inMonth && (isEither ? inDay || inWeek : inDay && inWeek));
}

function ticksBetween(expression: string, after: number, before: number): readonly number[] {
  const ticks: number[] = [];
  for (let at = nextTick(expression, after); at !== undefined && at < before; at = nextTick(expression, at)) {
    if (at <= (ticks.at(-1) ?? after))
      throw new Error(`${expression} stands still at ${new Date(at).toISOString()}.`);
    ticks.push(at);
  }
  return ticks;
}

const iso = (moments: readonly number[]) => moments.map((at) => new Date(at).toISOString());
const beginOf = ({ moments }: Schedule) => (moments[0]?.at ?? 0) - 1;
const endOf = ({ moments }: Schedule) => (moments.at(-1)?.at ?? 0) + minute;

describe("A9 the moments of a schedule", () => {
  test("A9.1 A9.3 each local time that there is and that is named counts, once unless it is repeated, and no other", () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const { expression, named } = schedule;
        const ticks = ticksBetween(expression, beginOf(schedule), endOf(schedule));
        const names = new Set(named.map(({ at }) => at));
        expect(iso(ticks.filter((at) => !names.has(at)))).toEqual([]);
        const ticked = new Set(ticks);
        const left = named.filter(({ at, isRepeated }) => !isRepeated && !ticked.has(at));
        expect(iso(left.map(({ at }) => at))).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  test("A9.3 from wherever it is asked, the next moment is a later one, and none is passed over", () => {
    fc.assert(
      fc.property(schedules, fc.array(fc.nat(day), { minLength: 1, maxLength: 20 }), (schedule, offsets) => {
        const { expression, named } = schedule;
        let last = Number.NEGATIVE_INFINITY;
        for (const offset of offsets.sort((one, other) => one - other)) {
          const after = beginOf(schedule) + offset;
          const at = nextTick(expression, after) ?? Number.POSITIVE_INFINITY;
          expect(at).toBeGreaterThan(after);
          expect(at).toBeGreaterThanOrEqual(last);
          const between = named.filter((moment) => moment.at > after && moment.at < at && !moment.isRepeated);
          expect(iso(between.map((moment) => moment.at))).toEqual([]);
          last = at;
        }
      }),
      { numRuns: 300 },
    );
  });

  test("A9.3 a repeated local time counts in the first of its two hours at least", () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const ticks = new Set(ticksBetween(schedule.expression, beginOf(schedule), endOf(schedule)));
        const seen = new Set<string>();
        for (const { at, local } of schedule.named) {
          const isSecond = seen.has(String(local));
          seen.add(String(local));
          if (!isSecond)
            expect([new Date(at).toISOString(), ticks.has(at)]).toEqual([expect.anything(), true]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("A9.9 counting the moments that passed is the same as asking for each, up to the most that is counted", () => {
    fc.assert(
      fc.property(
        schedules,
        fc.nat(day),
        fc.nat(day),
        fc.integer({ min: 1, max: 40 }),
        (schedule, from, length, max) => {
          const after = beginOf(schedule) + from;
          const ticks = ticksBetween(schedule.expression, after, after + length);
          const until = ticks.at(-1) ?? after + length;
          expect(countTicks(schedule.expression, after, until, max)).toBe(Math.min(max, ticks.length));
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("A9.6 jitter", () => {
  const ticks = fc.nat(50_000_000).map((index) => index * minute);
  const jitters = fc.integer({ min: 1000, max: 5 * minute });

  test("A9.6 it is a second at least and less than the jitter, and follows from schedule and tick alone", () => {
    fc.assert(
      fc.property(fc.string(), ticks, jitters, (seed, tick, jitterMs) => {
        const delay = jitterOf(seed, tick, jitterMs);
        expect(delay).toBeGreaterThanOrEqual(1000);
        expect(delay).toBeLessThan(Math.max(jitterMs, 1001));
        expect(jitterOf(seed, tick, jitterMs)).toBe(delay);
        expect(jitterOf(seed, tick, undefined)).toBe(0);
      }),
    );
  });

  test("A9.6 over many ticks, and over many functions at one tick, it fills its whole range evenly", () => {
    const jitterMs = 61_000;
    const byTick = Array.from({ length: 6000 }, (_, index) =>
      jitterOf("f/0 * * * *", index * hour, jitterMs),
    );
    const byFunction = Array.from({ length: 6000 }, (_, index) =>
      jitterOf(`${index}/0 * * * *`, 0, jitterMs),
    );
    for (const delays of [byTick, byFunction]) {
      const perTenth = Array.from({ length: 10 }, () => 0);
      for (const delay of delays) {
        const tenth = Math.floor((delay - 1000) / 6000);
        perTenth[tenth] = (perTenth[tenth] ?? 0) + 1;
      }
      expect(Math.min(...perTenth)).toBeGreaterThan(450);
      expect(Math.max(...perTenth)).toBeLessThan(750);
    }
  });
});
