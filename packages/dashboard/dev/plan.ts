// A generated run as a plan over time. What the API says of it at any moment is computed from the plan and the clock,
// so that a run can be watched as it happens, and a test can stop the clock where it likes.

import type {
  AttemptView,
  ErrorView,
  Json,
  RestRunStatus,
  RunActivity,
  Segment,
  SpanStatus,
  StepOp,
  TimePart,
  TimePartKind,
  TraceSpan,
} from "@stepwell/protocol/rest";

/** A stretch of a step in ms after the run was queued. */
export interface PlanSegment {
  readonly kind: TimePartKind;
  readonly from: number;
  readonly until: number;
}

export interface StepPlan {
  readonly name: string;
  readonly op: StepOp;
  readonly stepType?: string;
  readonly segments: readonly PlanSegment[];
  readonly errors?: readonly ErrorView[];
  /** Its last attempt fails. */
  readonly fails?: boolean;
  readonly output?: Json;
  readonly input?: Json;
  readonly target?: string;
  readonly expression?: string;
  /** When a wait expires or a sleep ends, in ms after the run was queued. */
  readonly dueAfter?: number;
  readonly matchedEventId?: string;
  readonly lookbackMs?: number;
  readonly invokedRunId?: string;
  readonly sentEventIds?: readonly string[];
  readonly parallelSet?: number;
  readonly after?: string;
}

export interface RunPlan {
  readonly id: string;
  readonly functionSlug: string;
  readonly eventIds: readonly string[];
  readonly eventName?: string;
  readonly cron?: string;
  readonly invokedBy?: { readonly runId: string; readonly stepName: string; readonly functionName: string };
  readonly originalRunId?: string;
  readonly queuedAt: number;
  /** How long it was held back; endless while `end` is absent and there are no steps. */
  readonly queuedMs: number;
  readonly heldBack?: string;
  readonly steps: readonly StepPlan[];
  readonly end?: {
    readonly after: number;
    readonly status: RestRunStatus;
    readonly output?: Json;
    readonly error?: ErrorView;
    readonly stepName?: string;
    readonly reason?: string;
  };
}

export const maxAttempts = 5;

export function iso(at: number): string {
  return new Date(at).toISOString();
}

export function statusAt(plan: RunPlan, now: number): RestRunStatus {
  const elapsed = now - plan.queuedAt;
  if (plan.end !== undefined && elapsed >= plan.end.after) return plan.end.status;
  return elapsed >= plan.queuedMs ? "RUNNING" : "QUEUED";
}

/** Every moment at which the run or one of its steps changes. */
export function boundaries(plan: RunPlan): readonly number[] {
  const offsets = plan.steps.flatMap((step) =>
    step.segments.flatMap((segment) => [segment.from, segment.until]),
  );
  return [0, plan.queuedMs, ...offsets, ...(plan.end === undefined ? [] : [plan.end.after])].map(
    (offset) => plan.queuedAt + offset,
  );
}

/** The steps that are known at `now`, cut off there, as spans. */
export function traceAt(plan: RunPlan, now: number): TraceSpan {
  const status = statusAt(plan, now);
  const finished = plan.end !== undefined && now - plan.queuedAt >= plan.end.after;
  const queuedUntil = plan.queuedAt + plan.queuedMs;
  return {
    id: plan.id,
    name: plan.functionSlug,
    status: status === "QUEUED" ? "QUEUED" : status,
    queuedAt: iso(plan.queuedAt),
    ...(now >= queuedUntil ? { startedAt: iso(queuedUntil) } : {}),
    ...(finished && plan.end !== undefined ? { endedAt: iso(plan.queuedAt + plan.end.after) } : {}),
    segments: [
      {
        kind: "queued",
        from: iso(plan.queuedAt),
        ...(now >= queuedUntil ? { until: iso(queuedUntil) } : {}),
      },
    ],
    metadata: [],
    children: plan.steps
      .filter((step) => now - plan.queuedAt >= (step.segments[0]?.from ?? 0))
      .map((step) => spanAt(plan, step, now)),
  };
}

function spanAt(plan: RunPlan, step: StepPlan, now: number): TraceSpan {
  const elapsed = now - plan.queuedAt;
  const begun = step.segments.filter((segment) => segment.from <= elapsed);
  const last = step.segments[step.segments.length - 1];
  const first = step.segments[0];
  const current = begun[begun.length - 1];
  const ended = last !== undefined && elapsed >= last.until;
  const time = (offset: number): string => iso(plan.queuedAt + offset);
  const code = begun.filter((segment) => ["ran", "failed", "running"].includes(segment.kind));
  const started = code[0]?.from ?? first?.from ?? 0;
  return {
    id: `${plan.id}.${step.name}`,
    name: step.name,
    stepId: step.name,
    status: spanStatus(step, current, ended),
    stepOp: step.op,
    ...(step.stepType === undefined ? {} : { stepType: step.stepType }),
    queuedAt: time(first?.from ?? 0),
    startedAt: time(started),
    ...(ended && last !== undefined ? { endedAt: time(last.until), durationMs: last.until - started } : {}),
    ranMs: code.reduce((sum, segment) => sum + Math.min(segment.until, elapsed) - segment.from, 0),
    segments: begun.map((segment) => segmentAt(segment, begun, elapsed, time)),
    ...(step.op === "RUN" || step.op === "SEND_EVENT"
      ? { attempts: attemptsAt(step, begun, elapsed, time), maxAttempts }
      : {}),
    ...(step.input === undefined ? {} : { input: step.input }),
    ...(ended && step.fails !== true && step.output !== undefined ? { output: step.output } : {}),
    ...(ended && step.fails === true ? { error: step.errors?.[step.errors.length - 1] ?? unknownError } : {}),
    ...waitPart(step, ended, time),
    ...(step.op === "SLEEP" && step.dueAfter !== undefined ? { sleepUntil: time(step.dueAfter) } : {}),
    ...(step.op === "INVOKE"
      ? {
          invoke: {
            functionId: step.target ?? "",
            functionName: step.target ?? "",
            ...(step.invokedRunId === undefined ? {} : { runId: step.invokedRunId }),
          },
        }
      : {}),
    ...(step.sentEventIds === undefined ? {} : { sentEventIds: step.sentEventIds }),
    ...(step.parallelSet === undefined ? {} : { parallelSet: step.parallelSet }),
    ...(step.after === undefined ? {} : { afterStepId: `${plan.id}.${step.after}` }),
    metadata: [],
    children: [],
  };
}

const unknownError: ErrorView = { name: "Error", message: "unknown" };

function spanStatus(step: StepPlan, current: PlanSegment | undefined, ended: boolean): SpanStatus {
  if (ended) return step.fails === true ? "FAILED" : "COMPLETED";
  if (step.op === "SLEEP") return "SLEEPING";
  if (step.op === "WAIT_FOR_EVENT" || step.op === "WAIT_FOR_SIGNAL" || step.op === "INVOKE") return "WAITING";
  return current?.kind === "queued" ? "QUEUED" : "RUNNING";
}

function segmentAt(
  segment: PlanSegment,
  begun: readonly PlanSegment[],
  elapsed: number,
  time: (offset: number) => string,
): Segment {
  const isCode = segment.kind === "ran" || segment.kind === "failed";
  const attempt = begun.filter((item) => item.kind === "failed" && item.from < segment.from).length;
  const open = elapsed < segment.until;
  return {
    kind: open && isCode ? "running" : segment.kind,
    from: time(segment.from),
    ...(open ? {} : { until: time(segment.until) }),
    ...(isCode ? { attempt } : {}),
  };
}

function attemptsAt(
  step: StepPlan,
  begun: readonly PlanSegment[],
  elapsed: number,
  time: (offset: number) => string,
): readonly AttemptView[] {
  const code = begun.filter((segment) => segment.kind === "ran" || segment.kind === "failed");
  return code.map((segment, attempt) => {
    const open = elapsed < segment.until;
    const next =
      code[attempt + 1] ?? step.segments.find((item) => item.kind !== "retrying" && item.from > segment.from);
    const error = step.errors?.[attempt] ?? step.errors?.[0];
    return {
      attempt,
      status: open ? "RUNNING" : segment.kind === "failed" ? "FAILED" : "COMPLETED",
      startedAt: time(segment.from),
      ...(open ? {} : { endedAt: time(segment.until) }),
      ...(!open && segment.kind === "failed" && error !== undefined ? { error } : {}),
      ...(!open && segment.kind === "failed" && next !== undefined ? { retryAt: time(next.from) } : {}),
    };
  });
}

function waitPart(step: StepPlan, ended: boolean, time: (offset: number) => string): Pick<TraceSpan, "wait"> {
  if (step.op !== "WAIT_FOR_EVENT" && step.op !== "WAIT_FOR_SIGNAL") return {};
  return {
    wait: {
      kind: step.op === "WAIT_FOR_EVENT" ? "event" : "signal",
      name: step.target ?? "",
      ...(step.expression === undefined ? {} : { expression: step.expression }),
      timeoutAt: time(step.dueAfter ?? 0),
      outcome: ended ? (step.matchedEventId === undefined ? "expired" : "matched") : "open",
      ...(ended && step.matchedEventId !== undefined ? { matchedEventId: step.matchedEventId } : {}),
      ...(step.lookbackMs === undefined ? {} : { lookbackMs: step.lookbackMs }),
    },
  };
}

export function activityAt(plan: RunPlan, now: number): RunActivity | undefined {
  const status = statusAt(plan, now);
  if (status === "QUEUED") {
    return plan.heldBack === undefined
      ? { kind: "queued" }
      : { kind: "queued", heldBackBy: { limit: "concurrency", text: plan.heldBack } };
  }
  if (status !== "RUNNING") return undefined;
  const elapsed = now - plan.queuedAt;
  const live = plan.steps.flatMap((step) =>
    step.segments
      .filter((segment) => segment.from <= elapsed && elapsed < segment.until)
      .map((segment) => ({ step, segment })),
  );
  const order: readonly TimePartKind[] = [
    "ran",
    "failed",
    "retrying",
    "invoking",
    "waiting",
    "sleeping",
    "queued",
  ];
  const top = order
    .map((kind) => live.find((item) => item.segment.kind === kind))
    .find((item) => item !== undefined);
  if (top === undefined) return { kind: "running" };
  const waits = live.filter(
    (item) => item.segment.kind === "waiting" || item.segment.kind === "invoking",
  ).length;
  return activityOf(plan, top.step, top.segment, waits);
}

function activityOf(plan: RunPlan, step: StepPlan, segment: PlanSegment, openWaits: number): RunActivity {
  const failures = step.segments.filter(
    (item) => item.kind === "failed" && item.until <= segment.from,
  ).length;
  const due = iso(plan.queuedAt + (step.dueAfter ?? segment.until));
  const since = iso(plan.queuedAt + segment.from);
  switch (segment.kind) {
    case "sleeping":
      return { kind: "sleeping", stepName: step.name, until: due, since };
    case "waiting":
    case "invoking":
      return {
        kind: "waiting",
        stepName: step.name,
        target: step.target ?? "",
        targetKind: segment.kind === "invoking" ? "function" : "event",
        ...(segment.kind === "waiting" ? { until: due } : {}),
        since,
        openWaits,
      };
    case "retrying": {
      const error = step.errors?.[failures - 1];
      return {
        kind: "retrying",
        stepName: step.name,
        attempt: failures,
        maxAttempts,
        retryAt: iso(plan.queuedAt + segment.until),
        ...(error === undefined ? {} : { error }),
      };
    }
    default:
      return { kind: "running", stepName: step.name, attempt: failures, maxAttempts };
  }
}

const priority: readonly TimePartKind[] = [
  "ran",
  "failed",
  "retrying",
  "invoking",
  "waiting",
  "sleeping",
  "queued",
];

/** Where the run's time went up to `now`: at each moment the busiest of its steps. */
export function timeAt(plan: RunPlan, now: number): readonly TimePart[] {
  const end = Math.min(now - plan.queuedAt, plan.end?.after ?? Number.POSITIVE_INFINITY);
  const all = [
    { kind: "queued" as const, from: 0, until: plan.queuedMs },
    ...plan.steps.flatMap((step) => step.segments),
  ];
  const cuts = [...new Set([0, end, ...all.flatMap((item) => [item.from, item.until])])]
    .filter((offset) => offset <= end)
    .sort((left, right) => left - right);
  const parts: { kind: TimePartKind; durationMs: number }[] = [];
  for (const [index, from] of cuts.slice(0, -1).entries()) {
    const until = cuts[index + 1] ?? end;
    const live = all.filter((item) => item.from <= from && item.until >= until);
    const found = priority.find((kind) => live.some((item) => item.kind === kind)) ?? "ran";
    const isNow = until === end && plan.end === undefined;
    const kind = found === "ran" && isNow ? "running" : found;
    const previous = parts[parts.length - 1];
    if (previous?.kind === kind) previous.durationMs += until - from;
    else parts.push({ kind, durationMs: until - from });
  }
  return parts;
}
