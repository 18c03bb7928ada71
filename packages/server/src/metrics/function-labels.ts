// The labels of a function, bounded in number: what comes after the first functions shares one label, so that an app
// with generated functions cannot fill the collector's memory.

import type { FunctionSettings } from "@stepwell/core";
import type { FunctionId } from "@stepwell/protocol";

export interface FunctionLabel {
  readonly app: string;
  readonly function: string;
}

/** Most functions with labels of their own. */
export const labelledFunctionsMax = 200;

const other: FunctionLabel = { app: "other", function: "other" };

export class FunctionLabels {
  readonly #known = new Map<FunctionId, FunctionLabel>();
  /** Those that have been asked for. */
  readonly #given = new Map<FunctionId, FunctionLabel>();

  learn({ id, appName, slug }: FunctionSettings): void {
    this.#known.set(id, { app: appName, function: slug });
  }

  /** App name and slug; `other` for both once too many functions have been asked for. */
  of(id: FunctionId): FunctionLabel {
    const given = this.#given.get(id);
    if (given !== undefined) return given;
    const label = this.#given.size < labelledFunctionsMax ? (this.#known.get(id) ?? other) : other;
    if (label !== other) this.#given.set(id, label);
    return label;
  }
}
