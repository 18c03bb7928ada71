// Schemas of limits, and of what an operator says of a function.

import type {
  DrainRequest,
  LimitKeyView,
  LimitName,
  LimitView,
  OverrideRequest,
  OverrideView,
  PauseRequest,
} from "@stepwell/protocol/rest";
import { limitNames } from "@stepwell/protocol/rest";
import { z } from "zod";
import {
  count,
  flag,
  json,
  list,
  milliseconds,
  named,
  objectOf,
  optional,
  text,
  timestampText,
  word,
} from "./shape.ts";

export const limitName: z.ZodType<LimitName> = word(...limitNames);

export const overrideView = named<OverrideView>("Override", {
  limit: limitName,
  value: count,
  reason: optional(text),
  by: optional(text),
  setAt: timestampText,
  until: optional(timestampText),
});

const limitKey = objectOf<LimitKeyView>({
  value: optional(json),
  isMissing: optional(flag),
  running: optional(count),
  queued: count,
  oldestQueuedAt: optional(timestampText),
  nextStartAt: optional(timestampText),
});

export const limitView = named<LimitView>("Limit", {
  name: limitName,
  key: optional(text),
  scope: optional(word("fn", "env", "account")),
  limit: count,
  registeredLimit: count,
  periodMs: optional(milliseconds),
  burst: optional(count),
  override: optional(overrideView),
  keys: list(limitKey),
  keyCount: count,
});

export const pauseRequest = named<PauseRequest>("Pause", { by: optional(text), cancelRuns: optional(flag) });
export const drainRequest = named<DrainRequest>("Drain", { on: flag });

export const overrideRequest = named<OverrideRequest>("SetOverride", {
  limit: limitName,
  value: z.int().min(0),
  reason: optional(text),
  by: optional(text),
  until: optional(z.iso.datetime({ offset: true, error: "must be a time such as 2026-11-24T14:02:00Z" })),
});
