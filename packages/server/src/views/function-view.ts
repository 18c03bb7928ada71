// Functions as the REST API shows them.

import { type FunctionControl, type FunctionSettings, nextTick, type Trigger } from "@stepwell/core";
import { isJsonObject, type Json, type JsonObject, objectAt } from "@stepwell/protocol";
import type { FunctionFigures, FunctionView, TriggerView } from "@stepwell/protocol/rest";
import { functionReference, type Known } from "./directory.ts";
import { timestamp } from "./time.ts";

export function functionView(
  settings: FunctionSettings,
  known: Known,
  figures: FunctionFigures,
  now: number,
): FunctionView {
  const control = known.controlById.get(settings.id);
  const handler = known.functions.find(
    ({ slug, archivedAt }) => slug === `${settings.slug}-failure` && archivedAt === undefined,
  );
  return {
    ...functionReference(known, settings.id),
    ...controlOf(control),
    isArchived: settings.archivedAt !== undefined,
    triggers: settings.triggers.map((trigger) => triggerView(trigger, now)),
    ...(handler === undefined ? {} : { failureHandler: { slug: handler.slug, name: handler.name } }),
    maxAttempts: settings.maxAttempts,
    configuration: configurationOf(settings),
    figures,
    ...warningsOf(control),
    createdAt: timestamp(settings.createdAt),
  };
}

type Control = FunctionControl | undefined;

function controlOf(control: Control) {
  const { pausedAt, pausedBy, drainingAt, missedTicks = 0 } = control ?? {};
  return {
    isPaused: pausedAt !== undefined,
    ...(pausedAt === undefined ? {} : { pausedAt: timestamp(pausedAt) }),
    ...(pausedBy === undefined ? {} : { pausedBy }),
    ...(drainingAt === undefined ? {} : { drainingAt: timestamp(drainingAt) }),
    ...(missedTicks === 0 ? {} : { missedTicks }),
  };
}

/** A key that no event has had so far is most likely misspelt (decisions row 5). */
function warningsOf(control: Control): Pick<FunctionView, "warnings"> {
  const missing = (control?.keys ?? []).filter(({ seen }) => seen === "missing");
  if (missing.length === 0) return {};
  return {
    warnings: missing.map(
      ({ field, expression }) =>
        `No event so far has had what ${field} asks for, ${expression}, so all of them count as one.`,
    ),
  };
}

function triggerView(trigger: Trigger, now: number): TriggerView {
  if (trigger.kind === "cron") {
    const nextAt = nextTick(trigger.cron, now);
    return {
      type: "CRON",
      value: trigger.cron,
      ...(nextAt === undefined ? {} : { nextAt: timestamp(nextAt) }),
    };
  }
  const { event, expression } = trigger;
  return { type: "EVENT", value: event, ...(expression === undefined ? {} : { expression }) };
}

/** The options in the wire's form. */
function configurationOf(settings: FunctionSettings): JsonObject {
  const config: Json = JSON.parse(settings.configText);
  if (!isJsonObject(config)) return {};
  const retries = config.retries;
  return { ...(retries === undefined ? {} : { retries }), ...objectAt(config, "options") };
}
