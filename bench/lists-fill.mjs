// Fills a store on SQLite with a history: runs of twenty functions over a week, with their events, steps, attempts and
// reasons, as an engine would have left them. The same seed gives the same history.

import { createHash } from "node:crypto";
import { ulid } from "@stepwell/protocol";

const weekMs = 7 * 86_400_000;
const functionCount = 20;
const appCount = 3;
const causes = [
  "CardError: Card of customer # declined",
  "TimeoutError: No answer from bank after # ms",
  "Error: Stock of # is 0",
];
const groupRuns = 250;

/** A source of numbers from 0 to 1 that always gives the same ones. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** @param onProgress is told how many runs are stored. */
export async function fill(store, { runs, now, onProgress }) {
  const random = numbers(7);
  const { epoch } = await store.claim();
  let commit = 0;
  const write = (rows) => {
    commit += 1;
    return store.commit({ epoch, commit }, rows);
  };
  const functions = settingsOf(now);
  await write([
    ...appsOf(now).map((app) => put("apps", app.id, app)),
    ...functions.map((settings) => put("functions", settings.id, settings)),
  ]);
  let sequence = 0;
  for (let stored = 0; stored < runs; ) {
    const rows = [];
    for (let index = 0; index < groupRuns && stored < runs; index += 1, stored += 1) {
      const queuedAt = Math.floor(now - weekMs + (stored / runs) * weekMs);
      sequence += 2;
      rows.push(...history(stored, { queuedAt, sequence, functions, random, isLast: stored > runs - 200 }));
    }
    await write(rows);
    onProgress(stored);
  }
}

const put = (table, key, row) => ({ kind: "put", table, key, row });
const uuid = (text) => {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
const idAt = (at, text) => ulid(at, createHash("sha256").update(text).digest().subarray(0, 10));
const stepKey = (name) => createHash("sha1").update(name).digest("hex");
const appName = (index) => `shop-${index % appCount}`;
const eventName = (index) => `shop/order.${["placed", "paid", "sent", "returned", "reviewed"][index % 5]}`;

function appsOf(now) {
  return Array.from({ length: appCount }, (_, index) => ({
    id: uuid(`app/${appName(index)}`),
    name: appName(index),
    url: `http://localhost:${3000 + index}/api/inngest`,
    sdk: "js:v4.24.0",
    checksum: "x",
    syncedAt: now - 3_600_000,
    createdAt: now - weekMs,
  }));
}

function settingsOf(now) {
  return Array.from({ length: functionCount }, (_, index) => {
    const slug = `${appName(index)}-function-${index}`;
    return {
      id: uuid(`function/${slug}`),
      slug,
      name: `Function ${index}`,
      appId: uuid(`app/${appName(index)}`),
      appName: appName(index),
      url: `http://localhost:${3000 + (index % appCount)}/api/inngest`,
      triggers: [{ kind: "event", event: eventName(index), expression: "event.data.total > 10" }],
      maxAttempts: 5,
      concurrency: [],
      cancelOn: [],
      configText: JSON.stringify({ id: slug, name: `Function ${index}`, triggers: [], steps: {} }),
      createdAt: now - weekMs,
    };
  });
}

/** The rows of one run: 90 of 100 complete, 6 fail, 2 are cancelled; the newest few sleep or stand in line. */
function history(number, { queuedAt, sequence, functions, random, isLast }) {
  const settings = functions[Math.floor(random() ** 2 * functions.length)];
  const eventId = idAt(queuedAt, `event/${number}`);
  const runId = idAt(queuedAt, `run/${number}`);
  const event = eventRow({ eventId, number, settings, queuedAt, sequence, random });
  const share = random();
  const status = isLast
    ? share < 0.5
      ? "running"
      : "queued"
    : share < 0.06
      ? "failed"
      : share < 0.08
        ? "cancelled"
        : "completed";
  const startedAt = queuedAt + Math.floor(random() ** 4 * 60_000);
  const endedAt = startedAt + 100 + Math.floor(random() ** 3 * 600_000);
  const isEnded = status !== "running" && status !== "queued";
  const [errorName, message] = causes[number % causes.length].replace("#", number).split(": ");
  const error = {
    name: errorName,
    message,
    stack: `${errorName}: ${message}\n    at charge (/app/src/charge.ts:${number % 90}:7)`,
  };
  const run = {
    id: runId,
    functionId: settings.id,
    status,
    queuedAt,
    ...(status === "queued" ? {} : { startedAt }),
    ...(isEnded ? { endedAt } : {}),
    eventIds: [eventId],
    sequence,
    order: queuedAt,
    requestVersion: 2,
    disableImmediateExecution: false,
    batch: 0,
    ...(status === "completed"
      ? { output: JSON.stringify({ ok: true, total: number % 500, note: "x".repeat(150) }) }
      : {}),
    ...(status === "failed" ? { error, failureGroup: stepKey(settings.id + errorName).slice(0, 16) } : {}),
    ...(status === "cancelled"
      ? { error: { name: "Error", message: "function cancelled", cause: "It was cancelled by request." } }
      : {}),
  };
  return [
    put("events", eventId, event),
    ...(isEnded
      ? [
          put(
            "events",
            ...finishedEvent({ runId, number, queuedAt: endedAt, sequence: sequence + 1, status }),
          ),
        ]
      : []),
    put("runs", runId, run),
    ...stepRows(run, startedAt, endedAt, error),
    ...jobRows(run, queuedAt),
    ...outcomeRows(eventId, number, functions, settings),
  ];
}

function eventRow({ eventId, number, settings, queuedAt, sequence, random }) {
  const name = settings.triggers[0].event;
  const data = {
    orderId: `order-${number}`,
    account: `account-${Math.floor(random() * 300)}`,
    plan: random() < 0.2 ? "pro" : "free",
    total: Math.floor(random() * 1000),
    metadata: { source: random() < 0.1 ? "stripe_webhook" : "web", note: "y".repeat(300) },
  };
  const text = JSON.stringify({ name, data, user: {}, id: eventId, ts: queuedAt });
  return { id: eventId, sequence, receivedAt: queuedAt, name, externalId: eventId, ts: queuedAt, text };
}

function finishedEvent({ runId, number, queuedAt, sequence, status }) {
  const id = idAt(queuedAt, `finished/${number}`);
  const name = "inngest/function.finished";
  const text = JSON.stringify({ name, data: { run_id: runId, status }, user: {}, id, ts: queuedAt });
  return [
    id,
    { id, sequence, receivedAt: queuedAt, name, externalId: id, ts: queuedAt, text, sourceRunId: runId },
  ];
}

function stepRows({ id: runId, status }, startedAt, endedAt, error) {
  if (status === "queued") return [];
  const third = (endedAt - startedAt) / 3;
  const names = ["load-order", "charge", "send-receipt"];
  const done = status === "completed" ? 3 : status === "failed" ? 2 : 1;
  return names.slice(0, done).flatMap((name, index) => {
    const isFailed = status === "failed" && index === 1;
    const at = Math.floor(startedAt + index * third);
    const step = {
      runId,
      key: stepKey(name),
      kind: "run",
      name,
      userlandId: name,
      status: isFailed ? "failed" : "completed",
      position: index,
      batch: 0,
      race: false,
      registeredAt: at,
      startedAt: at,
      endedAt: Math.floor(at + third),
      result: isFailed
        ? JSON.stringify({ error })
        : JSON.stringify({ data: { index, text: "z".repeat(100) } }),
    };
    const attempt = { runId, stepId: step.key, attempt: 0, endedAt: step.endedAt, error };
    const row = put("steps", `${runId}/${step.key}`, step);
    return isFailed ? [row, put("attempts", `${runId}/${step.key}/${step.endedAt}/0`, attempt)] : [row];
  });
}

/** Work that is due in a year, so that no engine does it now. */
function jobRows({ id: runId, functionId, status, sequence }, queuedAt) {
  if (status !== "running" && status !== "queued") return [];
  const id = `${runId}:call:step:0`;
  const dueAt = queuedAt + 365 * 86_400_000;
  const job = {
    id,
    kind: "call",
    dueAt,
    runId,
    functionId,
    stepId: "step",
    attempt: 0,
    order: queuedAt,
    sequence,
  };
  return [put("jobs", id, job)];
}

/** Of every third event two functions tell why they did not run. */
function outcomeRows(eventId, number, functions, settings) {
  if (number % 3 !== 0) return [];
  const others = functions.filter(({ id }) => id !== settings.id).slice(0, 2);
  return others.map(({ id }) => {
    const reason = { kind: "filtered", expression: "event.data.total > 10" };
    return put("outcomes", `${eventId}/${id}`, { eventId, functionId: id, reason });
  });
}
