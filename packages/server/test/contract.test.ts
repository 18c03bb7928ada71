// The contract: every operation of the OpenAPI document answers as the document says, to good requests and to bad
// ones. Schemas are held against the answers strictly: a field that is not described fails.

import { stepKey } from "@stepwell/protocol";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, test } from "vitest";
import { type Answered, answered, type Loose, op, type Rig, returned, rig } from "./rig.ts";

const nobody = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
const signingKey = "signkey-test-0123456789abcdef0123456789abcdef";
const eventKey = "event-key-of-the-contract";

/** An answer's schema, as strict as it can be read. */
class Contract {
  readonly operations = new Map<string, Loose>();
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(document: Loose) {
    addFormats.default(this.#ajv);
    this.#ajv.addSchema({ $id: "document", components: closed(document.components) });
    for (const [path, item] of Object.entries<Loose>(document.paths)) {
      for (const [method, operation] of Object.entries<Loose>(item)) {
        this.operations.set(operation.operationId, { ...operation, method, path });
      }
    }
  }

  /** What is wrong with an answer; empty when nothing is. */
  problemsOf(operationId: string, answer: Answered): readonly string[] {
    const operation = this.operations.get(operationId);
    const response = operation?.responses[String(answer.status)];
    if (response === undefined) return [`status ${answer.status} is not described: ${answer.text}`];
    const [entry] = Object.entries<Loose>(response.content ?? {});
    if (entry === undefined) return answer.text === "" ? [] : ["there is a body, and none is described"];
    const [type, { schema }] = entry;
    if (!(answer.headers.get("content-type") ?? "").startsWith(type))
      return [`it is ${answer.headers.get("content-type")}, not ${type}`];
    const validate = this.#validator(`${operationId}/${answer.status}`, schema);
    if (validate(type === "application/json" ? answer.body : answer.text)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      return `${instancePath} ${message} ${JSON.stringify(params)}`;
    });
  }

  #validator(key: string, schema: Loose): ValidateFunction {
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const text = JSON.stringify(closed(schema)).replaceAll('"#/components/', '"document#/components/');
    const made = this.#ajv.compile(JSON.parse(text));
    this.#compiled.set(key, made);
    return made;
  }
}

/** Objects with described fields have no others. */
function closed(schema: Loose): Loose {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closed);
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isOpen = inner.additionalProperties !== undefined || inner.properties === undefined;
  return isOpen || inner.type !== "object" ? inner : { ...inner, additionalProperties: false };
}

interface World {
  readonly rig: Rig;
  readonly contract: Contract;
  readonly ids: Readonly<Record<string, string>>;
}

const never = {
  kind: "failed" as const,
  error: { name: "CardError", message: "refused", stack: "at x" },
  retry: { kind: "never" as const },
};

/** A world with something of everything: runs of every status, steps of every kind, reasons, limits, bulks. */
async function world(): Promise<World> {
  const script = (call: { readonly functionSlug: string }) => {
    switch (call.functionSlug) {
      case "app-ok":
        return answered(op.ran("load", { x: 1 }));
      case "app-fails":
        return answered(op.error("pay", "no money"));
      case "app-naps":
        return answered(op.sleep("nap", "1h"), op.wait("hear", "x/y", "2h"), op.signal("sig", "go", "1h"));
      case "app-calls":
        return answered(op.invoke("call", "app-naps"));
      case "app-breaks":
        return never;
      default:
        return returned({ done: true });
    }
  };
  const made = await rig({ mode: "start", signingKey, eventKeys: [eventKey], version: "1.2.3" }, script);
  const ask = (path: string, method = "GET", body?: unknown): Promise<Answered> =>
    request(made, { path, method, ...(body === undefined ? {} : { body }) });
  await ask("/fn/register", "POST", registrationOf());
  const send = async (name: string, data: object = {}, more: object = {}): Promise<string> => {
    const sent = await ask(`/e/${eventKey}`, "POST", { name, data, ...more });
    await made.engine.whenIdle();
    return sent.body.ids[0];
  };
  const event = await send("ok", { plan: "pro", total: 5 }, { id: "once" });
  await send("ok", {}, { id: "once" });
  for (const name of ["fails", "naps", "calls", "breaks", "plain", "filtered", "nobody/listens"])
    await send(name);
  await made.clock.advance(3_600_000 * 30, () => made.engine.whenIdle());
  for (const name of ["naps", "breaks", "plain", "limited"]) await send(name);
  const runs = (await ask("/api/v2/runs?limit=200")).body.data;
  const of = (status: string): string => runs.find((run: Loose) => run.status === status).id;
  const failures = (await ask("/api/v2/failures")).body.data;
  const bulk = await ask("/api/v2/bulks", "POST", { kind: "replay", selection: {}, holdAfter: 1 });
  const apps = (await ask("/api/v2/apps")).body.data;
  const cancellation = await ask("/v1/cancellations", "POST", {
    app_id: "app",
    function_id: "plain",
    started_before: new Date(made.clock.now()).toISOString(),
  });
  const document = (await ask("/openapi.json")).body;
  const ids = {
    event,
    failed: of("FAILED"),
    running: of("RUNNING"),
    completed: of("COMPLETED"),
    group: failures[0].id,
    bulk: bulk.body.data.id,
    app: apps[0].id,
    cancellation: cancellation.body.data.id,
  };
  return { rig: made, contract: new Contract(document), ids };
}

function registrationOf(): Loose {
  const event = (name: string, more: object = {}): object => ({ triggers: [{ event: name }], ...more });
  const functions = {
    ok: event("ok"),
    fails: event("fails", {
      steps: {
        step: {
          id: "step",
          name: "step",
          retries: { attempts: 0 },
          runtime: { type: "http", url: "http://localhost:3000/api/inngest?fnId=app-fails&stepId=step" },
        },
      },
    }),
    naps: event("naps"),
    calls: event("calls"),
    breaks: event("breaks"),
    plain: event("plain"),
    filtered: { triggers: [{ event: "filtered", expression: "event.data.seats >= 5" }] },
    limited: event("limited", {
      concurrency: [{ limit: 2, key: "event.data.account" }],
      throttle: { limit: 5, period: "1m" },
    }),
    ticks: { triggers: [{ cron: "0 9 * * *" }] },
  };
  return {
    url: "http://localhost:3000/api/inngest",
    appName: "app",
    sdk: "js:v4.24.0",
    framework: "test",
    deployType: "ping",
    v: "0.1",
    functions: Object.entries(functions).map(([id, config]) => ({
      id: `app-${id}`,
      name: id,
      steps: {
        step: {
          id: "step",
          name: "step",
          runtime: { type: "http", url: `http://localhost:3000/api/inngest?fnId=app-${id}&stepId=step` },
        },
      },
      ...config,
    })),
  };
}

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

function request(made: Rig, { path, method = "GET", body, headers = {} }: Asked): Promise<Answered> {
  return made.request(path, {
    method,
    headers: { authorization: `Bearer ${signingKey}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

type Good = Asked & { readonly id: string };

/** At least one good request for every operation, but the stream of live changes. */
function goodRequests(ids: World["ids"]): readonly Good[] {
  const v2 = "/api/v2";
  const get = (id: string, path: string): Good => ({ id, path });
  const post = (id: string, path: string, body?: unknown): Good => ({
    id,
    path,
    method: "POST",
    ...(body === undefined ? {} : { body }),
  });
  const remove = (id: string, path: string): Good => ({ id, path, method: "DELETE" });
  const started_before = "2026-01-02T00:00:00Z";
  return [
    get("listEvents", `${v2}/events?limit=100&includeInternal=true`),
    get("listEvents", `${v2}/events?expression=event.data.total%20%3E%201`),
    post("sendEvent", `${v2}/events`, { name: "plain", data: { x: 1 } }),
    post("sendEvent", `${v2}/events`, [{ name: "plain" }, { name: "plain", ts: 1_767_225_600_000 }]),
    get("getEvent", `${v2}/events/${ids.event}`),
    get("listEventRuns", `${v2}/events/${ids.event}/runs`),
    get("getEventOutcomes", `${v2}/events/${ids.event}/outcomes`),
    get("listEventNames", `${v2}/event-names`),
    get("listEventFields", `${v2}/event-fields?name=ok`),
    post("testExpression", `${v2}/expressions/test`, { eventName: "ok", edited: "event.data.total > 1" }),
    post("testExpression", `${v2}/expressions/test`, { eventName: "ok", edited: "event.data." }),
    get("listRuns", `${v2}/runs?limit=200`),
    get("listRuns", `${v2}/runs?status=FAILED,RUNNING&order=oldest&timeField=startedAt&query=refused`),
    get("getRun", `${v2}/runs/${ids.failed}`),
    get("getRun", `${v2}/runs/${ids.running}`),
    get("getRunTrace", `${v2}/runs/${ids.running}/trace`),
    get("getRunTrace", `${v2}/runs/${ids.failed}/trace`),
    get("listWaitMisses", `${v2}/runs/${ids.running}/steps/${stepKey("hear")}/misses`),
    post("rerunRun", `${v2}/runs/${ids.failed}/rerun`),
    post("cancelRun", `${v2}/runs/${ids.running}/cancel`),
    get("listBulks", `${v2}/bulks?kind=replay`),
    post("previewBulk", `${v2}/bulks/preview`, { kind: "replay", selection: { status: "FAILED" } }),
    post("startBulk", `${v2}/bulks`, { kind: "cancel", selection: { functionId: ["app-plain"] }, by: "ana" }),
    get("getBulk", `${v2}/bulks/${ids.bulk}`),
    post("holdBulk", `${v2}/bulks/${ids.bulk}/hold`),
    post("resumeBulk", `${v2}/bulks/${ids.bulk}/resume`),
    post("stopBulk", `${v2}/bulks/${ids.bulk}/stop`),
    remove("removeBulk", `${v2}/bulks/${ids.bulk}`),
    get("listFunctions", `${v2}/functions?appId=app`),
    get("getFunction", `${v2}/functions/app-ticks`),
    get("listFunctionRuns", `${v2}/functions/app-naps/runs`),
    post("invokeFunction", `${v2}/functions/app-plain/invoke`, { data: { x: 1 }, idempotencyKey: "k" }),
    get("getFunctionOfApp", `${v2}/apps/app/functions/plain`),
    get("listFunctionRunsOfApp", `${v2}/apps/app/functions/plain/runs`),
    post("invokeFunctionOfApp", `${v2}/apps/app/functions/plain/invoke`, {}),
    post("setOverride", `${v2}/functions/app-limited/overrides`, {
      limit: "concurrency.0",
      value: 5,
      by: "ana",
    }),
    get("listFunctionLimits", `${v2}/functions/app-limited/limits`),
    remove("removeOverride", `${v2}/functions/app-limited/overrides/concurrency.0`),
    post("drainFunction", `${v2}/functions/app-limited/drain`, { on: true }),
    post("pauseFunction", `${v2}/functions/app-limited/pause`, { by: "ana" }),
    post("resumeFunction", `${v2}/functions/app-limited/resume`),
    get("listApps", `${v2}/apps`),
    get("listSyncs", `${v2}/syncs?appId=app`),
    get("getApp", `${v2}/apps/${ids.app}`),
    get("listAppFunctions", `${v2}/apps/app/functions`),
    get("listFailures", `${v2}/failures`),
    post("closeFailures", `${v2}/failures/${ids.group}/close`, { by: "ana" }),
    post("reopenFailures", `${v2}/failures/${ids.group}/reopen`),
    post("muteFailures", `${v2}/failures/${ids.group}/mute`),
    post("unmuteFailures", `${v2}/failures/${ids.group}/unmute`),
    get("getRunFigures", `${v2}/figures/runs?buckets=12`),
    get("getOverview", `${v2}/figures/overview?buckets=24`),
    get("getHealth", `${v2}/health`),
    get("getAccount", `${v2}/account`),
    get("listEnvironments", `${v2}/envs`),
    get("listEventKeys", `${v2}/keys/events`),
    get("listSigningKeys", `${v2}/keys/signing`),
    get("v1ListEvents", "/v1/events?limit=51"),
    get("v1GetEvent", `/v1/events/${ids.event}`),
    get("v1ListEventRuns", `/v1/events/${ids.event}/runs`),
    get("v1GetRun", `/v1/runs/${ids.failed}`),
    get("v1ListRunJobs", `/v1/runs/${ids.running}/jobs`),
    get("v1ListAppFunctions", "/v1/apps/app/functions"),
    post("v1CreateCancellation", "/v1/cancellations", {
      app_id: "app",
      function_id: "plain",
      started_before,
    }),
    get("v1ListCancellations", "/v1/cancellations"),
    remove("v1RemoveCancellation", `/v1/cancellations/${ids.cancellation}`),
    post("ingest", `/e/${eventKey}`, { name: "plain" }),
    get("probe", "/health"),
    get("getOpenApiDocument", "/openapi.json"),
    post("invoke", "/invoke/app-plain", { data: {} }),
    post("register", "/fn/register", registrationOf()),
    get("getRunBatch", `/v0/runs/${ids.completed}/batch`),
    get("getRunSteps", `/v0/runs/${ids.completed}/actions`),
  ];
}

/** Operations whose success needs a world of its own, with what is checked of them here and where the rest is. */
const elsewhere: Readonly<Record<string, string>> = {
  watchLive: "a stream: live.test.ts",
  getMetrics: "needs metrics: metrics.test.ts",
  mcp: "JSON-RPC: mcp.test.ts",
  addApp: "calls an app: app-sync.test.ts",
  syncApp: "calls an app: app-sync.test.ts",
  removeApp: "the app is needed by the others: rest.test.ts",
  checkApp: "calls an app: app-checks.test.ts",
  v1SendSignal: "a run must wait: v1.test.ts",
  v1CancelRun: "a run is cancelled once: v1.test.ts",
  v0CancelRun: "a run is cancelled once: v1.test.ts",
  checkpoint: "a call must be open: end-to-end tests",
  checkpointOverHttp: "a call must be open: end-to-end tests",
  removeByUrl: "the app is needed by the others: register.test.ts",
  probeDevServer: "only in dev: requests.test.ts",
  ingestWithoutKey: "refused where keys are: ingest.test.ts",
};

let shared: World;
beforeAll(async () => {
  shared = await world();
});

describe("good requests", () => {
  test("every operation answers as the document says", async () => {
    const { rig: made, contract, ids } = shared;
    const problems: string[] = [];
    const answeredIds = new Set<string>();
    for (const asked of goodRequests(ids)) {
      const answer = await request(made, asked);
      await made.engine.whenIdle();
      answeredIds.add(asked.id);
      if (answer.status >= 300) problems.push(`${asked.id} ${asked.path}: ${answer.status} ${answer.text}`);
      for (const problem of contract.problemsOf(asked.id, answer)) {
        problems.push(`${asked.id} ${asked.path}: ${problem}`);
      }
    }
    expect(problems).toEqual([]);
    const missing = [...contract.operations.keys()].filter(
      (id) => !answeredIds.has(id) && !(id in elsewhere),
    );
    expect(missing).toEqual([]);
    expect(Object.keys(elsewhere).filter((id) => !contract.operations.has(id))).toEqual([]);
  });
});

describe("bad requests", () => {
  /** The operation's address, with nobody's id in it. */
  const addressOf = ({ path }: Loose): string =>
    path.replace(/\{(id|runId)\}/g, nobody).replace(/\{\w+\}/g, "nothing");

  async function problemsWith(change: (operation: Loose) => Asked | undefined): Promise<readonly string[]> {
    const { rig: made, contract } = shared;
    const problems: string[] = [];
    for (const [id, operation] of contract.operations) {
      const asked = change(operation);
      if (asked === undefined || id === "watchLive") continue;
      const answer = await request(made, { ...asked, method: operation.method.toUpperCase() });
      if (answer.status < 400 || answer.status >= 500)
        problems.push(`${id}: ${answer.status} ${answer.text}`);
      for (const problem of contract.problemsOf(id, answer)) problems.push(`${id} ${asked.path}: ${problem}`);
    }
    return problems;
  }

  test("what does not exist is told as the document says", async () => {
    const problems = await problemsWith((operation) =>
      operation.path.includes("{") && operation.operationId !== "ingest"
        ? {
            path: addressOf(operation),
            ...(operation.requestBody === undefined ? {} : { body: bodyOf(operation) }),
          }
        : undefined,
    );
    expect(problems).toEqual([]);
  });

  test("a body that is no JSON is refused as the document says", async () => {
    const problems = await problemsWith((operation) =>
      operation.requestBody === undefined
        ? undefined
        : { path: addressOf(operation).replace("/e/nothing", `/e/${eventKey}`), body: "{" },
    );
    // What does not exist may be told first.
    expect(problems).toEqual([]);
  });

  test("a body of another type is refused as the document says", async () => {
    const problems = await problemsWith((operation) =>
      operation.requestBody === undefined || operation.operationId === "mcp"
        ? undefined
        : { path: addressOf(operation).replace("/e/nothing", `/e/${eventKey}`), body: "5" },
    );
    expect(problems).toEqual([]);
  });

  test("a query parameter that does not exist is refused under /api/v2", async () => {
    const problems = await problemsWith((operation) =>
      operation.path.startsWith("/api/v2/") && operation.requestBody === undefined
        ? { path: `${addressOf(operation)}?nonsense=1` }
        : undefined,
    );
    expect(problems).toEqual([]);
  });

  test("each parameter of a query refuses what it cannot be", async () => {
    const { rig: made, contract } = shared;
    const problems: string[] = [];
    for (const [id, operation] of contract.operations) {
      for (const { name, in: place, schema, description = "" } of operation.parameters ?? []) {
        const isTime = description.startsWith("RFC 3339") || schema.format === "date-time";
        const isFree = schema.type === "string" && schema.enum === undefined && !isTime;
        if (place !== "query" || isFree || (schema.type === "array" && schema.items?.enum === undefined))
          continue;
        const answer = await request(made, {
          path: `${addressOf(operation)}?${name}=~`,
          method: operation.method,
        });
        if (answer.status !== 400) problems.push(`${id} ${name}: ${answer.status} ${answer.text}`);
        else if (!answer.text.includes(name)) problems.push(`${id} ${name} is not named: ${answer.text}`);
        problems.push(...contract.problemsOf(id, answer));
      }
    }
    expect(problems).toEqual([]);
  });

  test("without a key everything but what is open answers 401 as the document says", async () => {
    const { rig: made, contract } = shared;
    const problems: string[] = [];
    for (const [id, operation] of contract.operations) {
      if (operation.security !== undefined) continue;
      const answer = await made.request(addressOf(operation), { method: operation.method.toUpperCase() });
      if (answer.status !== 401) problems.push(`${id}: ${answer.status}`);
      problems.push(...contract.problemsOf(id, answer));
    }
    expect(problems).toEqual([]);
  });

  test("the contract can fail: an undescribed status, field and type are found", () => {
    const { contract } = shared;
    const headers = new Headers({ "content-type": "application/json" });
    const answer = (status: number, body: Loose): Answered => ({
      status,
      headers,
      body,
      text: JSON.stringify(body),
    });
    const page = { data: {}, metadata: { fetchedAt: "2026-01-01T00:00:00.000Z", cachedUntil: null } };
    expect(contract.problemsOf("getAccount", answer(418, {}))).toHaveLength(1);
    expect(contract.problemsOf("getAccount", answer(200, { ...page, data: { id: "1", name: "x" } }))).toEqual(
      [],
    );
    expect(
      contract.problemsOf("getAccount", answer(200, { ...page, data: { id: 1, name: "x" } })),
    ).toHaveLength(1);
    const more = { ...page, data: { id: "1", name: "x", secret: 1 } };
    expect(contract.problemsOf("getAccount", answer(200, more))).toHaveLength(1);
  });
});

/** A body that is good as far as it can be known, so that what is asked for is looked up. */
function bodyOf({ operationId }: Loose): Loose {
  const bodies: Record<string, Loose> = {
    setOverride: { limit: "concurrency.0", value: 1 },
    drainFunction: { on: true },
    checkpoint: { qi_id: "q", steps: [{ op: "StepRun", id: stepKey("a") }] },
    checkpointOverHttp: { qi_id: "q", steps: [{ op: "StepRun", id: stepKey("a") }] },
  };
  return bodies[operationId] ?? {};
}
