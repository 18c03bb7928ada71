// The demonstration world: three apps, seven functions, and runs in every state, around one sign-up.

import type {
  EventOutcomes,
  EventSource,
  FunctionOutcome,
  Json,
  JsonObject,
  TriggerView,
} from "@stepwell/protocol/rest";
import { addHistory } from "./demo-history.ts";
import { addReasons, filteredByPlan, filteredByText } from "./demo-reasons.ts";
import { iso, type PlanSegment, type RunPlan, type StepPlan } from "./plan.ts";
import { World } from "./world.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A stable id in the manner of a ULID. */
function id(kind: string, number: number): string {
  return `01KASN${kind}${String(number).padStart(20 - kind.length, "0")}`.slice(0, 26);
}

function addFunction(
  world: World,
  app: string,
  name: string,
  triggers: readonly TriggerView[],
  configuration: JsonObject,
  figures: { queued: number; running: number; parked?: number; oldest?: number; failed?: number },
): void {
  const slug = `${app}-${name}`;
  world.functions.set(slug, {
    id: `fn-${slug}`,
    name,
    slug,
    isPaused: name === "nightly-usage-report",
    ...(name === "nightly-usage-report" ? { pausedAt: iso(world.now() - 3 * day) } : {}),
    isArchived: false,
    app: { id: `app-${app}`, name: app },
    triggers,
    maxAttempts: 5,
    configuration,
    figures: {
      queued: figures.queued,
      running: figures.running,
      ...(figures.parked === undefined ? {} : { sleeping: figures.parked, waiting: 0 }),
      ...(figures.oldest === undefined ? {} : { oldestQueuedAt: iso(world.now() - figures.oldest) }),
      lastDay: {
        completed: 2100,
        failed: figures.failed ?? 0,
        p50Ms: 312,
        p95Ms: 5100,
        hours: Array.from({ length: 24 }, (_, index) => 60 + ((index * 37) % 50)),
      },
    },
  });
}

function addApps(world: World): void {
  const now = world.now();
  const app = (
    name: string,
    url: string,
    functionCount: number,
    sync: { framework: string; sdkLanguage: string; sdkVersion: string; error?: string },
  ): void => {
    world.apps.set(`app-${name}`, {
      id: `app-${name}`,
      name,
      method: "SERVE",
      url,
      createdAt: iso(now - 9 * day),
      isArchived: false,
      functionCount,
      isReachable: sync.error === undefined,
      latestSync: {
        status: sync.error === undefined ? "SUCCESS" : "FAILED",
        syncedAt: iso(now - 42 * minute),
        url,
        ...sync,
      },
    });
  };
  app("web", "http://localhost:3000/api/inngest", 4, {
    framework: "hono",
    sdkLanguage: "js",
    sdkVersion: "4.2.0",
  });
  app("billing", "http://localhost:3001/api/inngest", 2, {
    framework: "nextjs",
    sdkLanguage: "js",
    sdkVersion: "4.2.0",
  });
  app("search", "http://localhost:3003/api/inngest", 1, {
    framework: "net/http",
    sdkLanguage: "go",
    sdkVersion: "0.14.1",
    error: "Connection refused at localhost:3003. Nothing listens on this port.",
  });
}

function addFunctions(world: World): void {
  const event = (value: string, expression?: string): TriggerView => ({
    type: "EVENT",
    value,
    ...(expression === undefined ? {} : { expression }),
  });
  addFunction(
    world,
    "web",
    "orchestrate-onboarding",
    [event("user/signup.completed", "event.data.plan in ['team', 'pro'] && event.data.seats >= 5")],
    {
      concurrency: [{ limit: 10, key: "event.data.account" }],
      cancel: [{ event: "user/account.closed", if: "async.data.userId == event.data.userId" }],
      timeouts: { finish: "7d" },
    },
    { queued: 473, running: 8240, parked: 8204, oldest: 48 * second },
  );
  addFunction(
    world,
    "web",
    "send-welcome-email",
    [event("user/signup.completed")],
    { rateLimit: { limit: 1, period: "24h", key: "event.data.email" } },
    { queued: 0, running: 0 },
  );
  addFunction(
    world,
    "web",
    "provision-workspace",
    [event("workspace/requested")],
    {},
    { queued: 0, running: 0 },
  );
  addFunction(
    world,
    "billing",
    "create-trial",
    [event("user/signup.completed")],
    { throttle: { limit: 50, period: "1s" } },
    { queued: 0, running: 1, failed: 130 },
  );
  addFunction(
    world,
    "billing",
    "nightly-usage-report",
    [{ type: "CRON", value: "0 14 * * *", nextAt: iso(world.now() + 5 * hour) }],
    {},
    { queued: 0, running: 0 },
  );
  addFunction(
    world,
    "web",
    "add-to-crm",
    [event("user/signup.completed", "event.data.plan != 'free'")],
    { batchEvents: { maxSize: 50, timeout: "10s" }, priority: { run: "event.data.plan == 'pro' ? 120 : 0" } },
    { queued: 6, running: 10, oldest: 4 * second },
  );
  addFunction(
    world,
    "search",
    "index-workspace",
    [event("project/created")],
    {},
    { queued: 26, running: 0, oldest: 6 * minute },
  );
}

interface EventInput {
  readonly number: number;
  readonly name: string;
  readonly ago: number;
  readonly data: Json;
  readonly runs: readonly { readonly slug: string; readonly runId: string }[];
  readonly others?: readonly FunctionOutcome[];
  readonly resumes?: string;
  readonly source?: EventSource;
}

function addEvent(world: World, input: EventInput): string {
  const eventId = id("EV", input.number);
  const time = iso(world.now() - input.ago);
  const created: readonly FunctionOutcome[] = input.runs.map((run) => ({
    function: world.reference(run.slug),
    outcome: { kind: "run-created", runId: run.runId },
  }));
  const outcomes: EventOutcomes = {
    functions: [...created, ...(input.others ?? [])],
    waits:
      input.resumes === undefined
        ? []
        : [
            {
              kind: "resumed",
              runId: input.resumes,
              function: world.reference("web-orchestrate-onboarding"),
              stepName: "wait-for-email",
            },
          ],
    ...(input.runs.length === 0 && input.resumes === undefined && input.others === undefined
      ? { closest: [{ name: "user/signup.completed", functions: 4 }] }
      : {}),
  };
  world.events.set(eventId, {
    view: {
      id: eventId,
      externalId: `signup-${input.number}`,
      name: input.name,
      receivedAt: time,
      ts: time,
      isSystem: input.name.startsWith("inngest/"),
      data: input.data,
      dataBytes: JSON.stringify(input.data).length,
      source: input.source ?? { kind: "api" },
      effects: {
        runs: input.runs.length,
        notStarted: input.others?.length ?? 0,
        resumed: input.resumes === undefined ? 0 : 1,
      },
    },
    outcomes,
  });
  return eventId;
}

const part = (kind: PlanSegment["kind"], from: number, until: number): PlanSegment => ({ kind, from, until });

const fetchFailed = {
  name: "TypeError",
  message: "fetch failed",
  stack:
    "TypeError: fetch failed\n    at loadAccount (src/onboarding/account.ts:18:21)\n    at step.run (src/onboarding/index.ts:9:32)\n    at Object.run (node_modules/stepwell/dist/execution.js:118:9)",
  cause: { name: "Error", message: "read ECONNRESET" },
};
const unavailable = {
  name: "AccountsApiError",
  message: "503 Service Unavailable",
  stack: "AccountsApiError: 503 Service Unavailable\n    at loadAccount (src/onboarding/account.ts:22:11)",
};
const noCustomer = {
  name: "StripeError",
  message: "No such customer: 'cus_Q1x7Rk'",
  stack:
    "StripeError: No such customer: 'cus_Q1x7Rk'\n    at createSubscription (src/billing/trial.ts:31:15)\n    at step.run (src/billing/trial.ts:12:20)",
};

/** The run of the mock-up: retries, a fan-out, three branches, a day of sleep, and a wait that is still open. */
function onboardingSteps(): readonly StepPlan[] {
  const account = {
    id: "acct_acme",
    name: "Acme Inc",
    plan: "pro",
    seats: 12,
    owner: { id: "usr_9f31", email: "maya@acme.dev" },
  };
  const a = 60 * second + 760;
  return [
    {
      name: "load-account",
      op: "RUN",
      segments: [
        part("failed", 38, 262),
        part("retrying", 262, 21_400),
        part("failed", 21_400, 21_646),
        part("retrying", 21_646, 55_950),
        part("ran", 55_950, 56_191),
      ],
      errors: [unavailable, fetchFailed],
      output: account,
      input: [{ userId: "usr_9f31", fresh: true }],
    },
    {
      name: "fan-out",
      op: "SEND_EVENT",
      stepType: "step.sendEvent",
      segments: [part("ran", 56_200, 56_222)],
      output: { ids: [id("EV", 2), id("EV", 3)] },
      sentEventIds: [id("EV", 2), id("EV", 3)],
    },
    {
      name: "wait-for-crm",
      op: "WAIT_FOR_EVENT",
      segments: [part("waiting", 56_250, 56_252)],
      target: "crm/contact.added",
      expression: 'async.data.userId == "usr_9f31"',
      dueAfter: day,
      matchedEventId: id("EV", 2),
      lookbackMs: 14,
      parallelSet: 1,
      output: { name: "crm/contact.added" },
    },
    {
      name: "tag-contact",
      op: "RUN",
      segments: [part("queued", 56_260, 56_330), part("ran", 56_340, 56_522)],
      after: "wait-for-crm",
      output: null,
    },
    {
      name: "wait-for-email",
      op: "WAIT_FOR_EVENT",
      segments: [part("waiting", 56_240, 57_155)],
      target: "email/welcome.sent",
      dueAfter: day,
      matchedEventId: id("EV", 3),
      parallelSet: 1,
      output: { name: "email/welcome.sent" },
    },
    {
      name: "wait-for-subscription",
      op: "WAIT_FOR_EVENT",
      segments: [part("waiting", 56_240, 58_870)],
      target: "subscription/trial.created",
      dueAfter: day,
      matchedEventId: id("EV", 3),
      parallelSet: 1,
      output: { name: "subscription/trial.created" },
    },
    {
      name: "provision-workspace",
      op: "INVOKE",
      segments: [part("invoking", 58_880, a)],
      target: "provision-workspace",
      invokedRunId: id("RN", 20),
      after: "wait-for-subscription",
      output: { workspaceId: "ws_20c1" },
    },
    {
      name: "settle-in",
      op: "SLEEP",
      segments: [part("sleeping", a + 10, a + 10 + day)],
      dueAfter: a + 10 + day,
    },
    {
      name: "check-first-project",
      op: "RUN",
      segments: [part("queued", a + day + 10, a + day + 60), part("ran", a + day + 70, a + day + 154)],
      output: { projects: 0 },
    },
    {
      name: "wait-for-first-project",
      op: "WAIT_FOR_EVENT",
      segments: [part("waiting", a + day + 160, a + 3 * day)],
      target: "project/created",
      expression: 'async.data.userId == "usr_9f31"',
      dueAfter: a + 3 * day,
    },
  ];
}

function addOnboarding(world: World): void {
  const now = world.now();
  const runId = id("RN", 1);
  const eventId = addEvent(world, {
    number: 1,
    name: "user/signup.completed",
    ago: day + 42 * minute,
    data: {
      userId: "usr_9f31",
      account: "acme",
      email: "maya@acme.dev",
      plan: "pro",
      seats: 12,
      trial: { days: 14, source: "pricing-page" },
    },
    runs: [{ slug: "web-orchestrate-onboarding", runId }],
  });
  addEvent(world, {
    number: 2,
    name: "crm/contact.added",
    ago: day + 41 * minute,
    data: { userId: "usr_9f31" },
    runs: [],
    resumes: runId,
  });
  addEvent(world, {
    number: 3,
    name: "email/welcome.sent",
    ago: day + 41 * minute,
    data: { userId: "usr_9f31" },
    runs: [],
    resumes: runId,
  });
  world.runs.set(runId, {
    id: runId,
    functionSlug: "web-orchestrate-onboarding",
    eventIds: [eventId],
    eventName: "user/signup.completed",
    queuedAt: now - day - 42 * minute,
    queuedMs: 38,
    steps: onboardingSteps(),
  });
  world.runs.set(id("RN", 20), {
    id: id("RN", 20),
    functionSlug: "web-provision-workspace",
    eventIds: [],
    eventName: "inngest/function.invoked",
    invokedBy: { runId, stepName: "provision-workspace", functionName: "orchestrate-onboarding" },
    queuedAt: now - day - 41 * minute,
    queuedMs: 12,
    steps: [
      { name: "create", op: "RUN", segments: [part("ran", 12, 1890)], output: { workspaceId: "ws_20c1" } },
    ],
    end: { after: 1900, status: "COMPLETED", output: { workspaceId: "ws_20c1" } },
  });
}

/** A run that begins now and takes some seconds: to be watched. */
export function liveSteps(): readonly StepPlan[] {
  return [
    {
      name: "load-account",
      op: "RUN",
      segments: [part("ran", 40, 900)],
      output: { id: "acct_acme", plan: "pro" },
    },
    {
      name: "charge",
      op: "RUN",
      segments: [part("failed", 950, 1900), part("retrying", 1900, 6000), part("ran", 6000, 7200)],
      errors: [unavailable],
      output: { charged: 4900 },
    },
    { name: "pause-a-little", op: "SLEEP", segments: [part("sleeping", 7250, 12_000)], dueAfter: 12_000 },
    {
      name: "wait-for-receipt",
      op: "WAIT_FOR_EVENT",
      segments: [part("waiting", 12_050, 18_000)],
      target: "billing/receipt.sent",
      dueAfter: hour,
      matchedEventId: id("EV", 2),
      output: null,
    },
    { name: "finish-up", op: "RUN", segments: [part("ran", 18_050, 18_400)], output: { done: true } },
  ];
}

function addSignUps(world: World): void {
  const now = world.now();
  const email = "web-send-welcome-email";
  for (let number = 10; number < 19; number += 1) {
    const ago = (number - 9) ** 2 * 9 * second;
    const plan = number % 3 === 0 ? "free" : "team";
    const emailRun = id("RN", number * 10);
    const trialRun = id("RN", number * 10 + 1);
    const eventId = addEvent(world, {
      number,
      name: "user/signup.completed",
      ago,
      data: {
        userId: `usr_${number}`,
        account: "brightwave",
        email: "jonas@brightwave.io",
        plan,
        seats: "8",
      },
      runs: [
        { slug: email, runId: emailRun },
        { slug: "billing-create-trial", runId: trialRun },
      ],
      others: [
        {
          function: world.reference("web-orchestrate-onboarding"),
          outcome: plan === "team" ? filteredByText : filteredByPlan,
        },
        {
          function: world.reference("web-add-to-crm"),
          outcome: {
            kind: "rate-limited",
            limit: 1,
            periodMs: day,
            key: "jonas@brightwave.io",
            freeAt: iso(now + 19 * hour),
            usedByRunId: id("RN", 100),
          },
        },
      ],
    });
    world.runs.set(emailRun, {
      id: emailRun,
      functionSlug: email,
      eventIds: [eventId],
      eventName: "user/signup.completed",
      queuedAt: now - ago + 8,
      queuedMs: 11,
      steps: [
        {
          name: "send",
          op: "RUN",
          segments: [part("ran", 12, 312 + number)],
          output: { messageId: `m_8842${number}` },
        },
      ],
      end: { after: 323 + number, status: "COMPLETED", output: { messageId: `m_8842${number}` } },
    });
    world.runs.set(trialRun, trialRunPlan(trialRun, eventId, now - ago + 9, number));
  }
}

function trialRunPlan(runId: string, eventId: string, queuedAt: number, number: number): RunPlan {
  const fails = number % 2 === 0;
  const tries = [12, 15_500, 46_000, 106_000, 240_000];
  const failing = tries.flatMap((from, index) => [
    part("failed", from, from + 240),
    ...(tries[index + 1] === undefined ? [] : [part("retrying", from + 240, tries[index + 1] ?? 0)]),
  ]);
  return {
    id: runId,
    functionSlug: "billing-create-trial",
    eventIds: [eventId],
    eventName: "user/signup.completed",
    queuedAt,
    queuedMs: 12,
    steps: [
      fails
        ? { name: "create-subscription", op: "RUN", segments: failing, errors: [noCustomer], fails: true }
        : {
            name: "create-subscription",
            op: "RUN",
            segments: [part("ran", 12, 640)],
            output: { trialEnds: "2026-12-07" },
          },
    ],
    end: fails
      ? { after: 240_260, status: "FAILED", error: noCustomer, stepName: "create-subscription" }
      : { after: 659, status: "COMPLETED", output: { trialEnds: "2026-12-07" } },
  };
}

function addOthers(world: World): void {
  const now = world.now();
  const add = (number: number, functionSlug: string, ago: number, rest: Partial<RunPlan>): void => {
    const runId = id("RN", number);
    world.runs.set(runId, {
      id: runId,
      functionSlug,
      eventIds: [id("EV", 11)],
      eventName: "user/signup.completed",
      queuedAt: now - ago,
      queuedMs: 10,
      steps: [],
      ...rest,
    });
  };
  add(30, "web-add-to-crm", 4100, { queuedMs: 30 * minute, heldBack: "10 of 10 running for acme" });
  add(31, "web-orchestrate-onboarding", 58 * second, {
    steps: [
      { name: "load-account", op: "RUN", segments: [part("ran", 10, 640)], output: {} },
      { name: "settle-in", op: "SLEEP", segments: [part("sleeping", 650, day)], dueAfter: day },
    ],
  });
  add(32, "billing-nightly-usage-report", 2 * minute, {
    eventIds: [],
    eventName: undefined,
    cron: "0 14 * * *",
    end: { after: 0, status: "SKIPPED", reason: "the function is paused since Fri 17:40, by ana" },
  } as unknown as Partial<RunPlan>);
  add(33, "web-orchestrate-onboarding", 7 * minute, {
    steps: [
      { name: "load-account", op: "RUN", segments: [part("ran", 10, 640)], output: {} },
      { name: "settle-in", op: "SLEEP", segments: [part("sleeping", 650, 338_000)], dueAfter: day },
    ],
    end: { after: 338_000, status: "CANCELLED", reason: "by user/account.closed while sleeping" },
  });
  add(34, "billing-create-trial", 3 * second, {
    steps: liveSteps(),
    end: { after: 18_420, status: "COMPLETED", output: { done: true } },
  });
  addEvent(world, {
    number: 40,
    name: "user/signup.complete",
    ago: 70 * second,
    data: { userId: "usr_1" },
    runs: [],
  });
  addEvent(world, {
    number: 41,
    name: "inngest/function.failed",
    ago: 50 * second,
    data: { function_id: "billing-create-trial" },
    runs: [],
    source: { kind: "engine" },
  });
}

/** A world around the clock's present moment. */
export function demoWorld(now: () => number): World {
  const world = new World(now);
  addApps(world);
  addFunctions(world);
  addOnboarding(world);
  addSignUps(world);
  addOthers(world);
  addHistory(world);
  addReasons(world);
  return world;
}

/** A world with apps and functions, and nothing that happened yet. */
export function quietWorld(now: () => number): World {
  const world = new World(now);
  addApps(world);
  addFunctions(world);
  return world;
}
