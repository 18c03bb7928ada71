// A field of a run's event or output, written as an expression writes it: `event.data.plan`, `output.items[0].sku`,
// `event.data["first name"]`. For columns: what is a field, and what a run has there.

import { type Json, parseJson, type RunView } from "@stepwell/protocol/rest";

/** Members and indexes, the root first. */
type Path = readonly (string | number)[];

const eventMembers = ["data", "user", "name", "id", "ts", "v"];
const part = /^(?:\.([A-Za-z_]\w*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\])/;

/** Its members; `undefined` for what is no field of an event or output. */
export function fieldPath(text: string): Path | undefined {
  const [root] = /^(event|output)(?=[.[]|$)/.exec(text) ?? [];
  if (root === undefined) return undefined;
  const path: (string | number)[] = [root];
  let rest = text.slice(root.length);
  while (rest !== "") {
    const [whole, name, index, quoted] = part.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    const member = name ?? (index === undefined ? unquoted(quoted ?? "") : Number(index));
    if (member === undefined) return undefined;
    path.push(member);
    rest = rest.slice(whole.length);
  }
  const isKnown = root === "output" || eventMembers.includes(String(path[1]));
  return isKnown ? path : undefined;
}

/** Escapes are those of JSON, as in the fields that the server offers. */
function unquoted(text: string): string | undefined {
  const parsed = parseJson(`"${text}"`);
  return parsed.kind === "parsed" && typeof parsed.value === "string" ? parsed.value : undefined;
}

/** What a run has at a field. `large`: the list left it out for its size. */
export type FieldValue =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "absent" }
  | { readonly kind: "large"; readonly bytes: number };

/** A failed run's output is its error, as it is for expressions. */
export function fieldOf(run: RunView, text: string): FieldValue {
  const path = fieldPath(text);
  if (path === undefined) return { kind: "absent" };
  const { event, output, outputBytes, error } = run;
  if (path[0] === "output") {
    if (output === undefined && error === undefined && outputBytes !== undefined)
      return { kind: "large", bytes: outputBytes };
    return valueAt(output ?? (error as Json | undefined), path.slice(1));
  }
  if (path[1] === "data" && event !== undefined && event.data === undefined)
    return { kind: "large", bytes: event.dataBytes };
  return valueAt(event as Json | undefined, path.slice(1));
}

function valueAt(root: Json | undefined, path: Path): FieldValue {
  let value = root;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return { kind: "absent" };
    value = (value as Readonly<Record<string | number, Json>>)[name];
  }
  return value === undefined ? { kind: "absent" } : { kind: "value", value };
}
