// The fields that events have, learned from the newest ones: paths, types, shares and common values.

import { payloadOf, type StoredEvent } from "@stepwell/core";
import { isJsonObject, type Json } from "@stepwell/protocol";
import { type EventFieldView, type FieldType, fieldTypes } from "@stepwell/protocol/rest";

const fieldsMax = 200;
const valuesMax = 10;
/** Values that are remembered per field; more are as good as all different. */
const rememberedMax = 1000;
const depthMax = 6;
const valueLengthMax = 200;

interface Field {
  count: number;
  readonly types: Map<FieldType, number>;
  readonly values: Map<string, number>;
}

export function eventFields(events: readonly StoredEvent[]): readonly EventFieldView[] {
  const fields = new Map<string, Field>();
  for (const event of events) {
    const { name, data, user, v, ts } = payloadOf(event);
    const root: Json = {
      name,
      data,
      ts,
      ...(v === undefined ? {} : { v }),
      ...(user === undefined ? {} : { user }),
    };
    visit(root, "event", 0, fields);
  }
  return [...fields]
    .map(([path, field]) => fieldView(path, field, events.length))
    .sort((left, right) => right.share - left.share || (left.path < right.path ? -1 : 1))
    .slice(0, fieldsMax);
}

function visit(value: Json, path: string, depth: number, fields: Map<string, Field>): void {
  if (depth > 0) note(value, path, fields);
  if (!isJsonObject(value) || depth >= depthMax) return;
  for (const [key, child] of Object.entries(value)) {
    if (child === undefined || (depth === 1 && key === "_inngest")) continue;
    visit(child, `${path}${step(key)}`, depth + 1, fields);
  }
}

function step(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function note(value: Json, path: string, fields: Map<string, Field>): void {
  const field = fields.get(path) ?? { count: 0, types: new Map(), values: new Map() };
  fields.set(path, field);
  field.count += 1;
  const type = typeOf(value);
  field.types.set(type, (field.types.get(type) ?? 0) + 1);
  if (type === "list" || type === "object") return;
  const text = JSON.stringify(value);
  if (text.length > valueLengthMax || (field.values.size >= rememberedMax && !field.values.has(text))) return;
  field.values.set(text, (field.values.get(text) ?? 0) + 1);
}

function typeOf(value: Json): FieldType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  switch (typeof value) {
    case "string":
      return "text";
    case "number":
      return "number";
    case "boolean":
      return "truth";
    default:
      return "object";
  }
}

function fieldView(path: string, { count, types, values }: Field, events: number): EventFieldView {
  const common = [...values].sort(([, left], [, right]) => right - left);
  const isScalar = [...types.keys()].some((type) => type !== "list" && type !== "object");
  // Ids and the like: nobody chooses one of them from a list.
  const isNearlyUnique = values.size > valuesMax && values.size > count * 0.9;
  return {
    path,
    types: fieldTypes
      .filter((type) => types.has(type))
      .sort((left, right) => (types.get(right) ?? 0) - (types.get(left) ?? 0)),
    share: events === 0 ? 0 : count / events,
    ...(isScalar ? { distinct: values.size } : {}),
    values: isNearlyUnique
      ? []
      : common
          .slice(0, valuesMax)
          .map(([text, times]) => ({ value: JSON.parse(text) as Json, count: times })),
  };
}
