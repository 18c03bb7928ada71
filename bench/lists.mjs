// The lists of the API over a store with 100,000 runs: server time of each, median and 95th percentile, against the
// budget of 300 ms. Requests are answered in this process, one after another, as one page asks them.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, systemClock, systemRandom } from "@stepwell/engine";
import { createServer } from "@stepwell/server";
import { sqlite, storeFile } from "@stepwell/store-sqlite";
import { fill } from "./lists-fill.mjs";

const budgetMs = 300;

export async function measureLists({ isQuick, tellProgress }) {
  const runs = isQuick ? 2000 : 100_000;
  const times = isQuick ? 2 : 25;
  const directory = mkdtempSync(join(tmpdir(), "stepwell-lists-"));
  try {
    const filling = sqlite(storeFile(directory));
    const begunAt = performance.now();
    await fill(filling, {
      runs,
      now: Date.now(),
      onProgress: (stored) => {
        if (stored % Math.ceil(runs / 10) < 250) tellProgress(`${stored} of ${runs} runs stored`);
      },
    });
    await filling.close();
    tellProgress(`filled in ${Math.round((performance.now() - begunAt) / 1000)} s`);
    return await measureStore(directory, { runs, times, tellProgress });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureStore(directory, { runs, times, tellProgress }) {
  const store = sqlite(storeFile(directory));
  const engine = createEngine({
    store,
    transport: { call: () => Promise.reject(new Error("Nothing is due.")) },
    clock: systemClock(),
    random: systemRandom(),
  });
  await engine.start();
  const server = createServer({ engine, mode: "dev" });
  const ask = async (path, init) => {
    const response = await server.fetch(new Request(new URL(path, "http://localhost"), init));
    const body = await response.json();
    if (response.status >= 300)
      throw new Error(`${path} answered ${response.status}: ${JSON.stringify(body)}`);
    return body;
  };
  try {
    const figures = [];
    for (const [name, request] of await requestsOf(ask)) {
      const measured = [];
      for (let time = 0; time < times; time += 1) {
        const begunAt = performance.now();
        await request(time);
        measured.push(performance.now() - begunAt);
      }
      figures.push({ name, ...percentiles(measured) });
      tellProgress(`${name} measured`);
    }
    return { peer: "stepwell-http", workload: "lists", median: { runs, budgetMs, lists: figures } };
  } finally {
    await engine.stop(0);
    await store.close();
  }
}

function percentiles(measured) {
  const sorted = [...measured].sort((left, right) => left - right);
  const at = (share) => Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 10) / 10;
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}

/** Each list, as pages ask for it; the number of the repetition varies the question. */
async function requestsOf(ask) {
  const v2 = (path) => ask(`/api/v2${path}`);
  const post = (path, body) =>
    ask(`/api/v2${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const functions = (await v2("/functions")).data;
  const { data: newest, page } = await v2("/runs?limit=100");
  const slug = (time) => functions[time % functions.length].slug;
  const run = (time) => newest[time % newest.length];
  const day = () => Date.now() - 86_400_000;
  const deep = await cursorAt(v2, page.cursor, 40);
  const expression = encodeURIComponent('event.data.metadata.source == "stripe_webhook"');
  const rare = encodeURIComponent("event.data.total > 5000");
  return [
    ["runs", () => v2("/runs?limit=100")],
    ["runs, 41st page", () => v2(`/runs?limit=100&cursor=${encodeURIComponent(deep)}`)],
    ["runs, oldest first", () => v2("/runs?limit=100&order=oldest")],
    ["runs, failed", () => v2("/runs?limit=100&status=FAILED")],
    ["runs, live", () => v2("/runs?limit=100&status=QUEUED,RUNNING")],
    ["runs of a function", (time) => v2(`/runs?limit=100&functionId=${slug(time)}`)],
    ["runs of an app", (time) => v2(`/runs?limit=100&appId=shop-${time % 3}`)],
    ["runs of an event's name", () => v2("/runs?limit=100&eventName=shop%2Forder.paid")],
    ["runs by end", () => v2("/runs?limit=100&timeField=endedAt")],
    [
      "failed runs of a function by end",
      (time) => v2(`/runs?limit=100&status=FAILED&timeField=endedAt&functionId=${slug(time)}`),
    ],
    ["runs of a day", () => v2(`/runs?limit=100&from=${day()}`)],
    ["runs by words", () => v2("/runs?limit=100&query=declined")],
    ["runs by expression", () => v2(`/runs?limit=100&expression=${expression}`)],
    ["runs by an expression that none meets", () => v2(`/runs?limit=100&expression=${rare}`)],
    ["runs that took long", () => v2("/runs?limit=100&tookFromMs=300000")],
    ["figures of runs", () => v2("/figures/runs?buckets=120")],
    [
      "figures of failed runs of a function",
      (time) => v2(`/figures/runs?buckets=120&status=FAILED&functionId=${slug(time)}`),
    ],
    ["figures of an event's name", () => v2("/figures/runs?buckets=120&eventName=shop%2Forder.paid")],
    ["figures under an expression", () => v2(`/figures/runs?buckets=120&expression=${expression}`)],
    ["overview", () => v2("/figures/overview")],
    ["failures", () => v2("/failures")],
    ["failures of a day", () => v2(`/failures?from=${day()}`)],
    ["events", () => v2("/events?limit=100")],
    ["events with system events", () => v2("/events?limit=100&includeInternal=true")],
    ["events of a name", () => v2("/events?limit=100&name=shop%2Forder.paid")],
    ["events of a prefix", () => v2("/events?limit=100&name=shop%2F*")],
    ["events by words", () => v2("/events?limit=100&query=zzzz")],
    ["events by expression", () => v2(`/events?limit=100&expression=${expression}`)],
    ["names of events", () => v2("/event-names")],
    ["fields of events", () => v2("/event-fields")],
    [
      "test of an expression",
      () => post("/expressions/test", { eventName: "shop/order.paid", edited: "event.data.total > 500" }),
    ],
    ["runs of an event", (time) => v2(`/events/${run(time).trigger.eventIds[0]}/runs`)],
    ["reasons of an event", (time) => v2(`/events/${run(time).trigger.eventIds[0]}/outcomes`)],
    ["a run", (time) => v2(`/runs/${run(time).id}`)],
    ["a run's trace", (time) => v2(`/runs/${run(time).id}/trace`)],
    ["functions", () => v2("/functions")],
    ["a function", (time) => v2(`/functions/${slug(time)}`)],
    ["runs under a function", (time) => v2(`/functions/${slug(time)}/runs?limit=100`)],
    ["limits of a function", (time) => v2(`/functions/${slug(time)}/limits`)],
    ["apps", () => v2("/apps")],
    ["bulk operations", () => v2("/bulks")],
    ["v1 events", () => ask("/v1/events?limit=51")],
  ];
}

async function cursorAt(v2, first, pages) {
  let cursor = first;
  for (let page = 1; page < pages && cursor !== undefined; page += 1) {
    const answer = await v2(`/runs?limit=100&cursor=${encodeURIComponent(cursor)}&includeOutput=false`);
    if (answer.page.cursor === undefined) return cursor;
    cursor = answer.page.cursor;
  }
  return cursor ?? "";
}

export function listLines({ peer, median: { runs, budgetMs: budget, lists } }) {
  return [
    `lists ${peer}: ${runs} runs in the store`,
    ...lists.map(({ name, p50Ms, p95Ms }) => {
      const isOver = p95Ms > budget ? `, OVER the budget of ${budget} ms` : "";
      return `lists ${peer}: ${name}: p50 ${p50Ms} ms, p95 ${p95Ms} ms${isOver}`;
    }),
  ];
}
