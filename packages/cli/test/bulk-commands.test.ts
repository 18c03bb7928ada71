// C15.4 stepwell replay, cancel in bulk, and bulk: the count first, the question, the operation, its progress.

process.env["TZ"] = "UTC";

import { describe, expect, test } from "vitest";
import { answered, op, returned } from "../../server/test/rig.ts";
import { type CliRig, cliRig } from "./cli-rig.ts";

/** So many failed runs of one function and as many that sleep. */
async function shop(count: number): Promise<CliRig> {
  let isBroken = true;
  const world = await cliRig({}, (call) => {
    if (call.functionSlug === "shop-remind") return answered(op.sleep("rest", "1h"));
    if (!isBroken) return returned("paid");
    return { kind: "failed", error: { name: "Error", message: "no money" }, retry: { kind: "never" } };
  });
  await world.register("shop", {
    charge: { triggers: [{ event: "order/placed" }] },
    remind: { triggers: [{ event: "order/placed" }] },
  });
  for (let index = 0; index < count; index += 1) {
    await world.post("/e/k", { name: "order/placed", data: { index } });
    await world.engine.whenIdle();
  }
  isBroken = false;
  return world;
}

const runsOf = async (world: CliRig, query: string): Promise<readonly { readonly id: string }[]> =>
  (await world.request(`/api/v2/runs?limit=100&${query}`)).body.data;

const id = /[0-9A-Z]{26}/;

describe("stepwell replay", () => {
  test("counts, asks, starts new runs of the function alone, and tells how it ended", async () => {
    const world = await shop(3);
    const before = await runsOf(world, "");
    const ended = await world.stepwell("replay --function shop-charge", { answers: ["y"] });
    expect(ended.err).toContain(
      "Replay 3 runs? Each starts a new run with the code of now; the old ones stay. [y/N] Goes on without this terminal as ",
    );
    expect(ended.err).toContain(`${"█".repeat(30)}  3 of 3\n`);
    expect(ended.out).toMatch(/^3 replayed of 3\. It took .+\.\n/);
    expect(ended.code).toBe(0);
    await world.engine.whenIdle();
    expect(await runsOf(world, "functionId=shop-charge&status=COMPLETED")).toHaveLength(3);
    expect(await runsOf(world, "functionId=shop-charge&status=FAILED")).toHaveLength(3);
    expect(await runsOf(world, "")).toHaveLength(before.length + 3);
  });

  test("no is an answer", async () => {
    const world = await shop(1);
    const { code, out } = await world.stepwell("replay --function shop-charge", { answers: ["no"] });
    expect([code, out]).toEqual([1, ""]);
    expect((await world.request("/api/v2/bulks")).body.data).toEqual([]);
  });

  test("where nobody can be asked it needs --yes", async () => {
    const world = await shop(1);
    const { code, err } = await world.stepwell("replay --function shop-charge");
    expect([code, err]).toEqual([
      2,
      expect.stringContaining("Nobody can be asked here: add --yes to go on."),
    ]);
  });

  test("--dry-run only counts, by statuses, range and expression", async () => {
    const world = await shop(3);
    const count = async (flags: readonly string[]): Promise<number> =>
      JSON.parse((await world.stepwell(["replay", "--dry-run", "--json", ...flags])).out).data.count;
    expect(await count(["--function", "shop-charge"])).toBe(3);
    expect(await count(["--function", "shop-charge", "--status", "completed,cancelled"])).toBe(0);
    expect(await count(["--event", "order/placed", "--if", "event.data.index >= 1"])).toBe(2);
    expect(await count(["--function", "shop-charge", "--until", "1h"])).toBe(0);
    const { out } = await world.stepwell("replay --dry-run --function shop-charge");
    expect(out).toBe(
      "Replay 3 runs? Each starts a new run with the code of now; the old ones stay. Nothing was done.\n",
    );
    expect((await world.request("/api/v2/bulks")).body.data).toEqual([]);
  });

  test("--first holds, and the operation is resumed by hand", async () => {
    const world = await shop(3);
    const first = await world.stepwell("replay --function shop-charge --first 1 --yes --by ana --name mend");
    expect(first.out).toMatch(/^1 replayed of 3, 2 left\. It holds by itself/);
    const [bulk = ""] = id.exec(first.out.slice(first.out.indexOf("stepwell bulk resume"))) ?? [];
    expect((await world.stepwell("bulk")).out).toMatch(new RegExp(`${bulk} +replay +held +1 +3 +mend +ana`));
    expect((await world.stepwell(`bulk resume ${bulk}`)).code).toBe(0);
    const ended = await world.stepwell(`bulk ${bulk} --watch`);
    expect(ended.out).toMatch(/^3 replayed of 3\. It took .+\.\n/);
    const shown = await world.stepwell(`bulk ${bulk}`);
    expect(shown.out).toMatch(/^done {2}replay {2}3 replayed of 3\. It took .+\.\n/);
    expect(shown.out).toMatch(/functions +shop-charge\n +status +failed\n/);
    const late = await world.stepwell(`bulk stop ${bulk}`);
    expect(late.code).toBe(1);
  });

  test("--json is the operation's last answer; --detach the first one", async () => {
    const world = await shop(2);
    const { out } = await world.stepwell("replay --function shop-charge --yes --json");
    const { data } = JSON.parse(out);
    expect(data).toMatchObject({ kind: "replay", status: "DONE", counts: { done: 2 } });
    const { body } = await world.request(`/api/v2/bulks/${data.id}`);
    expect(body.data.id).toBe(data.id);
    const detached = await world.stepwell("replay --function shop-charge --yes --detach");
    expect(detached.out).toMatch(/^Goes on as [0-9A-Z]{26}\nSee it with: stepwell bulk /);
  });

  test("nothing matches; a mistyped function is named with the nearest", async () => {
    const world = await shop(1);
    const { code, out, err } = await world.stepwell("replay --function shop-chrage --yes");
    expect([code, out, err]).toEqual([
      0,
      "No run matches, so nothing was done.\n",
      "There is no function shop-chrage. Did you mean shop-charge?\n",
    ]);
    expect((await world.stepwell("runs -f shop-chrage")).err).toContain("Did you mean shop-charge?");
  });

  test.each([
    ["replay --yes", "Say which runs: by --function"],
    ["replay -f a --status running", "Runs that are running cannot be meant here."],
    ["replay -f a --first 0", '--first is "0", but must be a whole number'],
    ["cancel", "Give either run ids, or which runs are meant"],
    ["cancel x -f a", "Give either run ids, or which runs are meant"],
    ["cancel -f a --status failed", "--status may be: queued, running."],
    ["bulk what-is-this extra", "stepwell bulk has no subcommand"],
  ])("refused: %s", async (line, sentence) => {
    const world = await cliRig();
    const { code, err, requests } = await world.stepwell(line);
    expect(err).toContain(sentence);
    expect([code, requests]).toEqual([2, []]);
  });
});

describe("stepwell cancel in bulk", () => {
  test("cancels what matches and nothing else", async () => {
    const world = await shop(3);
    const { out, err, code } = await world.stepwell(["cancel", "--if", "event.data.index < 2"], {
      answers: ["y"],
    });
    expect(err).toContain("Cancel 2 runs? They stop before their next step. [y/N] ");
    expect([code, out]).toEqual([0, expect.stringMatching(/^2 cancelled( of 2)?\. It took .+\.\n$/)]);
    expect(await runsOf(world, "status=CANCELLED")).toHaveLength(2);
    expect(await runsOf(world, "status=RUNNING")).toHaveLength(1);
  });
});
