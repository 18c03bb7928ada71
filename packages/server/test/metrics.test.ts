// /metrics, read by a parser of Prometheus' text format and compared with what really happened.

import { asFunctionId } from "@stepwell/protocol";
import parsePrometheusTextFormat, { type Family, type Series } from "parse-prometheus-text-format";
import { describe, expect, test } from "vitest";
import { FunctionLabels, labelledFunctionsMax } from "../src/metrics/function-labels.ts";
import { answered, op, type Rig, returned, rig, type Script } from "./rig.ts";

interface Scraped {
  readonly families: readonly Family[];
  /** The value of the series that has exactly these labels. */
  value(name: string, labels?: object): number | undefined;
}

async function scrape(here: Rig): Promise<Scraped> {
  const { status, text, headers } = await here.request("/metrics");
  expect([status, headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  const families = parsePrometheusTextFormat(text);
  return {
    families,
    value(name, labels = {}) {
      // The parser forgets the labels of histograms, so that their samples are found by their own lines.
      if (/_(bucket|sum|count)$/.test(name)) return sample(text, name, labels);
      const series: readonly Series[] = families.find((family) => family.name === name)?.metrics ?? [];
      const found = series.find((one) => sorted(one.labels ?? {}) === sorted(labels));
      return found === undefined ? undefined : Number(found.value);
    },
  };
}

const sorted = (labels: object): string => JSON.stringify(Object.entries(labels).sort());

function sample(text: string, name: string, labels: object): number | undefined {
  for (const line of text.split("\n")) {
    const [, found, inner = "", number] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const pairs = [...inner.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]);
    if (found === name && sorted(Object.fromEntries(pairs)) === sorted(labels)) return Number(number);
  }
  return undefined;
}

const work = { app: "shop", function: "shop-work" };

/** Runs a step, sleeps, fails once and then returns; `fails` always throws. */
const script: Script = (call) => {
  if (call.functionSlug === "shop-fails")
    return { kind: "failed", error: { name: "Error", message: "no" }, retry: { kind: "never" } };
  if (call.steps.length === 0) return answered(op.ran("a", 1));
  if (call.steps.length === 1) return answered(op.sleep("nap", "1h"));
  if (call.attempt === 0)
    return { kind: "failed", error: { name: "Error", message: "once" }, retry: { kind: "backoff" } };
  return returned();
};

async function worked(): Promise<Rig> {
  const here = await rig({}, script);
  await here.register("shop", {
    work: { triggers: [{ event: "shop/ordered", expression: "event.data.n > 0" }], concurrency: 7 },
    fails: { triggers: [{ event: "shop/broken" }] },
  });
  await here.post("/e/key", [
    { name: "shop/ordered", data: { n: 1 } },
    { name: "shop/ordered", data: { n: 2 } },
    { name: "shop/ordered", data: { n: 0 } },
    { name: "shop/broken", data: {} },
  ]);
  await here.engine.whenIdle();
  return here;
}

describe("/metrics", () => {
  test("counts what happened: events, runs, steps, attempts, calls, commits", async () => {
    const here = await worked();
    await here.clock.advance(3 * 3_600_000, () => here.engine.whenIdle());
    const { value: of } = await scrape(here);
    expect(of("stepwell_events_received_total", { kind: "sent" })).toBe(4);
    // Each run that ends emits "finished", the failed one "failed" too.
    expect(of("stepwell_events_received_total", { kind: "system" })).toBe(4);
    expect(of("stepwell_event_outcomes_total", { ...work, reason: "filtered" })).toBe(1);
    expect(of("stepwell_runs_created_total", work)).toBe(2);
    expect(of("stepwell_runs_finished_total", { ...work, status: "completed" })).toBe(2);
    const fails = { app: "shop", function: "shop-fails" };
    expect(of("stepwell_runs_finished_total", { ...fails, status: "failed" })).toBe(1);
    expect(of("stepwell_steps_total", { ...work, kind: "run", status: "completed" })).toBe(2);
    expect(of("stepwell_steps_total", { ...work, kind: "sleep", status: "completed" })).toBe(2);
    expect(of("stepwell_attempts_failed_total", work)).toBe(2);
    expect(of("stepwell_retries_total", work)).toBe(2);
    expect(of("stepwell_attempts_failed_total", fails)).toBe(1);
    expect(of("stepwell_retries_total", fails)).toBe(undefined);
    const calls = here.calls.filter((call) => call.functionSlug === "shop-work").length;
    expect(of("stepwell_call_duration_seconds_count", work)).toBe(calls);
    expect(of("stepwell_calls_total", { ...work, outcome: "returned" })).toBe(2);
    expect(of("stepwell_calls_total", { ...work, outcome: "steps" })).toBe(4);
    expect(of("stepwell_calls_total", { ...work, outcome: "failed" })).toBe(2);
    expect(of("stepwell_commits_total", { outcome: "stored" })).toBe(here.rows.commit);
    expect(of("stepwell_commit_rows_count")).toBe(here.rows.commit);
    expect(of("stepwell_commit_duration_seconds_count")).toBe(here.rows.commit);
    expect(of("stepwell_run_duration_seconds_bucket", { ...work, le: "3600" })).toBe(0);
    expect(of("stepwell_run_duration_seconds_bucket", { ...work, le: "21600" })).toBe(2);
  });

  test("shows what is so now: parked and queued runs, calls under way, limits, the queue", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const here = await rig({}, async (call) => {
      if (call.functionSlug === "shop-work") await held;
      return call.functionSlug === "shop-nap" ? answered(op.sleep("nap", "1h")) : returned();
    });
    await here.register("shop", {
      work: { triggers: [{ event: "shop/ordered" }], concurrency: 2 },
      nap: { triggers: [{ event: "shop/ordered" }], concurrency: { fn: [{ limit: 4 }] } },
    });
    await here.post(
      "/e/key",
      [1, 2, 3].map((n) => ({ name: "shop/ordered", data: { n } })),
    );
    while ((await here.engine.reader.functionFigures()).length < 2 || here.engine.load().openCalls < 2)
      await new Promise((resolve) => setImmediate(resolve));
    await here.clock.advance(5000);
    const { value: of } = await scrape(here);
    expect(of("stepwell_open_calls", work)).toBe(2);
    expect(of("stepwell_open_calls_limit")).toBe(100);
    expect(of("stepwell_limit", { ...work, limit: "concurrency" })).toBe(2);
    expect(of("stepwell_limit_in_use", { ...work, limit: "concurrency" })).toBe(2);
    expect(of("stepwell_calls_standing")).toBe(1);
    expect(of("stepwell_queue_due_jobs")).toBe(1);
    expect(of("stepwell_queue_oldest_due_seconds")).toBe(5);
    expect(of("stepwell_runs_unfinished", { ...work, status: "running" })).toBe(2);
    expect(of("stepwell_runs_unfinished", { ...work, status: "queued" })).toBe(1);
    expect(of("stepwell_run_oldest_queued_seconds", work)).toBe(5);
    const nap = { app: "shop", function: "shop-nap" };
    expect(of("stepwell_runs_unfinished", { ...nap, status: "running" })).toBe(3);
    expect(of("stepwell_limit", { ...nap, limit: "concurrency.fn" })).toBe(4);
    expect(of("stepwell_limit_in_use", { ...nap, limit: "concurrency.fn" })).toBe(3);
    release();
    await here.engine.whenIdle();
    const after = await scrape(here);
    expect(after.value("stepwell_open_calls", work)).toBe(undefined);
    expect(after.value("stepwell_queue_due_jobs")).toBe(0);
  });

  test("tells what runs here, and how the process is", async () => {
    const { value: of } = await scrape(await rig());
    const labels = { version: "1.2.3", store: "model", node: process.version };
    expect(of("stepwell_build_info", labels)).toBe(1);
    expect(of("process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
  });

  test("every metric has a help text and a unit or total in its name where it needs one", async () => {
    const { families } = await scrape(await worked());
    for (const { name, help, type } of families) {
      expect([name, help.length > 0]).toEqual([name, true]);
      if (name.startsWith("stepwell_") && type === "COUNTER") expect(name).toMatch(/_total$/);
    }
  });

  test("in production it asks for the signing key, as bearer token or password", async () => {
    const signingKey = "signkey-test-abcd";
    const here = await rig({ mode: "start", signingKey, eventKeys: ["k"] });
    expect((await here.request("/metrics")).status).toBe(401);
    const basic = `Basic ${Buffer.from(`prometheus:${signingKey}`).toString("base64")}`;
    for (const authorization of [`Bearer ${signingKey}`, basic])
      expect((await here.request("/metrics", { headers: { authorization } })).status).toBe(200);
  });

  test("a store that cannot be read leaves its figures out and says so; the rest is there", async () => {
    const here = await rig();
    const { reader } = here.engine;
    const broken = {
      ...here.engine,
      reader: { ...reader, functionFigures: () => Promise.reject(new Error("away")) },
    };
    const other = await rig({ engine: broken });
    const { value: of } = await scrape(other);
    expect(of("stepwell_store_reads_failed_total")).toBe(1);
    expect(of("stepwell_open_calls_limit")).toBe(100);
  });
});

test("functions beyond the first share one label, those within keep theirs", () => {
  const labels = new FunctionLabels();
  const id = (index: number) => asFunctionId(`f${index}`);
  for (let index = 0; index <= labelledFunctionsMax; index += 1)
    labels.learn({ id: id(index), appName: "app", slug: `app-${index}` } as never);
  for (let index = 0; index < labelledFunctionsMax; index += 1)
    expect(labels.of(id(index)).function).toBe(`app-${index}`);
  expect(labels.of(id(labelledFunctionsMax))).toEqual({ app: "other", function: "other" });
  expect(labels.of(id(0)).function).toBe("app-0");
  expect(labels.of(asFunctionId("unknown"))).toEqual({ app: "other", function: "other" });
});
