// Each command against a real server: what a person reads, what a script reads, what is refused.

process.env["TZ"] = "UTC";

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stepKey } from "@stepwell/protocol";
import type { AppSync } from "@stepwell/server";
import { describe, expect, onTestFinished, test } from "vitest";
import { answered, op, returned } from "../../server/test/rig.ts";
import { type CliOptions, type CliRig, cliRig, type Ended } from "./cli-rig.ts";

/** A shop with one run of each fate: completed, failed, asleep. */
async function shop(): Promise<CliRig> {
  let charges = 0;
  const world = await cliRig({}, (call) => {
    switch (call.functionSlug) {
      case "shop-ship":
        return returned({ label: "L1" });
      case "shop-charge": {
        // The step fails for good, and its error is thrown by the function.
        charges += 1;
        const error = { name: "Error", message: "no money" };
        return charges === 1
          ? answered(op.error("pay", error.message))
          : { kind: "failed", error, retry: { kind: "never" } };
      }
      default:
        return answered(op.sleep("rest", "1h"));
    }
  });
  await world.register("shop", {
    ship: { triggers: [{ event: "order/paid" }] },
    charge: {
      triggers: [{ event: "order/placed", expression: "event.data.total > 10" }],
      ...noRetries("charge"),
    },
    remind: { triggers: [{ event: "order/late" }] },
  });
  return world;
}

const noRetries = (id: string) => ({
  steps: {
    step: {
      id: "step",
      name: "step",
      runtime: { type: "http", url: `http://localhost:3000/api/inngest?fnId=shop-${id}&stepId=step` },
      retries: { attempts: 0 },
    },
  },
});

async function sent(world: CliRig, name: string, data: object = {}): Promise<string> {
  const { body } = await world.post("/e/k", { name, data });
  await world.engine.whenIdle();
  return body.ids[0];
}

/** The id of the newest run. */
async function newestRun(world: CliRig): Promise<string> {
  return (await world.request("/api/v2/runs?limit=1")).body.data[0].id;
}

/** Standard output must be the very text that the API answers, but for how long reading took. */
async function expectApiAnswer(world: CliRig, ended: Ended, path: string): Promise<void> {
  const timeless = (text: string): string => text.replace(/"tookMs":[\d.]+/, '"tookMs":0');
  const { text } = await world.request(path);
  expect(timeless(ended.out)).toBe(`${timeless(text)}\n`);
  expect(ended.err).toBe("");
  expect(ended.code).toBe(0);
}

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-cli-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

describe("stepwell runs", () => {
  test("a row per run: state, what happened, what started it", async () => {
    const world = await shop();
    await sent(world, "order/paid");
    await sent(world, "order/placed", { total: 20 });
    await sent(world, "order/late");
    const { out, code } = await world.stepwell("runs", { columns: 200 });
    expect(code).toBe(0);
    const [head = "", ...rows] = out.trimEnd().split("\n");
    expect(head.split(/ {2,}/)).toEqual([
      "run",
      "state",
      "function",
      "what happened",
      "started by",
      "time",
      "took",
      "age",
    ]);
    expect(rows).toHaveLength(3);
    expect(out).toMatch(/[0-9A-Z]{26} {2}z sleeping {3}shop-remind +rest until 01:00 +order\/late/);
    expect(out).toMatch(/✗ failed +shop-charge +no money +order\/placed/);
    expect(out).toMatch(/✓ completed +shop-ship +returned \{ label: "L1" \} +order\/paid/);
  });

  test("a screen's width is kept, a pipe gets everything", async () => {
    const world = await shop();
    await sent(world, "order/paid");
    const screen = await world.stepwell("runs", { columns: 90 });
    for (const line of screen.out.split("\n")) expect(line.length).toBeLessThanOrEqual(90);
    const pipe = await world.stepwell("runs");
    expect(pipe.out).toContain('returned { label: "L1" }');
  });

  test("colour only where it was asked for", async () => {
    const world = await shop();
    await sent(world, "order/paid");
    expect((await world.stepwell("runs", { columns: 90, hasColor: true })).out).toContain(
      "\u001b[32m✓ completed",
    );
    expect((await world.stepwell("runs", { columns: 90 })).out).not.toContain("\u001b");
  });

  test("filters become the API's query", async () => {
    const world = await shop();
    const line =
      "runs -s failed,cancelled -f shop-charge -a shop -e order/placed --from 2h --oldest -n 5 -q money";
    const { requests, code } = await world.stepwell(line);
    expect(code).toBe(0);
    const query = new URL(requests[0]?.slice(4) ?? "", "http://stepwell.test").searchParams;
    expect(query.getAll("status")).toEqual(["FAILED", "CANCELLED"]);
    expect(Object.fromEntries([...query].filter(([key]) => key !== "status"))).toEqual({
      functionId: "shop-charge",
      appId: "shop",
      eventName: "order/placed",
      from: String(world.clock.now() - 7_200_000),
      query: "money",
      limit: "5",
      order: "oldest",
    });
  });

  test("an expression, how long it took, and what it belongs to", async () => {
    const world = await shop();
    const line = [
      "runs",
      "--if",
      "event.data.a > 1",
      "--took",
      ">5s",
      "--parent",
      "P",
      "--repeats",
      "O",
      "--bulk",
      "B",
    ];
    const asked = await world.stepwell([...line, "--failure-group", "G"]);
    const query = new URL(asked.requests[0]?.slice(4) ?? "", "http://stepwell.test").searchParams;
    expect(Object.fromEntries(query)).toEqual({
      expression: "event.data.a > 1",
      tookFromMs: "5001",
      parentRunId: "P",
      originalRunId: "O",
      replayId: "B",
      failureGroup: "G",
    });
  });

  test.each([
    [">5s", "tookFromMs=5001"],
    [">=1.5s", "tookFromMs=1500"],
    ["<1m", "tookUntilMs=59999"],
    ["<=1m", "tookUntilMs=60000"],
    ["5s..1m", "tookFromMs=5000&tookUntilMs=60000"],
  ])("--took %s", async (range, query) => {
    const world = await cliRig();
    const { requests } = await world.stepwell(["runs", "--took", range]);
    expect(requests).toEqual([`GET /api/v2/runs?${query}`]);
  });

  test.each(["5s", ">", "soon", "5s..", ">5s..6s"])("--took %s is refused", async (range) => {
    const world = await cliRig();
    const { code, err, requests } = await world.stepwell(["runs", "--took", range]);
    expect([code, requests]).toEqual([2, []]);
    expect(err).toContain("but must be such as");
  });

  test("more than a page is told, with the cursor that goes on", async () => {
    const world = await shop();
    for (let count = 0; count < 3; count += 1) await sent(world, "order/paid");
    const first = await world.stepwell("runs -n 2");
    const [, cursor = ""] = /3 in all\. More: --cursor (\S+)/.exec(first.out) ?? [];
    const second = await world.stepwell(`runs -n 2 --cursor ${cursor}`);
    expect(second.out.trim().split("\n")).toHaveLength(2);
  });

  test("--json is the API's answer", async () => {
    const world = await shop();
    await sent(world, "order/paid");
    await expectApiAnswer(world, await world.stepwell("runs --json"), "/api/v2/runs");
  });
});

describe("stepwell run", () => {
  test("what happened, its steps, its error", async () => {
    const world = await shop();
    const eventId = await sent(world, "order/placed", { total: 20 });
    const id = await newestRun(world);
    const { out } = await world.stepwell(`run ${id}`);
    expect(out).toMatch(
      /^shop-charge {2}✗ failed {2}Step pay threw no money after 0 milliseconds\. It has no retries\.\n/,
    );
    expect(out).toContain(`started by  order/placed ${eventId}`);
    expect(out).toContain("✗ pay");
    expect(out).toContain("\nError  no money\n");
  });

  test("its output, its cut and all of it", async () => {
    const long = Array.from({ length: 30 }, (_, index) => index);
    const world = await cliRig({}, () => returned(long));
    await world.register("shop", { ship: { triggers: [{ event: "a" }] } });
    await sent(world, "a");
    const id = await newestRun(world);
    const { out } = await world.stepwell(`run ${id}`);
    expect(out).toContain("and 12 more lines; --all shows them");
    expect((await world.stepwell(`run ${id} --all`)).out).toContain("\n    29\n");
  });

  test("--json is the run's answer, --trace --json the trace's", async () => {
    const world = await shop();
    await sent(world, "order/paid");
    const id = await newestRun(world);
    await expectApiAnswer(world, await world.stepwell(`run ${id} --json`), `/api/v2/runs/${id}`);
    await expectApiAnswer(
      world,
      await world.stepwell(`run ${id} --trace --json`),
      `/api/v2/runs/${id}/trace`,
    );
  });

  test("--watch waits for the end, draws in place on a screen, and tells by its code how it ended", async () => {
    const world = await cliRig({}, (call) =>
      call.steps.length === 0 ? answered(op.sleep("rest", "2s")) : returned("rested"),
    );
    await world.register("shop", { ship: { triggers: [{ event: "a" }] } });
    await sent(world, "a");
    const id = await newestRun(world);
    const { out, code } = await world.stepwell(`run ${id} --watch`, { columns: 100 });
    expect(code).toBe(0);
    // Up by so many rows, and away with what stands there.
    const shown = out.replaceAll("\u001b", "ESC");
    const [first = "", ...more] = shown.split(/ESC\[\d+AESC\[0J/);
    expect(first).toMatch(/^shop-ship {2}z sleeping {2}in step rest until/);
    expect(more.at(-1)).toMatch(/^shop-ship {2}✓ completed {2}It finished after 2 seconds\./);
    const [, rows] = /ESC\[(\d+)A/.exec(shown) ?? [];
    expect(Number(rows)).toBe(first.split("\n").length - 1);
    const again = await world.stepwell(`run ${id} --watch --json`);
    expect(JSON.parse(again.out).data.status).toBe("COMPLETED");
  });

  test("--watch of a run that failed ends with code 1", async () => {
    const world = await shop();
    await sent(world, "order/placed", { total: 20 });
    const { code, out } = await world.stepwell(`run ${await newestRun(world)} --watch`);
    expect([code, out]).toEqual([1, expect.stringMatching(/^shop-charge {2}✗ failed/)]);
  });

  test("an unknown run: the server's sentence, its answer for scripts, exit code 1", async () => {
    const world = await shop();
    const id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    const { code, out, err } = await world.stepwell(`run ${id} --json`);
    expect(code).toBe(1);
    expect(err).toBe(`error: There is no run ${id}. Retention may have removed it.\n`);
    expect(JSON.parse(out).errors[0].code).toBe("not_found");
  });
});

describe("stepwell send", () => {
  const send = (world: CliRig, words: readonly string[], options: CliOptions = {}) =>
    world.stepwell(["send", ...words], options);

  test("one event, and the runs that it starts", async () => {
    const world = await shop();
    const { out, code } = await send(world, ["order/paid", '{"orderId":42}', "--id", "o-42"]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Sent order\/paid {2}[0-9A-Z]{26}\n {2}. shop-ship {2}No filter\. Run [0-9A-Z]{26}\n$/,
    );
    const { body } = await world.request("/api/v2/events");
    expect(body.data[0]).toMatchObject({ name: "order/paid", data: { orderId: 42 }, externalId: "o-42" });
  });

  test("nobody listens: the nearest name", async () => {
    const world = await shop();
    const { out } = await send(world, ["order/payed"]);
    expect(out).toContain("No function listens to order/payed. Closest: order/paid, with 1 function.");
  });

  test("a filter that was false is told with its expression", async () => {
    const world = await shop();
    const { out } = await send(world, ["order/placed", '{"total":5}']);
    expect(out).toContain("- shop-charge  The filter was false: event.data.total > 10");
    expect(out).toContain("false       event.data.total > 10, total is 5\n");
  });

  test("--json is the answer to the request, and nothing is looked at behind it", async () => {
    const world = await shop();
    const { out, requests } = await send(world, ["order/paid", "--json"]);
    expect(JSON.parse(out).data).toEqual({ eventId: expect.any(String) });
    expect(requests).toEqual(["POST /api/v2/events"]);
  });

  test.each([
    [["order/paid", "{"], /^error: The event's data is not JSON/],
    [["order/paid", "[1]"], /must be a JSON object/],
    [[], /Name the event/],
    [["order/paid", "--ts", "soon"], /--ts is "soon", but must be a time/],
    [["order/paid", "--file", "x.json"], /either an event's name or --file/],
    [["--file", "missing.json"], /missing\.json cannot be read/],
    [["--file", "-"], /Standard input is not JSON/],
  ])("%j is refused before anything is sent", async (words, sentence) => {
    const world = await shop();
    const { code, err, requests } = await send(world, words, { input: "nothing" });
    expect([code, requests]).toEqual([2, []]);
    expect(err).toMatch(sentence);
  });
});

describe("stepwell cancel and rerun", () => {
  test("cancels, and tells of each that cannot be", async () => {
    const world = await shop();
    await sent(world, "order/late");
    const asleep = await newestRun(world);
    await sent(world, "order/paid");
    const done = await newestRun(world);
    const { code, out, err } = await world.stepwell(`cancel ${done} ${asleep}`);
    expect([code, out]).toEqual([1, `Cancelled ${asleep}\n`]);
    expect(err).toBe(`error: Run ${done} has ended already, so there is nothing to cancel.\n`);
    expect((await world.stepwell(`run ${asleep}`)).out).toMatch(/^shop-remind {2}⊘ cancelled/);
  });

  test("reruns with the same event", async () => {
    const world = await shop();
    await sent(world, "order/paid");
    const first = await newestRun(world);
    const { out } = await world.stepwell(`rerun ${first}`);
    const [, second = ""] = /^Running again as ([0-9A-Z]{26})\n/.exec(out) ?? [];
    await world.engine.whenIdle();
    expect((await world.stepwell(`run ${second}`)).out).toContain(`repeats     ${first}`);
  });

  test("C15.2 reruns from a step with other input, and keeps what came before it", async () => {
    const world = await cliRig({}, (call) =>
      call.steps.length === 0 ? answered(op.ran("one", 1), op.ran("two", 2)) : returned(call.steps.length),
    );
    await world.register("shop", { ship: { triggers: [{ event: "a" }] } });
    await sent(world, "a");
    const first = await newestRun(world);
    const { out } = await world.stepwell(["rerun", first, "--from-step", "two", "--input", "[5]"]);
    const [, second = ""] = /^Running again from step two as ([0-9A-Z]{26})\n/.exec(out) ?? [];
    await world.engine.whenIdle();
    expect(world.calls.findLast(({ runId }) => runId === second)?.steps.map(({ key }) => key)).toContain(
      stepKey("one"),
    );
    const unknown = await world.stepwell(["rerun", first, "--from-step", "three"]);
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining("three")]);
  });

  test("rerun from a step asks for arguments as an array", async () => {
    const world = await shop();
    const id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    const bare = await world.stepwell(["rerun", id, "--from-step", "pay", "--input", '{"a":1}']);
    expect([bare.code, bare.err]).toEqual([
      2,
      'error: --input must be a JSON array of the step\'s arguments: write [{"a":1}] for a single one.\n',
    ]);
    const lone = await world.stepwell(["rerun", id, "--input", "[1]"]);
    expect(lone.err).toContain("name it with --from-step");
    let asked: unknown;
    const fetch = async (_: string, init: RequestInit) => {
      asked = JSON.parse(String(init.body));
      return Response.json({ data: { runId: "01NEW" }, metadata: {} });
    };
    await world.stepwell(["rerun", id, "--from-step", "pay", "--input", "[1,2]"], { fetch });
    expect(asked).toEqual({ fromStep: { stepId: "pay", input: [1, 2] } });
  });
});

describe("stepwell failures", () => {
  test("a row per cause, with what to do next", async () => {
    const world = await shop();
    expect((await world.stepwell("failures")).out).toBe("Nothing failed.\n");
    await sent(world, "order/placed", { total: 20 });
    const run = await newestRun(world);
    const { out } = await world.stepwell("failures --from 1h");
    expect(out).toMatch(new RegExp(`\\S+ +1 +shop-charge +pay +no money +0 ms +0 ms +${run}\n`));
    const [, group = ""] = /replay --failure-group (\S+) --first 5/.exec(out) ?? [];
    expect((await world.stepwell(`runs --failure-group ${group}`)).out).toContain(run);
    await expectApiAnswer(world, await world.stepwell("failures --json"), "/api/v2/failures");
    await world.stepwell(["api", "close-failures", group, "--by", "ana"]);
    expect((await world.stepwell("failures")).out).toMatch(/ closed by ana\n/);
  });
});

describe("stepwell events and event", () => {
  test("a row per event with what it did", async () => {
    const world = await shop();
    await sent(world, "order/paid", { orderId: 1 });
    await sent(world, "order/lost");
    const { out } = await world.stepwell("events");
    expect(out).toMatch(/order\/lost +nobody listens +\{\}/);
    expect(out).toMatch(/order\/paid +1 run +\{ orderId: 1 \}/);
    expect(out).not.toContain("inngest/");
    const some = await world.stepwell(["events", "--if", "event.data.orderId == 1"]);
    expect([some.out.includes("order/paid"), some.out.includes("order/lost")]).toEqual([true, false]);
    expect((await world.stepwell("events --system")).out).toContain("inngest/function.finished");
  });

  test("why it ran, why it did not, and its data", async () => {
    const world = await shop();
    const id = await sent(world, "order/placed", { total: 5 });
    const { out } = await world.stepwell(`event ${id}`);
    expect(out).toMatch(/^order\/placed {2}1 function listens to this name: one filter was false\.\n/);
    expect(out).toContain("- shop-charge  The filter was false: event.data.total > 10");
    expect(out).toContain('\n    "total": 5\n');
    expect((await world.stepwell(`event ${id} --why`)).out).not.toContain("Data");
    expect((await world.stepwell(`event ${id} --runs`)).out).toContain("No run matches");
  });

  test("--json is the event's answer, or that of what was asked for", async () => {
    const world = await shop();
    const id = await sent(world, "order/paid");
    await expectApiAnswer(world, await world.stepwell("events --json"), "/api/v2/events");
    await expectApiAnswer(world, await world.stepwell(`event ${id} --json`), `/api/v2/events/${id}`);
    await expectApiAnswer(
      world,
      await world.stepwell(`event ${id} --why --json`),
      `/api/v2/events/${id}/outcomes`,
    );
    await expectApiAnswer(
      world,
      await world.stepwell(`event ${id} --runs --json`),
      `/api/v2/events/${id}/runs`,
    );
  });
});

describe("stepwell functions and function", () => {
  test("a row per function; one by itself in words", async () => {
    const world = await shop();
    await sent(world, "order/late");
    const list = await world.stepwell("functions");
    expect(list.out).toMatch(/shop-charge +order\/placed if … +0 +0/);
    expect(list.out).toMatch(/shop-remind +order\/late +1 +0/);
    const one = await world.stepwell("function shop-charge");
    expect(one.out).toMatch(/^shop-charge {2}Ready\. Nothing runs at present\.\n/);
    expect(one.out).toMatch(/trigger +order\/placed if event\.data\.total > 10\n/);
    expect(one.out).toMatch(/attempts +1\n/);
    await expectApiAnswer(world, await world.stepwell("functions --json"), "/api/v2/functions");
    await expectApiAnswer(
      world,
      await world.stepwell("function shop-charge --json"),
      "/api/v2/functions/shop-charge",
    );
  });

  test("an unknown slug leads to the nearest one", async () => {
    const world = await shop();
    const { code, err } = await world.stepwell("function shop-shpi");
    expect(code).toBe(1);
    expect(err).toMatch(/There is no function shop-shpi\..* Did you mean shop-ship\?\n$/);
  });

  test("invoke starts it", async () => {
    const world = await shop();
    const { out } = await world.stepwell(["function", "invoke", "shop-ship", '{"a":1}']);
    expect(out).toMatch(/^Invoked shop-ship as [0-9A-Z]{26}\n/);
  });

  test("a flag may stand before or behind the subcommand", async () => {
    const world = await shop();
    const before = await world.stepwell("function --json invoke shop-ship");
    const behind = await world.stepwell("function invoke shop-ship --json");
    for (const { out } of [before, behind]) expect(JSON.parse(out).data.runId).toEqual(expect.any(String));
  });
});

describe("stepwell apps", () => {
  test("a row per app, and none", async () => {
    const world = await shop();
    const { out } = await world.stepwell("apps");
    expect(out).toMatch(
      /shop +✓ in sync +http:\/\/localhost:3000\/api\/inngest +TypeScript 4\.24\.0, test +3 +0/,
    );
    await expectApiAnswer(world, await world.stepwell("apps --json"), "/api/v2/apps");
    expect((await (await cliRig()).stepwell("apps")).out).toMatch(/^No app is known/);
  });

  test("an unknown one leads to the nearest", async () => {
    const world = await shop();
    const { code, err } = await world.stepwell("apps sync shpo");
    expect([code, err]).toEqual([1, expect.stringContaining("There is no app shpo. Did you mean shop?")]);
  });

  test("removing one asks with what goes with it", async () => {
    const world = await shop();
    await sent(world, "order/late");
    const unasked = await world.stepwell("apps remove shop");
    expect([unasked.code, unasked.err]).toEqual([
      2,
      "error: Remove shop, with 3 functions and 1 open run? Nobody can be asked here: add --yes to go on.\n",
    ]);
    const no = await world.stepwell("apps remove shop", { answers: [""] });
    expect([no.code, no.out]).toEqual([1, ""]);
    expect(no.err).toBe("Remove shop, with 3 functions and 1 open run? [y/N] Nothing was done.\n");
    const yes = await world.stepwell("apps remove shop", { answers: ["y"] });
    expect([yes.code, yes.out]).toEqual([0, "Removed shop\n"]);
    expect((await world.stepwell("apps")).out).toMatch(/^No app is known/);
  });

  test("a sync that fails is told and fails the command; scripts get the answer", async () => {
    const appSync: AppSync = {
      sync: async () => ({ kind: "failed", code: "unreachable", reason: "Nothing listens there." }),
      check: async () => [],
    };
    const world = await cliRig({ appSync });
    const { code, out, err } = await world.stepwell("apps add localhost:9/api/inngest --json");
    expect([code, err]).toEqual([1, "error: Nothing listens there.\n"]);
    expect(JSON.parse(out).data).toMatchObject({ status: "FAILED", error: "Nothing listens there." });
  });
});

describe("which server, and as whom", () => {
  const signingKey = "signkey-prod-0123456789abcdef";
  const start = { mode: "start", signingKey, eventKeys: ["k"] } as const;

  test("the signing key from flag and environment; only its hash is sent", async () => {
    const seen: string[] = [];
    const world = await cliRig(start);
    const fetch = (url: string, init: RequestInit) => {
      seen.push(new Headers(init.headers).get("authorization") ?? "");
      return Promise.resolve(world.server.fetch(new Request(url, init)));
    };
    expect((await world.stepwell(`runs --signing-key ${signingKey}`, { fetch })).code).toBe(0);
    const environment = { STEPWELL_SIGNING_KEY: signingKey };
    expect((await world.stepwell("runs", { fetch, environment })).code).toBe(0);
    expect((await world.stepwell(`runs --api-key ${signingKey}`, { fetch })).code).toBe(0);
    expect(seen[0]).not.toContain("0123456789abcdef");
    expect(seen).toEqual([seen[0], seen[0], `Bearer ${signingKey}`]);
  });

  test("G3 an API key goes before a signing key; the command line goes before both", async () => {
    const seen: (string | null)[] = [];
    const fetch = async (_: string, init: RequestInit) => {
      seen.push(new Headers(init.headers).get("authorization"));
      return Response.json({ data: [], page: { hasMore: false, limit: 20 }, metadata: {} });
    };
    const world = await cliRig();
    const environment = { INNGEST_API_KEY: "api", INNGEST_SIGNING_KEY: "abcd" };
    await world.stepwell("runs", { fetch, environment });
    await world.stepwell("runs --signing-key abcd", { fetch, environment });
    await world.stepwell("runs", { fetch });
    expect(seen).toEqual(["Bearer api", expect.stringMatching(/^Bearer [0-9a-f]{64}$/), null]);
  });

  test("a refused key: what to do", async () => {
    const world = await cliRig(start);
    const none = await world.stepwell("runs");
    expect(none.code).toBe(1);
    expect(none.err).toContain("Give the key with --signing-key or --api-key");
    const wrong = await world.stepwell("runs --signing-key abcd");
    expect(wrong.err).toContain("The signing key is not this server's.");
    expect(wrong.err).not.toContain("abcd");
  });

  test("flag before environment before file; a port alone is enough", async () => {
    const urls: string[] = [];
    const fetch = async (url: string) => {
      urls.push(url.replace("/api/v2/runs", ""));
      return Response.json({ data: [], page: { hasMore: false, limit: 20 }, metadata: {} });
    };
    const world = await cliRig();
    const directory = folder();
    await world.stepwell("runs", { fetch, directory });
    writeFileSync(join(directory, "stepwell.json"), '{"port":9000,"retention":"3d"}');
    await world.stepwell("runs", { fetch, directory });
    await world.stepwell("runs", { fetch, directory, environment: { STEPWELL_URL: "https://a.example/" } });
    await world.stepwell("runs --url b.example:80", {
      fetch,
      directory,
      environment: { STEPWELL_URL: "https://a.example" },
    });
    await world.stepwell("runs --api-host c.example --api-port 1", { fetch });
    expect(urls).toEqual([
      "http://localhost:8288",
      "http://localhost:9000",
      "https://a.example",
      "http://b.example:80",
      "http://c.example:1",
    ]);
  });

  test("nobody answers: where, why, what to do, exit code 3", async () => {
    const fetch = async () => {
      const cause = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
      throw new TypeError("fetch failed", { cause });
    };
    const world = await cliRig();
    const local = await world.stepwell("runs", { fetch });
    expect([local.code, local.err]).toEqual([
      3,
      "error: No server answers at http://localhost:8288: nothing listens there. Start one with: stepwell dev. Or name another with --url or STEPWELL_URL.\n",
    ]);
    const named = await world.stepwell("runs --url http://a.example", { fetch });
    expect(named.err).toContain("Check --url (or STEPWELL_URL), and that the server runs.");
  });

  test("something else answers", async () => {
    const world = await cliRig();
    const { code, err } = await world.stepwell("runs", { fetch: async () => new Response("<html>") });
    expect(code).toBe(3);
    expect(err).toContain("Is it a Stepwell server?");
  });

  test("too slow", async () => {
    const world = await cliRig();
    const fetch = (_: string, { signal }: RequestInit) =>
      new Promise<Response>((_resolve, reject) =>
        signal?.addEventListener("abort", () => reject(signal.reason)),
      );
    const { code, err } = await world.stepwell("runs --timeout 20ms", { fetch });
    expect([code, err]).toEqual([
      3,
      "error: http://localhost:8288 did not answer within 0.02 s. Wait longer with --timeout 2m, or look at the server's log.\n",
    ]);
  });
});

describe("a wrong command line ends with code 2 and the nearest word", () => {
  test.each([
    ["rusn", "Did you mean one of run, runs?"],
    ["runs --jsno", "Did you mean --json?"],
    ["runs --status faild", "Did you mean failed?"],
    ["runs -n 0", '--limit is "0", but must be a whole number from 1 to 200.'],
    ["runs --from yesterday", '--from is "yesterday", but must be a time'],
    ["runs --timeout soon", '--timeout is "soon", but must be seconds'],
    ["run", "missing required argument 'run-id'"],
    ["function pasue shop-ship", "stepwell function has no subcommand pasue. Did you mean pause?"],
    ["apps what", "stepwell apps has no subcommand what. It has: add, sync, remove."],
  ])("%s", async (line, hint) => {
    const world = await cliRig();
    const { code, out, err } = await world.stepwell(line);
    expect(err).toContain(hint);
    expect([line, code, out]).toEqual([line, 2, ""]);
  });
});
