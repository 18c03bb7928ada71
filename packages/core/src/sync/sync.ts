// Sync: an app's functions are taken over as a whole, or refused as a whole (protocol §3.3).

import type { FunctionConfig } from "@stepwell/protocol";
import type { Change } from "../change.ts";
import { type Decision, decided, missing, type Need, replied } from "../decision.ts";
import type { Input } from "../input.ts";
import type { App, FunctionSettings } from "../model/function.ts";
import { appIdOf } from "../model/ids.ts";
import type { SyncChange, SyncLog } from "../model/sync.ts";
import type { ShardState } from "../state.ts";
import { scheduleChanges, scheduleNeeds } from "./schedules.ts";
import { functionSettings } from "./settings.ts";

/** Changes of one sync that its history keeps. */
const changesMax = 200;

export function syncApp(state: ShardState, input: Extract<Input, { kind: "sync" }>, now: number): Decision {
  const { request, checksum, syncId } = input;
  const appId = appIdOf(request.appName);
  const known = state.app(appId);
  if (known?.checksum === checksum && known.archivedAt === undefined) {
    const changes: readonly Change[] =
      known.error === undefined ? [] : [{ kind: "app.put", app: withoutError(known) }];
    return replied({ kind: "synced", appId, syncId, modified: false }, changes);
  }
  const reasons: string[] = [];
  const settings: FunctionSettings[] = [];
  for (const config of request.functions) {
    const bounds = { batchSizeMax: state.settings.batchSizeMax };
    const result = functionSettings(config, { name: request.appName, id: appId }, bounds, now);
    if (result.kind === "invalid") reasons.push(...result.reasons);
    else settings.push(result.settings);
  }
  reasons.push(...duplicates(request.functions));
  const { framework, appVersion } = request;
  const app: App = {
    id: appId,
    name: request.appName,
    url: request.url,
    sdk: request.sdk,
    ...(framework === undefined ? {} : { framework }),
    ...(appVersion === undefined ? {} : { appVersion }),
    checksum,
    syncedAt: now,
    createdAt: known?.createdAt ?? now,
  };
  if (reasons.length > 0) {
    const failed: Change = {
      kind: "app.put",
      app: { ...(known ?? app), checksum: "", error: reasons.join("\n") },
    };
    const error = reasons.join("\n");
    const log = { id: syncId, appId, appName: app.name, at: now, error };
    return replied({ kind: "refused", reasons }, [failed, { kind: "sync.put", log }]);
  }
  const changed = functionChanges(state, request.appName, settings, now);
  if (changed.kind === "missing") return missing(...changed.needs);
  const log = {
    id: syncId,
    appId,
    appName: app.name,
    at: now,
    ...syncChanges(state, app.name, settings),
    ...(appVersion === undefined ? {} : { appVersion }),
  };
  const changes: readonly Change[] = [
    { kind: "app.put", app },
    ...changed.changes,
    { kind: "sync.put", log },
  ];
  return replied({ kind: "synced", appId, syncId, modified: true }, changes);
}

function withoutError(app: App): App {
  const { error: _, ...rest } = app;
  return rest;
}

function duplicates(configs: readonly FunctionConfig[]): readonly string[] {
  const seen = new Set<string>();
  const reasons: string[] = [];
  for (const { id } of configs) {
    if (seen.has(id))
      reasons.push(`Function ${id}: the app has two functions of this id. Give each its own.`);
    seen.add(id);
  }
  return reasons;
}

/** Functions keep their ids over syncs; those that are missing now are archived. */
function functionChanges(
  state: ShardState,
  appName: string,
  settings: readonly FunctionSettings[],
  now: number,
):
  | { readonly kind: "missing"; readonly needs: readonly Need[] }
  | { readonly kind: "changed"; readonly changes: readonly Change[] } {
  const slugs = new Set(settings.map(({ slug }) => slug));
  const changes: Change[] = [];
  const needs: Need[] = [];
  for (const fresh of settings) {
    const before = state.functions.registered(fresh.id);
    needs.push(...scheduleNeeds(state, before, fresh));
    const createdAt = before?.createdAt ?? now;
    changes.push({ kind: "function.put", settings: { ...fresh, createdAt } });
    changes.push(...scheduleChanges(state, before, fresh, now));
  }
  for (const known of state.functions.ofApp(appName)) {
    if (!slugs.has(known.slug)) changes.push(...archive(state, known, now));
  }
  return needs.length > 0 ? { kind: "missing", needs } : { kind: "changed", changes };
}

/** What a sync says about functions that was not so before. */
function syncChanges(
  state: ShardState,
  appName: string,
  settings: readonly FunctionSettings[],
): Required<Pick<SyncLog, "changes" | "unchanged">> {
  const changes: SyncChange[] = [];
  for (const { id, slug, name, configText } of settings) {
    const before = state.functions.registered(id);
    if (before === undefined || before.archivedAt !== undefined)
      changes.push({ change: "added", slug, name });
    else if (before.configText !== configText) changes.push({ change: "changed", slug, name });
  }
  const unchanged = settings.length - changes.length;
  const slugs = new Set(settings.map(({ slug }) => slug));
  for (const { slug, name, archivedAt } of state.functions.ofApp(appName)) {
    if (!slugs.has(slug) && archivedAt === undefined) changes.push({ change: "removed", slug, name });
  }
  return { changes: changes.slice(0, changesMax), unchanged };
}

/** Ends a function: its schedule stops, its runs end, new ones do not start. */
function archive(state: ShardState, known: FunctionSettings, now: number): readonly Change[] {
  const before = state.functions.registered(known.id);
  if (before === undefined || before.archivedAt !== undefined) return [];
  const archived = { ...before, archivedAt: now };
  return [{ kind: "function.put", settings: archived }, ...scheduleChanges(state, before, archived, now)];
}

/** Remembers why an app at a URL could not be synced, on the app that is known there. */
export function recordSyncFailure(
  state: ShardState,
  input: Extract<Input, { kind: "sync-failed" }>,
  now: number,
): Decision {
  const known = state.appAt(input.appUrl);
  const app: App = known ?? {
    id: appIdOf(input.appUrl),
    name: input.appUrl,
    url: input.appUrl,
    sdk: "",
    checksum: "",
    syncedAt: now,
    createdAt: now,
  };
  if (known?.error === input.reason) return replied({ kind: "done", found: true });
  const log = { id: `${app.id}:${now}`, appId: app.id, appName: app.name, at: now, error: input.reason };
  return replied({ kind: "done", found: known !== undefined }, [
    { kind: "app.put", app: { ...app, checksum: "", error: input.reason } },
    { kind: "sync.put", log },
  ]);
}

/** Archives an app with its functions. */
export function removeApp(
  state: ShardState,
  input: Extract<Input, { kind: "remove-app" }>,
  now: number,
): Decision {
  const app = state.app(input.appId);
  if (app === undefined || app.archivedAt !== undefined) return replied({ kind: "done", found: false });
  const changes: Change[] = [{ kind: "app.put", app: { ...app, checksum: "", archivedAt: now } }];
  for (const settings of state.functions.ofApp(app.name)) {
    changes.push(...archive(state, settings, now));
  }
  return decided(changes, [{ kind: "reply", reply: { kind: "done", found: true } }]);
}
