// What a simulated function does: stages of steps, each stage started as a whole, and an end. Made from a seed.

import { stepKey } from "@stepwell/protocol";
import { type Flow, makeFlow } from "./flow.ts";
import type { Scheduler } from "./scheduler.ts";

export type Action =
  | { readonly kind: "run"; readonly failures: number }
  | { readonly kind: "sleep"; readonly seconds: number }
  | { readonly kind: "send"; readonly event: string }
  | { readonly kind: "wait"; readonly event: string; readonly seconds: number; readonly isMatched: boolean }
  | { readonly kind: "invoke"; readonly functionName: string }
  | { readonly kind: "signal"; readonly seconds: number };

export interface PlannedStep {
  readonly id: string;
  readonly key: string;
  readonly action: Action;
}

export interface Program {
  readonly name: string;
  readonly trigger: string;
  /** It ticks by this schedule instead of waiting for events. */
  readonly cron?: string;
  readonly flow: Flow;
  readonly cancelOn?: string;
  readonly stages: readonly (readonly PlannedStep[])[];
  readonly end: "return" | "fail";
  /** How often the code between steps fails before it goes on. */
  readonly codeFailures: number;
}

/** Seldom enough that a world of some hours stays small. */
const schedules = ["*/20 * * * *", "7 */2 * * *", "TZ=Asia/Kolkata 30 */3 * * *"] as const;

export const eventNames = ["ping", "pong", "tick"] as const;
/** Only ever awaited and sent by programs. */
export const replyNames = ["reply/a", "reply/b"] as const;

/** A set of functions that trigger on the events above and may invoke the ones made before them. */
export function makePrograms(scheduler: Scheduler): readonly Program[] {
  const programs: Program[] = [];
  const count = 2 + scheduler.integer(4);
  for (let index = 0; index < count; index += 1) {
    const invocable = programs.map((program) => program.name);
    programs.push(makeProgram(scheduler, `f${index}`, invocable));
  }
  return programs;
}

function makeProgram(scheduler: Scheduler, name: string, invocable: readonly string[]): Program {
  const stages: PlannedStep[][] = [];
  const stageCount = scheduler.integer(5);
  for (let stage = 0; stage < stageCount; stage += 1) {
    const width = scheduler.chance(0.6) ? 1 : 2 + scheduler.integer(3);
    stages.push(
      Array.from({ length: width }, (_, index) => {
        const id = `${name}-${stage}-${index}`;
        return { id, key: stepKey(id), action: makeAction(scheduler, invocable) };
      }),
    );
  }
  return {
    name,
    trigger: scheduler.pick(eventNames),
    ...(scheduler.chance(0.08) ? { cron: scheduler.pick(schedules), trigger: "" } : {}),
    flow: makeFlow(scheduler),
    ...(scheduler.chance(0.2) ? { cancelOn: "stop" } : {}),
    stages,
    end: scheduler.chance(0.85) ? "return" : "fail",
    codeFailures: scheduler.chance(0.15) ? 1 : 0,
  };
}

function makeAction(scheduler: Scheduler, invocable: readonly string[]): Action {
  const roll = scheduler.integer(100);
  if (roll < 45) return { kind: "run", failures: scheduler.chance(0.2) ? 1 + scheduler.integer(3) : 0 };
  if (roll < 60) return { kind: "sleep", seconds: scheduler.integer(90) };
  if (roll < 70) return { kind: "send", event: scheduler.pick(replyNames) };
  if (roll < 88) {
    return {
      kind: "wait",
      event: scheduler.pick(replyNames),
      seconds: 1 + scheduler.integer(120),
      isMatched: scheduler.chance(0.5),
    };
  }
  if (roll < 92) return { kind: "signal", seconds: 1 + scheduler.integer(60) };
  return invocable.length === 0
    ? { kind: "run", failures: 0 }
    : { kind: "invoke", functionName: scheduler.pick(invocable) };
}
