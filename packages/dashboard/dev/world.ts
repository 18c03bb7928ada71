// The generated world behind the fake server: apps, functions, runs as plans, events with their outcomes. It answers
// with the shared REST types and tells listeners what changed since the last tick.

import type {
  AppView,
  EventOutcomes,
  EventView,
  FailureGroup,
  FunctionReference,
  FunctionView,
  LiveChange,
  RunDetailView,
  RunFigures,
  RunsQuery,
  RunView,
  TraceView,
} from "@stepwell/protocol/rest";
import { isRunFinished } from "@stepwell/protocol/rest";
import { activityAt, boundaries, iso, maxAttempts, type RunPlan, statusAt, timeAt, traceAt } from "./plan.ts";

export interface FakeEvent {
  readonly view: EventView;
  readonly outcomes: EventOutcomes;
}

export class World {
  readonly now: () => number;
  readonly apps = new Map<string, AppView>();
  readonly functions = new Map<string, FunctionView>();
  readonly runs = new Map<string, RunPlan>();
  readonly events = new Map<string, FakeEvent>();
  /** Requests are refused while true, as if the server were gone. */
  down = false;
  #ticked: number;
  readonly #listeners = new Set<(change: LiveChange) => void>();

  constructor(now: () => number) {
    this.now = now;
    this.#ticked = now();
  }

  listen(listener: (change: LiveChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(change: LiveChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** Tells listeners about every run with a change since the last tick. */
  tick(): void {
    const now = this.now();
    for (const plan of this.runs.values()) {
      const passed = boundaries(plan).some((at) => at > this.#ticked && at <= now);
      if (passed) this.emit({ kind: "run", runId: plan.id, status: statusAt(plan, now) });
    }
    this.#ticked = now;
  }

  addRun(plan: RunPlan): void {
    this.runs.set(plan.id, plan);
    this.emit({ kind: "run", runId: plan.id, status: statusAt(plan, this.now()) });
  }

  addEvent(event: FakeEvent): void {
    this.events.set(event.view.id, event);
    this.emit({ kind: "event", eventId: event.view.id, name: event.view.name });
  }

  reference(slug: string): FunctionReference {
    const found = this.functions.get(slug);
    if (found === undefined) throw new Error(`The fake world has no function ${slug}.`);
    return { id: found.id, slug, name: found.name, app: found.app };
  }

  runView(plan: RunPlan): RunView {
    const now = this.now();
    const status = statusAt(plan, now);
    const reference = this.reference(plan.functionSlug);
    const activity = activityAt(plan, now);
    const end = isRunFinished(status) ? plan.end : undefined;
    return {
      id: plan.id,
      status,
      function: reference,
      app: reference.app,
      queuedAt: iso(plan.queuedAt),
      ...(status === "QUEUED" || status === "SKIPPED"
        ? {}
        : { startedAt: iso(plan.queuedAt + plan.queuedMs) }),
      ...(end === undefined ? {} : { endedAt: iso(plan.queuedAt + end.after), durationMs: end.after }),
      trigger: {
        eventIds: plan.eventIds,
        isBatch: plan.eventIds.length > 1,
        ...(plan.eventName === undefined ? {} : { eventName: plan.eventName }),
        ...(plan.cron === undefined ? {} : { cronSchedule: plan.cron }),
        ...(plan.invokedBy === undefined ? {} : { invokedBy: plan.invokedBy }),
      },
      ...(activity === undefined ? {} : { activity }),
      ...(end?.output === undefined ? {} : { output: end.output }),
      ...(end?.error === undefined ? {} : { error: end.error }),
      ...(end?.stepName === undefined ? {} : { failedStepName: end.stepName }),
      ...(end?.reason === undefined ? {} : { reason: end.reason }),
      ...(plan.originalRunId === undefined ? {} : { originalRunId: plan.originalRunId }),
      time: status === "SKIPPED" ? [] : timeAt(plan, now),
    };
  }

  runDetail(id: string): RunDetailView | undefined {
    const plan = this.runs.get(id);
    if (plan === undefined) return undefined;
    const trace = traceAt(plan, this.now());
    const attempts = trace.children.flatMap((span) => span.attempts ?? []);
    const sent = trace.children.flatMap((span) => span.sentEventIds ?? []);
    return {
      ...this.runView(plan),
      events: plan.eventIds.flatMap((eventId) => {
        const event = this.events.get(eventId)?.view;
        if (event === undefined) return [];
        return [
          {
            id: event.id,
            externalId: event.externalId,
            name: event.name,
            receivedAt: event.receivedAt,
            data: event.data ?? {},
          },
        ];
      }),
      calls: attempts.length + 1,
      retries: attempts.filter((attempt) => attempt.status === "FAILED" && attempt.retryAt !== undefined)
        .length,
      maxAttempts,
      sent: sent.flatMap((eventId) => {
        const event = this.events.get(eventId)?.view;
        if (event === undefined) return [];
        return [
          {
            id: event.id,
            name: event.name,
            receivedAt: event.receivedAt,
            runs: this.runsOfEvent(eventId).map((run) => ({
              id: run.id,
              status: run.status,
              functionName: run.function.name,
            })),
          },
        ];
      }),
      jobs: [],
    };
  }

  trace(id: string): TraceView | undefined {
    const plan = this.runs.get(id);
    return plan === undefined ? undefined : { runId: id, rootSpan: traceAt(plan, this.now()) };
  }

  runsOfEvent(eventId: string): readonly RunView[] {
    return [...this.runs.values()]
      .filter((plan) => plan.eventIds.includes(eventId))
      .map((plan) => this.runView(plan));
  }

  listRuns(query: RunsQuery): readonly RunView[] {
    const rows = [...this.runs.values()]
      .filter((plan) => plan.queuedAt <= this.now())
      .sort((left, right) => right.queuedAt - left.queuedAt || (left.id < right.id ? 1 : -1))
      .map((plan) => this.runView(plan))
      .filter((run) => matches(run, query));
    return query.order === "oldest" ? rows.reverse() : rows;
  }

  figures(query: RunsQuery & { readonly buckets?: number }): RunFigures {
    const runs = this.listRuns(query);
    const counts: Record<string, number> = {};
    for (const run of runs) counts[run.status] = (counts[run.status] ?? 0) + 1;
    const until = query.until ?? this.now();
    const from = query.from ?? until - 24 * 3_600_000;
    const size = (until - from) / (query.buckets ?? 96);
    const buckets = Array.from({ length: query.buckets ?? 96 }, (_, index) => ({
      from: iso(from + index * size),
      total: 0,
      failed: 0,
    }));
    for (const run of runs) {
      const bucket =
        buckets[Math.min(buckets.length - 1, Math.floor((Date.parse(run.queuedAt) - from) / size))];
      if (bucket === undefined) continue;
      bucket.total += 1;
      if (run.status === "FAILED") bucket.failed += 1;
    }
    return { counts, buckets };
  }

  failures(): readonly FailureGroup[] {
    const groups = new Map<string, RunView[]>();
    for (const run of this.listRuns({ status: ["FAILED"] })) {
      const key = `${run.function.slug} ${run.failedStepName ?? ""} ${run.error?.name ?? ""}`;
      groups.set(key, [...(groups.get(key) ?? []), run]);
    }
    return [...groups].flatMap(([id, runs]) => {
      const newest = runs[0];
      const oldest = runs[runs.length - 1];
      if (newest === undefined || oldest === undefined || newest.error === undefined) return [];
      const hours = Array.from({ length: 24 }, () => 0);
      for (const run of runs) {
        const hour = 23 - Math.floor((this.now() - Date.parse(run.queuedAt)) / 3_600_000);
        if (hour >= 0) hours[hour] = (hours[hour] ?? 0) + 1;
      }
      return [
        {
          id,
          function: newest.function,
          ...(newest.failedStepName === undefined ? {} : { stepName: newest.failedStepName }),
          error: newest.error,
          count: runs.length,
          firstAt: oldest.endedAt ?? oldest.queuedAt,
          lastAt: newest.endedAt ?? newest.queuedAt,
          newestRunId: newest.id,
          hours,
        },
      ];
    });
  }
}

function matches(run: RunView, query: RunsQuery): boolean {
  const queued = Date.parse(run.queuedAt);
  if (query.status !== undefined && !query.status.includes(run.status)) return false;
  if (
    query.functionId !== undefined &&
    !query.functionId.some((id) => id === run.function.id || id === run.function.slug)
  )
    return false;
  if (query.appId !== undefined && !query.appId.some((id) => id === run.app.id || id === run.app.name))
    return false;
  if (query.eventName !== undefined && query.eventName !== run.trigger.eventName) return false;
  if (query.from !== undefined && queued < query.from) return false;
  if (query.until !== undefined && queued >= query.until) return false;
  if (query.query === undefined) return true;
  const words = query.query.toLowerCase();
  const texts = [run.id, ...run.trigger.eventIds, run.error?.message ?? "", run.error?.name ?? ""];
  return texts.some((text) => text.toLowerCase().includes(words));
}
