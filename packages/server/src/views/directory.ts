// Apps and functions by id, as the API names them. Read from the store once and again after each change.

import type { App, FunctionSettings } from "@stepwell/core";
import type { Engine } from "@stepwell/engine";
import type { AppId, FunctionId } from "@stepwell/protocol";
import type { FunctionReference } from "@stepwell/protocol/rest";

export interface Known {
  readonly apps: readonly App[];
  readonly functions: readonly FunctionSettings[];
  readonly appById: ReadonlyMap<AppId, App>;
  readonly functionById: ReadonlyMap<FunctionId, FunctionSettings>;
}

export class Directory {
  readonly #engine: Engine;
  #known: Promise<Known> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    engine.onCommitted((changes) => {
      if (changes.some(({ kind }) => kind === "app.put" || kind === "function.put")) this.#known = undefined;
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
    const [apps, functions] = await Promise.all([reader.listApps(), reader.listFunctions()]);
    return {
      apps,
      functions,
      appById: new Map(apps.map((app) => [app.id, app])),
      functionById: new Map(functions.map((settings) => [settings.id, settings])),
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
