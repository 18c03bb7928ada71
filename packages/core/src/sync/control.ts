// What an operator decides of a function: pause, drain, limits of their own (semantics C14). It is kept by the server
// and outlasts syncs. One job per function wakes the next thing that ends by itself.

import { asJobId, type FunctionId, type JobId } from "@stepwell/protocol";
import { startBulkCancel } from "../bulk/start.ts";
import type { Change } from "../change.ts";
import { type Decision, decided, replied } from "../decision.ts";
import type { Input } from "../input.ts";
import { type FunctionControl, type LimitOverride, newControl } from "../model/control.ts";
import type { FunctionSettings } from "../model/function.ts";
import { newBulkId } from "../model/ids.ts";
import type { ShardJob } from "../model/job.ts";
import type { ShardState } from "../state.ts";

/** Runs held by a pause go on within this time, or are cancelled (semantics C14.1). */
export const pauseHoldMs = 7 * 86_400_000;

export type ControlCommand =
  | {
      readonly kind: "pause";
      readonly by?: string;
      /** Unfinished runs are cancelled instead of held. */
      readonly cancelRuns?: boolean;
    }
  | { readonly kind: "resume" }
  | { readonly kind: "drain"; readonly isOn: boolean }
  | { readonly kind: "override"; readonly override: Omit<LimitOverride, "setAt"> }
  | { readonly kind: "remove-override"; readonly limit: LimitOverride["limit"] };

export function controlFunction(
  state: ShardState,
  input: Extract<Input, { kind: "control" }>,
  now: number,
): Decision {
  const settings = state.functions.registered(input.functionId);
  if (settings === undefined) return replied({ kind: "done", found: false });
  const before = state.functions.control(settings.id) ?? newControl(settings.id);
  const { command } = input;
  if (command.kind === "override") {
    const refusal = refuseOverride(settings, command.override, now);
    if (refusal !== undefined) return replied({ kind: "refused", reasons: [refusal] });
  }
  const after = withCommand(before, command, now);
  const changes = [...controlChanges(after, now)];
  if (command.kind === "pause" && command.cancelRuns === true)
    changes.push(...cancelHeld(settings, `Runs of ${settings.slug} at its pause`, command.by, now));
  return replied({ kind: "done", found: true }, changes);
}

function withCommand(before: FunctionControl, command: ControlCommand, now: number): FunctionControl {
  const { pausedAt, pausedBy: _, drainingAt, ...rest } = before;
  const draining = drainingAt === undefined ? {} : { drainingAt };
  switch (command.kind) {
    case "pause":
      return {
        ...rest,
        ...draining,
        pausedAt: pausedAt ?? now,
        ...(command.by === undefined ? {} : { pausedBy: command.by }),
      };
    case "resume":
      return { ...rest, ...draining };
    case "drain": {
      const { drainingAt: __, ...kept } = before;
      return command.isOn ? { ...before, drainingAt: drainingAt ?? now } : kept;
    }
    case "override": {
      const others = before.overrides.filter(({ limit }) => limit !== command.override.limit);
      return { ...before, overrides: [...others, { ...command.override, setAt: now }] };
    }
    case "remove-override":
      return { ...before, overrides: before.overrides.filter(({ limit }) => limit !== command.limit) };
  }
}

/** Why an override makes no sense for the function, as a sentence. */
function refuseOverride(
  { slug, throttle, rateLimit, concurrency, wholeRuns }: FunctionSettings,
  { limit, value, until }: Omit<LimitOverride, "setAt">,
  now: number,
): string | undefined {
  const isConcurrency = limit === "concurrency.0" || limit === "concurrency.1";
  const min = isConcurrency ? 0 : 1;
  if (!Number.isInteger(value) || value < min)
    return `Function ${slug}: the override of ${limit} must be a whole number, ${min} or more, not ${value}.`;
  if (until !== undefined && until <= now)
    return `Function ${slug}: the override of ${limit} would have ended already. Give a later "until".`;
  if (limit === "throttle" && throttle === undefined)
    return `Function ${slug} has no throttle whose limit could be overridden.`;
  if (limit === "rateLimit" && rateLimit === undefined)
    return `Function ${slug} has no rate limit that could be overridden.`;
  if (limit === "concurrency.fn" && wholeRuns === undefined)
    return `Function ${slug} has no limit on whole runs that could be overridden.`;
  if (limit === "concurrency.1" && concurrency.length < 2)
    return `Function ${slug} has no second concurrency limit that could be overridden.`;
  return undefined;
}

/** The row, and the job that wakes what ends next. */
function controlChanges(control: FunctionControl, now: number): readonly Change[] {
  const id = controlJobId(control.functionId);
  const ends = control.overrides.map(({ until }) => until ?? Number.POSITIVE_INFINITY);
  if (control.pausedAt !== undefined) ends.push(control.pausedAt + pauseHoldMs);
  const dueAt = Math.min(...ends.filter((at) => at > now));
  return [
    { kind: "control.put", control },
    Number.isFinite(dueAt)
      ? { kind: "job.put", job: { kind: "control", id, functionId: control.functionId, dueAt } }
      : { kind: "job.remove", jobId: id, runId: undefined },
  ];
}

function controlJobId(functionId: FunctionId): JobId {
  return asJobId(`control:${functionId}`);
}

/** Cancels what the pause would hold, as a bulk operation that anybody can follow. */
function cancelHeld(
  settings: FunctionSettings,
  name: string,
  by: string | undefined,
  now: number,
): readonly Change[] {
  const request = { name, selection: { functionIds: [settings.id] }, ...(by === undefined ? {} : { by }) };
  return startBulkCancel(newBulkId(now, `pause/${settings.id}/${now}`), request, now);
}

/** Decides a control job: overrides that end, end, and so do runs that a pause has held for as long as it may. */
export function controlDue(
  state: ShardState,
  job: Extract<ShardJob, { kind: "control" }>,
  now: number,
): Decision {
  const control = state.functions.control(job.functionId);
  if (control === undefined) return decided([{ kind: "job.remove", jobId: job.id, runId: undefined }]);
  const overrides = control.overrides.filter(({ until }) => until === undefined || until > now);
  const changes = [...controlChanges({ ...control, overrides }, now)];
  const settings = state.functions.registered(job.functionId);
  const heldUntil = control.pausedAt === undefined ? undefined : control.pausedAt + pauseHoldMs;
  // A job that was put later has found the runs cancelled already.
  if (settings !== undefined && heldUntil !== undefined && heldUntil <= now && job.dueAt <= heldUntil) {
    const name = `Runs of ${settings.slug} that its pause has held for 7 days`;
    changes.push(...cancelHeld(settings, name, control.pausedBy, now));
  }
  return decided(changes);
}
