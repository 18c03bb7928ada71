// Whether code runs inside a step, where the runtime can tell (Node and its kin have AsyncLocalStorage).

interface Storage {
  run<T>(store: true, task: () => T): T;
  getStore(): true | undefined;
}

type BuiltinModules = {
  getBuiltinModule?(name: "node:async_hooks"): { readonly AsyncLocalStorage: new () => Storage } | undefined;
};

const modules: BuiltinModules | undefined = typeof process === "undefined" ? undefined : process;
const hooks = modules?.getBuiltinModule?.("node:async_hooks");
const storage = hooks === undefined ? undefined : new hooks.AsyncLocalStorage();

export function runInsideStep<T>(task: () => T): T {
  return storage === undefined ? task() : storage.run(true, task);
}

export function isInsideStep(): boolean {
  return storage?.getStore() === true;
}
