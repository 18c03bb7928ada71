// The names of events that are known: those received lately and those that functions listen to, with the shape of
// their data learned from the newest.

import type { Json } from "../json.ts";
import type { Timestamp } from "./envelope.ts";
import { restPath } from "./query.ts";

/** `GET /event-names`: most used first, system events left out. */
export interface EventNameView {
  readonly name: string;
  /** Functions that listen to it. */
  readonly functions: number;
  /** Received among the last events that the server looks at. */
  readonly received?: number;
  readonly lastReceivedAt?: Timestamp;
  /** The data of the newest one, if it is at most 8 KB. */
  readonly sample?: Json;
}

export function eventNamesPath(): string {
  return restPath("/event-names");
}
