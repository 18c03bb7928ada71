// An operation of the REST API, as the command line needs it.

import type { Method } from "../../client/rest-client.ts";

export interface Operation {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly description: string;
  readonly method: Method;
  /** Below /api/v2; `{run-id}` is an argument. */
  readonly path: string;
  /** Flags that become the query, in the API's spelling. */
  readonly query?: readonly QueryFlag[];
  /** Flags that become fields of the body. `--body` and `--body-file` give a whole one. */
  readonly fields?: readonly BodyField[];
}

export interface QueryFlag {
  readonly key: string;
  readonly kind: "text" | "list" | "switch";
}

export interface BodyField {
  readonly key: string;
  readonly kind: "text" | "json" | "number";
}

/** `includeOutput` as a flag. */
export function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
