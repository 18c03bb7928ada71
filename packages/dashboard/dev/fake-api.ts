// The fake server: the REST API of a generated world over plain node:http. For developing the page and for its tests.

import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type BulkRequest,
  type EventsQuery,
  type EventView,
  type ExpressionTestRequest,
  eventsLimit,
  isRunFinished,
  type LiveChange,
  type OverrideRequest,
  type RestErrorCode,
  type RunsQuery,
  type RunView,
  runsLimit,
} from "@stepwell/protocol/rest";
import { Bulks } from "./fake-bulk.ts";
import { checksOf, limitsOf, paused, removeOverride, setOverride } from "./fake-control.ts";
import { overviewOf } from "./fake-overview.ts";
import { eventNames, expressionTest } from "./fake-tester.ts";
import { iso } from "./plan.ts";
import type { World } from "./world.ts";

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers everything under `/api/v2` from the world. */
export function fakeApi(world: World): Handler {
  const bulks = world.functions.has("billing-create-trial")
    ? new Bulks(
        world.now,
        world.reference("billing-create-trial"),
        world.reference("web-orchestrate-onboarding"),
      )
    : undefined;
  return (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const path = url.pathname.slice("/api/v2".length);
    if (world.down) {
      response.destroy();
      return;
    }
    if (path === "/live") {
      streamLive(world, response);
      return;
    }
    readBody(request).then(
      (body) => {
        const reply =
          bulkReply(world, bulks, request.method ?? "GET", path, body) ??
          route(world, request.method ?? "GET", path, url.searchParams, body);
        response.writeHead(reply.status, { "content-type": "application/json" });
        response.end(JSON.stringify(reply.body));
      },
      () => response.destroy(),
    );
  };
}

function bulkReply(
  world: World,
  bulks: Bulks | undefined,
  method: string,
  path: string,
  body: unknown,
): Reply | undefined {
  const [resource, id, action] = path.slice(1).split("/");
  if (resource !== "bulks" || bulks === undefined) return undefined;
  if (method === "POST" && (id === undefined || id === "preview")) {
    const request = body as BulkRequest;
    const runs = selectedRuns(world, request);
    if (id === "preview") return data(world, { count: runs.length, isComplete: true });
    const functions = new Map(runs.map((run) => [run.function.slug, run.function]));
    return data(world, bulks.begin(request, runs.length, [...functions.values()]));
  }
  if (id === undefined) return paged(world, bulks.list(), 100, undefined);
  const bulk = action === undefined ? bulks.read(id) : bulks.steer(id, action);
  return bulk === undefined ? notFound("bulk operation") : data(world, bulk);
}

function streamLive(world: World, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  let id = 0;
  const write = (change: LiveChange): void => {
    id += 1;
    response.write(`id: ${id}\ndata: ${JSON.stringify(change)}\n\n`);
  };
  write({ kind: "hello", serverTime: iso(world.now()) });
  const stop = world.listen(write);
  response.on("close", stop);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? undefined : JSON.parse(text);
}

const numbers = ["from", "until", "limit", "buckets"];
const lists = ["status", "functionId", "appId"];

/** A query as the page writes it; what is wrong with one, the server's own schemas say. */
function readQuery<Query>(params: URLSearchParams): Query {
  const entries = [...params].map(([key, text]) => {
    if (lists.includes(key)) return [key, params.getAll(key)];
    if (numbers.includes(key)) return [key, Number(text)];
    return [key, key.startsWith("include") ? text === "true" : text];
  });
  return Object.fromEntries(entries) as Query;
}

function failure(status: number, code: RestErrorCode, message: string): Reply {
  return { status, body: { errors: [{ code, message }] } };
}

function data(world: World, value: unknown, page?: unknown): Reply {
  const body = { data: value, metadata: { fetchedAt: iso(world.now()), cachedUntil: null, tookMs: 11 } };
  return { status: 200, body: page === undefined ? body : { ...body, page } };
}

const notFound = (what: string): Reply => failure(404, "not_found", `There is no such ${what}.`);

function paged<T>(world: World, rows: readonly T[], limit: number, cursor: string | undefined): Reply {
  const start = cursor === undefined ? 0 : Number(cursor);
  const hasMore = start + limit < rows.length;
  return data(world, rows.slice(start, start + limit), {
    hasMore,
    limit,
    total: rows.length,
    ...(hasMore ? { cursor: String(start + limit) } : {}),
  });
}

function route(world: World, method: string, path: string, params: URLSearchParams, body: unknown): Reply {
  const [resource, id, action] = path.slice(1).split("/").map(decodeURIComponent);
  switch (resource) {
    case "health":
      return data(world, {
        status: "ok",
        serverTime: iso(world.now()),
        version: "0.1.0",
        mode: "dev",
        store: "SQLite",
        commitP95Ms: 0.9,
      });
    case "runs":
      return method === "POST" ? changeRun(world, id, action) : readRuns(world, params, id, action);
    case "figures": {
      if (id === "overview") {
        const until = Number(params.get("until") ?? world.now());
        const from = Number(params.get("from") ?? until - 86_400_000);
        return data(world, overviewOf(world, from, until, Number(params.get("buckets") ?? 96)));
      }
      return data(world, world.figures(readQuery<RunsQuery & { readonly buckets?: number }>(params)));
    }
    case "failures":
      return failures(world, method, id, action);
    case "events":
      return method === "POST" ? sendEvents(world, body) : readEvents(world, params, id, action);
    case "event-names":
      return data(world, eventNames(world));
    case "expressions":
      return data(world, expressionTest(world, body as ExpressionTestRequest));
    case "functions":
      if (action === "limits" || action === "overrides") return limits(world, path, method, body);
      return functions(world, method, id, action);
    case "apps":
      return apps(world, method, id, action, body);
    default:
      return failure(501, "not_implemented", `The fake server has no ${method} ${path}.`);
  }
}

function selectedRuns(world: World, { kind, selection }: BulkRequest): readonly RunView[] {
  const { runIds, functionId, appId, failureGroup } = selection;
  const usual = kind === "cancel" ? (["QUEUED", "RUNNING"] as const) : (["FAILED"] as const);
  return world
    .listRuns({
      status: selection.status ?? usual,
      ...(functionId === undefined ? {} : { functionId }),
      ...(appId === undefined ? {} : { appId }),
    })
    .filter(({ id }) => runIds === undefined || runIds.includes(id))
    .filter((run) => failureGroup === undefined || failureGroup.startsWith(run.function.slug));
}

/** The marks of the fake world's groups, by id. */
const marks = new Map<string, "open" | "closed" | "muted">();

function failures(world: World, method: string, id: string | undefined, action: string | undefined): Reply {
  if (method === "POST" && id !== undefined)
    marks.set(id, action === "close" ? "closed" : action === "mute" ? "muted" : "open");
  const groups = world.failures().map((group) => ({ ...group, state: marks.get(group.id) ?? "open" }));
  if (id === undefined) return data(world, groups);
  const group = groups.find((one) => one.id === id);
  return group === undefined ? notFound("failure group") : data(world, group);
}

function readRuns(
  world: World,
  params: URLSearchParams,
  id: string | undefined,
  action: string | undefined,
): Reply {
  if (id === undefined) {
    const query = readQuery<RunsQuery>(params);
    const rows = world
      .listRuns(query)
      .map((run) => (query.includeEvent === true ? withEvent(world, run) : run));
    return paged(world, rows, query.limit ?? runsLimit.fallback, query.cursor);
  }
  if (action === "steps") return paged(world, [], 5, undefined);
  const value = action === "trace" ? world.trace(id) : world.runDetail(id);
  return value === undefined ? notFound("run") : data(world, value);
}

function withEvent(world: World, run: RunView): RunView {
  const event = world.events.get(run.trigger.eventIds[0] ?? "")?.view;
  if (event === undefined) return run;
  const { externalId, name, ts, data = {} } = event;
  const dataBytes = JSON.stringify(data).length;
  return { ...run, event: { id: externalId, name, ts: Date.parse(ts), data, dataBytes } };
}

function changeRun(world: World, id: string | undefined, action: string | undefined): Reply {
  const plan = id === undefined ? undefined : world.runs.get(id);
  if (plan === undefined) return notFound("run");
  const now = world.now();
  if (action === "cancel") {
    if (isRunFinished(world.runView(plan).status))
      return failure(409, "run_already_ended", "The run has ended already, so there is nothing to cancel.");
    world.addRun({ ...plan, end: { after: now - plan.queuedAt, status: "CANCELLED", reason: "by hand" } });
    return data(world, { runId: plan.id });
  }
  const copy = { ...plan, id: newId(now), queuedAt: now, originalRunId: plan.id };
  world.addRun(copy);
  return data(world, { runId: copy.id });
}

let lastId = 0;
function newId(now: number): string {
  lastId += 1;
  return `01KB${now.toString(32).toUpperCase().padStart(12, "0")}${String(lastId).padStart(10, "0")}`;
}

function readEvents(
  world: World,
  params: URLSearchParams,
  id: string | undefined,
  action: string | undefined,
): Reply {
  if (id === undefined) {
    const query = readQuery<EventsQuery>(params);
    const { name, includeInternal, from, until, query: words } = query;
    const rows = [...world.events.values()]
      .map((event) => event.view)
      .filter((event) => includeInternal === true || !event.isSystem)
      .filter(
        (event) =>
          name === undefined ||
          (name.endsWith("*") ? event.name.startsWith(name.slice(0, -1)) : event.name === name),
      )
      .filter((event) => from === undefined || Date.parse(event.receivedAt) >= from)
      .filter((event) => until === undefined || Date.parse(event.receivedAt) < until)
      .filter(
        (event) => words === undefined || `${event.id} ${event.externalId} ${event.name}`.includes(words),
      )
      .sort((left, right) => (left.receivedAt < right.receivedAt ? 1 : -1));
    return paged(world, rows, query.limit ?? eventsLimit.fallback, query.cursor);
  }
  const event = world.events.get(id);
  if (event === undefined) return notFound("event");
  if (action === "runs") return data(world, world.runsOfEvent(id));
  return data(world, action === "outcomes" ? event.outcomes : event.view);
}

function sendEvents(world: World, body: unknown): Reply {
  if (!Array.isArray(body)) return sendEvent(world, body);
  const replies = body.map((event: unknown) => sendEvent(world, event));
  const refused = replies.find((reply) => reply.status !== 200);
  if (refused !== undefined) return refused;
  const ids = replies.map((reply) => (reply.body as { data: { eventId: string } }).data.eventId);
  return data(world, { eventIds: ids });
}

function sendEvent(world: World, body: unknown): Reply {
  if (typeof body !== "object" || body === null || !("name" in body) || typeof body.name !== "string")
    return failure(400, "missing_field", "An event needs a name.");
  const now = world.now();
  const id = newId(now);
  const eventName = body.name;
  const listening = [...world.functions.values()].filter((item) =>
    item.triggers.some((trigger) => trigger.value === eventName),
  );
  const view: EventView = {
    id,
    externalId: id,
    name: eventName,
    receivedAt: iso(now),
    ts: iso(now),
    isSystem: false,
    data: "data" in body && typeof body.data === "object" && body.data !== null ? { ...body.data } : {},
    source: { kind: "api" },
    effects: { runs: listening.length, notStarted: 0 },
  };
  const runs = listening.map((item) => ({ item, runId: newId(now) }));
  world.addEvent({
    view,
    outcomes: {
      waits: [],
      ...(listening.length === 0 ? { closest: [{ name: "user/signup.completed", functions: 4 }] } : {}),
      functions: runs.map(({ item, runId }) => ({
        function: world.reference(item.slug),
        outcome: { kind: "run-created", runId, runStatus: "RUNNING" },
      })),
    },
  });
  for (const { item, runId } of runs) {
    world.addRun({
      id: runId,
      functionSlug: item.slug,
      eventIds: [id],
      eventName,
      queuedAt: now,
      queuedMs: 5,
      steps: [
        { name: "work", op: "RUN", segments: [{ kind: "ran", from: 5, until: 900 }], output: { ok: true } },
      ],
      end: { after: 920, status: "COMPLETED", output: { ok: true } },
    });
  }
  return data(world, { eventId: id });
}

function functions(world: World, method: string, id: string | undefined, action: string | undefined): Reply {
  if (id === undefined) return data(world, [...world.functions.values()]);
  const found = world.functions.get(id) ?? [...world.functions.values()].find((item) => item.id === id);
  if (found === undefined) return notFound("function");
  if (method !== "POST") return data(world, found);
  if (action === "pause" || action === "resume") {
    const changed = paused(found, action === "pause", world.now());
    world.functions.set(found.slug, changed);
    world.emit({ kind: "function", functionId: found.id });
    return data(world, changed);
  }
  const runId = newId(world.now());
  world.addRun({
    id: runId,
    functionSlug: found.slug,
    eventIds: [],
    eventName: "inngest/function.invoked",
    queuedAt: world.now(),
    queuedMs: 4,
    steps: [],
    end: { after: 300, status: "COMPLETED", output: null },
  });
  return data(world, { runId, queuedAt: iso(world.now()) });
}

function limits(world: World, path: string, method: string, body: unknown): Reply {
  const [, slug = "", action, limit = ""] = path.slice(1).split("/").map(decodeURIComponent);
  const now = world.now();
  if (action === "limits") return data(world, limitsOf(slug, now));
  if (method === "DELETE") removeOverride(slug, limit);
  else setOverride(slug, body as OverrideRequest, now);
  world.emit({ kind: "function", functionId: `fn-${slug}` });
  return data(world, {});
}

function apps(
  world: World,
  method: string,
  id: string | undefined,
  action: string | undefined,
  body: unknown,
): Reply {
  if (id !== undefined && action === "checks") {
    const app = world.apps.get(id);
    return app === undefined ? notFound("app") : data(world, checksOf(app, world.now()));
  }
  if (method === "GET") return data(world, [...world.apps.values()]);
  if (method === "DELETE" && id !== undefined) {
    world.apps.delete(id);
    world.emit({ kind: "app", appId: id });
    return data(world, { appId: id });
  }
  if (id !== undefined) {
    const app = world.apps.get(id);
    return data(world, {
      appId: id,
      status: app?.latestSync?.status ?? "FAILED",
      modified: false,
      ...(app?.latestSync?.error === undefined ? {} : { error: app.latestSync.error }),
    });
  }
  const url = typeof body === "object" && body !== null && "url" in body ? String(body.url) : "";
  if (!/^https?:\/\//.test(url))
    return failure(
      400,
      "invalid_field_format",
      `The address must begin with http:// or https://, not ${JSON.stringify(url)}.`,
    );
  const appId = newId(world.now());
  world.apps.set(appId, {
    id: appId,
    name: "",
    method: "SERVE",
    url,
    createdAt: iso(world.now()),
    isArchived: false,
    functionCount: 0,
    latestSync: { status: "FAILED", error: `Nothing answers at ${url}: connection refused.` },
  });
  world.emit({ kind: "app", appId });
  return data(world, { appId, status: "FAILED", error: `Nothing answers at ${url}: connection refused.` });
}
