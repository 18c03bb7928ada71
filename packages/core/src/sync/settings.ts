// A function's options, from their wire form to what the rules read (semantics C1).

import { type AppId, type FunctionConfig, type Json, parseDuration } from "@stepwell/protocol";
import type { FunctionSettings, WaitLookback } from "../model/function.ts";
import { functionIdOf } from "../model/ids.ts";
import { type FlowControlBounds, parseFlowControl } from "./flow-control.ts";
import { Problems } from "./problems.ts";
import { parseCancelOn, parseTriggers } from "./triggers.ts";

const retriesMax = 20;
const retriesDefault = 4;

export type SettingsResult =
  | { readonly kind: "settings"; readonly settings: FunctionSettings }
  | { readonly kind: "invalid"; readonly reasons: readonly string[] };

export function functionSettings(
  config: FunctionConfig,
  app: { readonly name: string; readonly id: AppId },
  bounds: FlowControlBounds,
  now: number,
): SettingsResult {
  const problems = new Problems(config.id);
  const triggers = parseTriggers(config.triggers, problems);
  const cancelOn = parseCancelOn(config.options.cancel, problems);
  const flowControl = parseFlowControl(config.options, bounds, problems);
  const waitLookback = parseWaitLookback(config.options.waitLookback, problems);
  if (problems.reasons.length > 0) return { kind: "invalid", reasons: problems.reasons };
  const settings: FunctionSettings = {
    id: functionIdOf(config.id),
    slug: config.id,
    name: config.name,
    appId: app.id,
    appName: app.name,
    url: config.url,
    triggers,
    maxAttempts: Math.min(config.retries ?? retriesDefault, retriesMax) + 1,
    ...flowControl,
    cancelOn,
    ...(waitLookback === undefined ? {} : { waitLookback }),
    configText: JSON.stringify(config),
    createdAt: now,
  };
  return { kind: "settings", settings };
}

function parseWaitLookback(value: Json | undefined, problems: Problems): WaitLookback | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === "causal" || value === "none") return { kind: value };
  const lookbackMs = typeof value === "string" ? parseDuration(value) : undefined;
  if (lookbackMs !== undefined) return { kind: "duration", lookbackMs };
  problems.add("waitLookback", `must be "causal", "none" or a duration, not ${JSON.stringify(value)}.`);
  return undefined;
}
