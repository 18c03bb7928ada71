// The fields that the last events have: for completion in a filter, by what was really sent.

import type { Json } from "../json.ts";
import { restPath } from "./query.ts";

export const fieldTypes = ["text", "number", "truth", "null", "list", "object"] as const;
export type FieldType = (typeof fieldTypes)[number];

/** `GET /event-fields`: most common first, at most 200. Lists are not looked into. */
export interface EventFieldView {
  /** As an expression writes it: `event.data.plan`, `event.data["first name"]`. */
  readonly path: string;
  /** The types that it has, most common first. */
  readonly types: readonly FieldType[];
  /** Share of the looked-at events that have it, from 0 to 1. */
  readonly share: number;
  /** How many different values it has; absent on lists and objects. */
  readonly distinct?: number;
  /** The most common values, at most 10; none where nearly every event has another one. */
  readonly values: readonly FieldValue[];
}

export interface FieldValue {
  readonly value: Json;
  readonly count: number;
}

/** `name` is an event's name, or a prefix that ends in `*`; without it all events but system ones are looked at. */
export function eventFieldsPath(query: { readonly name?: string } = {}): string {
  return restPath("/event-fields", query);
}
