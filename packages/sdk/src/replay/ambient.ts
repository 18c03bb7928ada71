// Which run, and whether which step, the code belongs to that runs now, where the runtime can tell (Node and its kin
// have AsyncLocalStorage).

import type { RunSessions } from "../sessions.ts";

interface Ambient {
  /** Read when something is sent, because the handler may change it. */
  readonly sessions: () => RunSessions;
  readonly isStep: boolean;
}

interface Storage {
  run<T>(store: Ambient, task: () => T): T;
  getStore(): Ambient | undefined;
}

type BuiltinModules = {
  getBuiltinModule?(name: "node:async_hooks"): { readonly AsyncLocalStorage: new () => Storage } | undefined;
};

const modules: BuiltinModules | undefined = typeof process === "undefined" ? undefined : process;
const hooks = modules?.getBuiltinModule?.("node:async_hooks");
const storage = hooks === undefined ? undefined : new hooks.AsyncLocalStorage();

/** Runs a handler as the code of a run. */
export function runInsideRun<T>(sessions: () => RunSessions, task: () => T): T {
  return storage === undefined ? task() : storage.run({ sessions, isStep: false }, task);
}

export function runInsideStep<T>(sessions: () => RunSessions, task: () => T): T {
  return storage === undefined ? task() : storage.run({ sessions, isStep: true }, task);
}

export function isInsideStep(): boolean {
  return storage?.getStore()?.isStep === true;
}

/** The sessions of the run whose code runs now; undefined outside of runs. */
export function ambientSessions(): RunSessions | undefined {
  return storage?.getStore()?.sessions();
}
