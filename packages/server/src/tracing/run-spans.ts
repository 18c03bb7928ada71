// A finished run as spans, from its rows alone: the run, its time in the queue, its steps, sleeps and waits, and the
// attempts where more than one was made. Ids follow from the run's, so that they are those which calls carried.

import { type FailedAttempt, type Run, type Step, traceOfEvent, traceOfRun } from "@stepwell/core";
import type { RunDetail } from "@stepwell/engine";
import {
  discoveryStepId,
  parseError,
  parseJson,
  type RunTrace,
  runSpanId,
  type SerializedError,
  stepSpanId,
} from "@stepwell/protocol";
import { attemptsByUnit, namelessUnits } from "../views/attempts.ts";
import { codeStretches, inlineStretches, type Stretch, stepStretches } from "../views/stretches.ts";

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** The parent is a span of whoever sent the event. */
  readonly hasRemoteParent: boolean;
  readonly kind: "consumer" | "internal";
  readonly name: string;
  /** Unix ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly error?: SerializedError;
  /** Other spans that had a part in it, such as the senders of a batch's further events. */
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

/** What spans tell of a function. */
export interface FunctionNames {
  readonly slug: string;
  readonly appName: string;
}

/** The spans of a run that has ended, the run's own first; none when whoever began the trace does not record it. */
export function runSpans(detail: RunDetail, names: FunctionNames): readonly Span[] {
  const { run, events } = detail;
  const trace = traceOfRun(run.id, events);
  if (!trace.isSampled || run.endedAt === undefined) return [];
  const end = run.endedAt;
  const root = rootSpan(detail, trace, names, end);
  const within = new SpansWithin(run, trace, end);
  within.add("queue", "queued", { from: run.queuedAt, until: run.startedAt ?? end }, runSpanId(run.id));
  const units = attemptsByUnit(detail.attempts);
  const own = units.get(discoveryStepId) ?? [];
  within.addAttempts(discoveryStepId, codeStretches(own, run, detail.steps, end), own, runSpanId(run.id));
  for (const step of detail.steps) within.addStep(step, units.get(step.key) ?? [], detail.steps);
  for (const unit of namelessUnits(units, detail.steps))
    within.addNameless(unit, units.get(unit) ?? [], detail.steps);
  return [root, ...within.spans];
}

function rootSpan(
  { run, steps, events }: RunDetail,
  trace: RunTrace,
  names: FunctionNames,
  end: number,
): Span {
  const [first] = events;
  return {
    traceId: trace.traceId,
    spanId: runSpanId(run.id),
    ...(trace.parentSpanId === undefined ? {} : { parentSpanId: trace.parentSpanId }),
    hasRemoteParent: true,
    kind: "consumer",
    name: names.slug,
    startedAt: run.queuedAt,
    endedAt: Math.max(run.queuedAt, end),
    attributes: {
      "stepwell.run.id": run.id,
      "stepwell.run.status": run.status,
      "stepwell.run.steps": steps.length,
      "stepwell.function": names.slug,
      "stepwell.app": names.appName,
      ...(first === undefined ? {} : { "stepwell.event.id": first.id, "stepwell.event.name": first.name }),
      ...(run.originalRunId === undefined ? {} : { "stepwell.run.repeats": run.originalRunId }),
    },
    ...(run.status === "failed" && run.error !== undefined ? { error: run.error } : {}),
    links: events.slice(1).flatMap((event) => {
      const [, traceId, spanId] = traceOfEvent(event)?.traceparent.split("-") ?? [];
      return traceId === undefined || spanId === undefined ? [] : [{ traceId, spanId }];
    }),
  };
}

/** Gathers the spans below a run's. */
class SpansWithin {
  readonly spans: Span[] = [];
  readonly #run: Run;
  readonly #trace: RunTrace;
  readonly #end: number;

  constructor(run: Run, trace: RunTrace, end: number) {
    this.#run = run;
    this.#trace = trace;
    this.#end = end;
  }

  /** @param id what the span's id follows from, once per run. */
  add(
    id: string,
    name: string,
    { from, until = this.#end }: { readonly from: number; readonly until?: number | undefined },
    parentSpanId: string,
    more: { readonly attributes?: Span["attributes"]; readonly error?: SerializedError } = {},
  ): string {
    const spanId = stepSpanId(this.#run.id, id);
    const { attributes = {}, error } = more;
    this.spans.push({
      traceId: this.#trace.traceId,
      spanId,
      parentSpanId,
      hasRemoteParent: false,
      kind: "internal",
      name,
      startedAt: from,
      endedAt: Math.max(from, until),
      attributes: { "stepwell.run.id": this.#run.id, ...attributes },
      ...(error === undefined ? {} : { error }),
      links: [],
    });
    return spanId;
  }

  addStep(step: Step, attempts: readonly FailedAttempt[], steps: readonly Step[]): void {
    const stretches = stepStretches(step, { attempts, run: this.#run, steps, now: this.#end });
    const from = Math.min(step.registeredAt, step.startedAt ?? step.registeredAt, ...stretches.map(begin));
    const error = step.status === "failed" ? stepError(step) : undefined;
    const spanId = this.add(step.key, step.name, { from, until: step.endedAt }, runSpanId(this.#run.id), {
      attributes: stepAttributes(step, attempts.length),
      ...(error === undefined ? {} : { error }),
    });
    if (step.kind === "run" && attempts.length > 0) this.addAttempts(step.key, stretches, attempts, spanId);
  }

  /** A step that never came to a result has no row and so no name. */
  addNameless(unit: string, attempts: readonly FailedAttempt[], steps: readonly Step[]): void {
    const stretches = inlineStretches(attempts, this.#run, steps, this.#end);
    const last = attempts.at(-1);
    const from = stretches[0]?.from ?? this.#run.queuedAt;
    const until = last?.endedAt ?? this.#end;
    const spanId = this.add(unit, `step ${unit.slice(0, 8)}`, { from, until }, runSpanId(this.#run.id), {
      attributes: { "stepwell.step.kind": "run", "stepwell.step.status": "failed" },
      ...(last === undefined ? {} : { error: last.error }),
    });
    this.addAttempts(unit, stretches, attempts, spanId);
  }

  /** The stretches in which code ran, each as a span; the failed ones have a row with the error. */
  addAttempts(
    unit: string,
    stretches: readonly Stretch[],
    failures: readonly FailedAttempt[],
    parentSpanId: string,
  ): void {
    const made = stretches.filter(({ kind }) => kind === "failed" || kind === "ran" || kind === "cancelled");
    for (const [index, stretch] of made.entries()) {
      const failure = stretch.kind === "failed" ? failures[index] : undefined;
      const attempt = stretch.attempt ?? failure?.attempt ?? index;
      this.add(`${unit}/${index}`, `attempt ${attempt + 1}`, stretch, parentSpanId, {
        attributes: { "stepwell.attempt": attempt },
        ...(failure === undefined ? {} : { error: failure.error }),
      });
    }
  }
}

const begin = (stretch: Stretch): number => stretch.from;

function stepAttributes(step: Step, failures: number): Span["attributes"] {
  const { kind, status, userlandId, stepType, target, invokedRunId, eventId } = step;
  return {
    "stepwell.step.kind": kind,
    // What had no result when the run ended was given up with it.
    "stepwell.step.status": status === "open" ? "cancelled" : status,
    ...(userlandId === undefined ? {} : { "stepwell.step.id": userlandId }),
    ...(stepType === undefined ? {} : { "stepwell.step.type": stepType }),
    ...(kind === "run" ? { "stepwell.step.failed_attempts": failures } : {}),
    ...(target === undefined ? {} : { "stepwell.step.target": target }),
    ...(eventId === undefined ? {} : { "stepwell.event.id": eventId }),
    ...(invokedRunId === undefined ? {} : { "stepwell.invoked_run.id": invokedRunId }),
  };
}

function stepError(step: Step): SerializedError | undefined {
  const result = parseJson(step.result ?? "null");
  const value = result.kind === "parsed" ? result.value : null;
  return typeof value === "object" && value !== null && "error" in value
    ? parseError(value.error)
    : undefined;
}
