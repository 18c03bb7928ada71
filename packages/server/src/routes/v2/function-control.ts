// /api/v2/functions/{slug}: what an operator decides of a function; pause, drain, limits of their own (semantics C14).

import type { ControlCommand, FunctionSettings } from "@stepwell/core";
import { type FunctionView, type LimitName, limitNames, type OverrideView } from "@stepwell/protocol/rest";
import { Refusal } from "../../http/refusal.ts";
import type { Route } from "../../http/route.ts";
import { functionView } from "../../schemas/function.ts";
import { drainRequest, limitView, overrideRequest, overrideView, pauseRequest } from "../../schemas/limit.ts";
import type { ServerContext } from "../../server-context.ts";
import { limitViews, overrideView as overrideOf, runsUnderWayPrefix } from "../../views/limits-view.ts";
import { functionDetail, functionNamed } from "./functions.ts";
import { restList, restRoute, wholeList } from "./rest-route.ts";

const params = { slug: "The function's slug or id." };
const refusals = ["not_found", "validation_error"] as const;
/** Keys with runs under way that are looked at; of those the busiest are shown. */
const keysReadMax = 1000;

export const functionControlRoutes: readonly Route[] = [
  restRoute({
    method: "post",
    path: "/functions/:slug/pause",
    id: "pauseFunction",
    tag: "Functions",
    summary: "Pause a function",
    description:
      "Nothing new starts, and runs in flight are held before their next step, or cancelled. Triggers are skipped with a reason.",
    params,
    body: { schema: pauseRequest, fallback: {} },
    answer: functionView,
    refusals,
    async handle({ server, param, body }) {
      const settings = await functionNamed(server, param("slug"));
      const { by, cancelRuns } = body;
      return await control(server, settings, {
        kind: "pause",
        ...(by === undefined ? {} : { by }),
        ...(cancelRuns === undefined ? {} : { cancelRuns }),
      });
    },
  }),
  restRoute({
    method: "post",
    path: "/functions/:slug/resume",
    id: "resumeFunction",
    tag: "Functions",
    summary: "Let a paused function go on",
    params,
    answer: functionView,
    refusals,
    handle: async ({ server, param }) =>
      await control(server, await functionNamed(server, param("slug")), { kind: "resume" }),
  }),
  restRoute({
    method: "post",
    path: "/functions/:slug/drain",
    id: "drainFunction",
    tag: "Functions",
    summary: "Let nothing new start while runs in flight go on, or end that",
    params,
    body: { schema: drainRequest, missing: 'Say whether: {"on":true}.' },
    answer: functionView,
    refusals: [...refusals, "missing_field", "invalid_field_format"],
    handle: async ({ server, param, body }) =>
      await control(server, await functionNamed(server, param("slug")), { kind: "drain", isOn: body.on }),
  }),
  restList({
    method: "get",
    path: "/functions/:slug/limits",
    id: "listFunctionLimits",
    tag: "Functions",
    summary: "The limits of a function, with what runs and waits under each key just now",
    params,
    item: limitView,
    refusals: ["not_found"],
    async handle({ server, param }) {
      const settings = await functionNamed(server, param("slug"));
      const { controlById } = await server.directory.read();
      const { engine } = server;
      const prefix = runsUnderWayPrefix(settings);
      const runsUnderWay = prefix === undefined ? [] : await engine.reader.listLimits(prefix, keysReadMax);
      const control = controlById.get(settings.id);
      const lanes = engine.laneFigures(settings.id);
      return wholeList(limitViews({ settings, control, lanes, runsUnderWay }));
    },
  }),
  restRoute({
    method: "post",
    path: "/functions/:slug/overrides",
    id: "setOverride",
    tag: "Functions",
    summary: "Put a number in the place of a function's own limit, for a time or until it is removed",
    params,
    body: {
      schema: overrideRequest,
      missing: 'Give the limit and its value: {"limit":"concurrency.0","value":2}.',
    },
    answer: overrideView,
    refusals: [...refusals, "missing_field", "invalid_field_format"],
    async handle({ server, param, body }) {
      const settings = await functionNamed(server, param("slug"));
      const { limit, value, reason, by, until } = body;
      const override = {
        limit,
        value,
        ...(reason === undefined ? {} : { reason }),
        ...(by === undefined ? {} : { by }),
        ...(until === undefined ? {} : { until: Date.parse(until) }),
      };
      await control(server, settings, { kind: "override", override });
      return await overrideNow(server, settings, limit);
    },
  }),
  restRoute({
    method: "delete",
    path: "/functions/:slug/overrides/:limit",
    id: "removeOverride",
    tag: "Functions",
    summary: "Let the app's own number count again",
    params: { ...params, limit: `One of ${limitNames.join(", ")}.` },
    answer: functionView,
    refusals,
    async handle({ server, param }) {
      const settings = await functionNamed(server, param("slug"));
      const limit = limitNames.find((name) => name === param("limit"));
      if (limit === undefined) {
        const message = `There is no limit ${param("limit")}. It may be: ${limitNames.join(", ")}.`;
        throw new Refusal("not_found", message);
      }
      return await control(server, settings, { kind: "remove-override", limit });
    },
  }),
];

/** @throws Refusal */
async function control(
  server: ServerContext,
  settings: FunctionSettings,
  command: ControlCommand,
): Promise<FunctionView> {
  const outcome = await server.engine.controlFunction(settings.id, command);
  switch (outcome.kind) {
    case "unknown-function":
      throw new Refusal("not_found", `There is no function ${settings.slug} any more.`);
    case "refused":
      throw new Refusal("validation_error", outcome.reason);
    case "done":
      return await functionDetail(server, settings);
  }
}

async function overrideNow(
  server: ServerContext,
  { id, slug }: FunctionSettings,
  limit: LimitName,
): Promise<OverrideView> {
  const { controlById } = await server.directory.read();
  const override = controlById.get(id)?.overrides.find((each) => each.limit === limit);
  if (override === undefined) throw new Refusal("not_found", `The override of ${slug} has ended already.`);
  return overrideOf(override);
}
