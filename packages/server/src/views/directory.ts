// Apps and functions by id, as the API names them. Read from the store once and again after each change.

import type { App, FunctionControl, FunctionSettings } from "@stepwell/core";
import type { Engine } from "@stepwell/engine";
import type { AppId, FunctionId } from "@stepwell/protocol";
import type { FunctionReference } from "@stepwell/protocol/rest";

export interface Known {
  readonly apps: readonly App[];
  readonly functions: readonly FunctionSettings[];
  readonly appById: ReadonlyMap<AppId, App>;
  readonly functionById: ReadonlyMap<FunctionId, FunctionSettings>;
  /** What operators said of functions; most are absent. */
  readonly controlById: ReadonlyMap<FunctionId, FunctionControl>;
}

const shownHere: ReadonlySet<string> = new Set(["app.put", "function.put", "control.put"]);

export class Directory {
  readonly #engine: Engine;
  #known: Promise<Known> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    engine.onCommitted((changes) => {
      if (changes.some(({ kind }) => shownHere.has(kind))) this.#known = undefined;
    });
  }

  /** @throws StoreUnavailableError */
  read(): Promise<Known> {
    if (this.#known !== undefined) return this.#known;
    const reading = this.#read();
    this.#known = reading;
    // A failed reading must not be remembered: the next request tries again.
    reading.catch(() => {
      if (this.#known === reading) this.#known = undefined;
    });
    return reading;
  }

  async #read(): Promise<Known> {
    const { reader } = this.#engine;
    const [apps, functions, controls] = await Promise.all([
      reader.listApps(),
      reader.listFunctions(),
      reader.listControls(),
    ]);
    return {
      apps,
      functions,
      appById: new Map(apps.map((app) => [app.id, app])),
      functionById: new Map(functions.map((settings) => [settings.id, settings])),
      controlById: new Map(controls.map((control) => [control.functionId, control])),
    };
  }
}

/** A function as other resources name it; one that is not known any more keeps its id. */
export function functionReference(known: Known, id: FunctionId): FunctionReference {
  const settings = known.functionById.get(id);
  if (settings === undefined) return { id, slug: id, name: id, app: { id: "", name: "" } };
  return {
    id,
    slug: settings.slug,
    name: settings.name,
    app: { id: settings.appId, name: settings.appName },
  };
}
