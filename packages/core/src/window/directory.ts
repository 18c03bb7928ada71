// The functions and apps that exist. They are few, so all are in memory.

import type { AppId, FunctionId } from "@stepwell/protocol";
import { type FunctionControl, withOverrides } from "../model/control.ts";
import type { App, FunctionSettings } from "../model/function.ts";
import { namePatterns } from "../route/match.ts";
import type { FunctionDirectory } from "../state.ts";

export class Directory implements FunctionDirectory {
  readonly #registered = new Map<FunctionId, FunctionSettings>();
  readonly #controls = new Map<FunctionId, FunctionControl>();
  readonly #byId = new Map<FunctionId, FunctionSettings>();
  readonly #bySlug = new Map<string, FunctionSettings>();
  /** Trigger name or wildcard → functions. */
  readonly #byPattern = new Map<string, Map<FunctionId, FunctionSettings>>();
  readonly #apps = new Map<AppId, App>();

  put(registered: FunctionSettings): void {
    this.#registered.set(registered.id, registered);
    this.#putEffective(withOverrides(registered, this.#controls.get(registered.id)));
  }

  putControl(control: FunctionControl): void {
    this.#controls.set(control.functionId, control);
    const registered = this.#registered.get(control.functionId);
    if (registered !== undefined) this.#putEffective(withOverrides(registered, control));
  }

  registered(id: FunctionId): FunctionSettings | undefined {
    return this.#registered.get(id);
  }

  control(id: FunctionId): FunctionControl | undefined {
    return this.#controls.get(id);
  }

  #putEffective(settings: FunctionSettings): void {
    const former = this.#byId.get(settings.id);
    if (former !== undefined) this.#removeTriggers(former);
    this.#byId.set(settings.id, settings);
    this.#bySlug.set(settings.slug, settings);
    if (settings.archivedAt !== undefined) return;
    for (const trigger of settings.triggers) {
      if (trigger.kind !== "event") continue;
      let functions = this.#byPattern.get(trigger.event);
      if (functions === undefined) {
        functions = new Map();
        this.#byPattern.set(trigger.event, functions);
      }
      functions.set(settings.id, settings);
    }
  }

  putApp(app: App): void {
    this.#apps.set(app.id, app);
  }

  app(id: AppId): App | undefined {
    return this.#apps.get(id);
  }

  appAt(url: string): App | undefined {
    for (const app of this.#apps.values()) if (app.url === url && app.archivedAt === undefined) return app;
    return undefined;
  }

  byId(id: FunctionId): FunctionSettings | undefined {
    return this.#byId.get(id);
  }

  bySlug(slug: string): FunctionSettings | undefined {
    return this.#bySlug.get(slug);
  }

  triggeredBy(eventName: string): readonly FunctionSettings[] {
    const found = new Map<FunctionId, FunctionSettings>();
    for (const pattern of namePatterns(eventName)) {
      for (const [id, settings] of this.#byPattern.get(pattern) ?? []) found.set(id, settings);
    }
    return [...found.values()];
  }

  ofApp(appName: string): readonly FunctionSettings[] {
    return [...this.#byId.values()].filter((settings) => settings.appName === appName);
  }

  #removeTriggers(settings: FunctionSettings): void {
    for (const trigger of settings.triggers) {
      if (trigger.kind === "event") this.#byPattern.get(trigger.event)?.delete(settings.id);
    }
  }
}
