// Functions as the REST API shows them.

import type { FunctionSettings, Trigger } from "@stepwell/core";
import { isJsonObject, type Json, type JsonObject, objectAt } from "@stepwell/protocol";
import type { FunctionFigures, FunctionView, TriggerView } from "@stepwell/protocol/rest";
import { functionReference, type Known } from "./directory.ts";
import { timestamp } from "./time.ts";

export function functionView(
  settings: FunctionSettings,
  known: Known,
  figures: FunctionFigures,
): FunctionView {
  const handler = known.functions.find(
    ({ slug, archivedAt }) => slug === `${settings.slug}-failure` && archivedAt === undefined,
  );
  return {
    ...functionReference(known, settings.id),
    isPaused: false,
    isArchived: settings.archivedAt !== undefined,
    triggers: settings.triggers.map(triggerView),
    ...(handler === undefined ? {} : { failureHandler: { slug: handler.slug, name: handler.name } }),
    maxAttempts: settings.maxAttempts,
    configuration: configurationOf(settings),
    figures,
    createdAt: timestamp(settings.createdAt),
  };
}

function triggerView(trigger: Trigger): TriggerView {
  if (trigger.kind === "cron") return { type: "CRON", value: trigger.cron };
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
