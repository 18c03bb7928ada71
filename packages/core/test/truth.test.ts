// Why a filter did not match: its parts with what they found, and the smallest change that would have helped.

import type { Json } from "@stepwell/protocol";
import { describe, expect, test } from "vitest";
import {
  compile,
  type Expression,
  nearMiss,
  pathsOf,
  pathText,
  type Truth,
  truthOf,
} from "../src/expression/index.ts";

const now = Date.UTC(2026, 0, 2, 3, 4, 5);

function compiled(source: string): Expression {
  const result = compile(source, "trigger");
  if (result.kind === "invalid") throw new Error(`${source}: ${result.reason}`);
  return result.expression;
}

const scope = (data: Json) => ({ event: { name: "e", id: "1", ts: 5, data }, now });

/** `false all(true event.data.a == 1, false event.data.b == 2 [3])`. */
function told(part: Truth): string {
  const found = part.found === undefined ? "" : ` [${JSON.stringify(part.found)}]`;
  if (part.join === undefined) return `${part.value} ${part.text}${found}`;
  return `${part.value} ${part.join}(${(part.parts ?? []).map(told).join("; ")})`;
}

describe("a filter taken apart", () => {
  const data = { plan: "team", seats: "8", tags: ["a", "b"], nested: { deep: 1 } };
  const rows: readonly (readonly [string, string])[] = [
    ["event.data.plan == 'team'", "true event.data.plan == 'team' [\"team\"]"],
    [
      "event.data.plan in ['team', 'pro'] && event.data.seats >= 5",
      "false all(true event.data.plan in ['team', 'pro'] [\"team\"]; error event.data.seats >= 5 [\"8\"])",
    ],
    [
      "event.data.plan == 'pro' && event.data.seats == '8' && event.data.x == 1",
      "false all(false event.data.plan == 'pro' [\"team\"]; not-reached event.data.seats == '8'; not-reached event.data.x == 1)",
    ],
    [
      "event.data.plan == 'pro' || event.data.plan == 'team' || event.data.x == 1",
      "true any(false event.data.plan == 'pro' [\"team\"]; true event.data.plan == 'team' [\"team\"]; not-reached event.data.x == 1)",
    ],
    [
      "!(event.data.plan == 'team' || event.data.seats == '9')",
      "false not(true any(true event.data.plan == 'team' [\"team\"]; not-reached event.data.seats == '9'))",
    ],
    ["!event.data.nested.deep", "false !event.data.nested.deep [1]"],
    ["event.data.absent == 1", "false event.data.absent == 1"],
    ["event.data.tags[1] == 'a'", "false event.data.tags[1] == 'a' [\"b\"]"],
    [
      "event.data.tags.exists(tag, tag == 'z')",
      'false event.data.tags.exists(tag, tag == \'z\') [["a","b"]]',
    ],
    [
      "event.data.plan == 'team' && (event.data.seats == '1' || event.data.seats == '2')",
      "false all(true event.data.plan == 'team' [\"team\"]; false any(false event.data.seats == '1' [\"8\"]; false event.data.seats == '2' [\"8\"]))",
    ],
  ];
  test.each(rows)("%s", (source, expected) => {
    expect(told(truthOf(compiled(source), scope(data)))).toBe(expected);
  });

  test("names the path of each part and the reason of one that errs", () => {
    const [first] = truthOf(compiled("event.data.seats >= 5 && true"), scope(data)).parts ?? [];
    expect(first).toMatchObject({
      path: "data.seats",
      found: "8",
      message: "string and int have no order between them",
    });
  });

  test("of a wait: the awaited event is what its parts read", () => {
    const wait = compile("async.data.seats == 5", "wait");
    if (wait.kind === "invalid") throw new Error(wait.reason);
    const truth = truthOf(wait.expression, { async: { data: { seats: 4 } }, now });
    expect(truth).toMatchObject({ value: "false", path: "data.seats", found: 4 });
  });

  test("every path is listed once, the longest", () => {
    const { node } = compiled("event.data.a == 1 && event.data.b.c > event.data.a && event.data['x y'] == 2");
    expect(pathsOf(node, "event").map(pathText)).toEqual(["data.a", "data.b.c", "data.x y"]);
  });
});

describe("near misses", () => {
  const rows: readonly [string, Json, string | undefined, string?][] = [
    [
      "event.data.plan in ['team'] && event.data.seats >= 5",
      { plan: "team", seats: "8" },
      "event.data.plan in ['team'] && int(event.data.seats) >= 5",
      'seats holds the text "8", and a text is never at least a number.',
    ],
    ["event.data.seats >= 5", { seats: "8" }, "int(event.data.seats) >= 5"],
    ["event.data.seats >= 5", { seats: "8.5" }, "double(event.data.seats) >= 5"],
    ["event.data.seats >= 5", { seats: "3" }, undefined],
    ["event.data.id == '42'", { id: 42 }, "string(event.data.id) == '42'"],
    [
      "event.data.plan == 'team'",
      { plan: "Team" },
      'event.data.plan == "Team"',
      'plan holds "Team": small and capital letters count.',
    ],
    [
      "event.data.plan == 'team'",
      { plan: "team " },
      'event.data.plan == "team "',
      'plan holds "team ": spaces around it count.',
    ],
    ["event.data.plan in ['team', 'pro']", { plan: "PRO" }, "event.data.plan in ['team', \"PRO\"]"],
    ["event.data.n in [1, 2]", { n: "2" }, "int(event.data.n) in [1, 2]"],
    ["event.data.paid == true", { paid: "true" }, 'event.data.paid == "true"'],
    [
      "event.data.seats > 5",
      { seats: 5 },
      "event.data.seats >= 5",
      "seats is exactly 5, which > leaves out.",
    ],
    [
      "event.data.userId == 'u1'",
      { user_id: "u1" },
      "event.data.user_id == 'u1'",
      "The event has no data.userId, but it has data.user_id.",
    ],
    // Two changes would be needed, or none is known.
    ["event.data.a == 1 && event.data.b == 2", { a: "1", b: "2" }, undefined],
    ["event.data.plan == 'team'", { plan: "free" }, undefined],
    ["event.data.plan == 'team'", {}, undefined],
  ];
  test.each(rows)("%s over %j", (source, data, expression, sentence) => {
    const miss = nearMiss(compiled(source), scope(data));
    expect(miss?.expression).toBe(expression);
    if (sentence !== undefined) expect(miss?.sentence).toBe(sentence);
  });
});
