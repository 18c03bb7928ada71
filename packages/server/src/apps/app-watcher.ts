// Finding apps on this machine and keeping known ones synced: what `stepwell dev` does by itself (protocol §3.2).

import type { App } from "@stepwell/core";
import type { Clock, Engine, Timer } from "@stepwell/engine";
import type { AppSync } from "./app-sync.ts";
import { normalUrl } from "./app-url.ts";
import { discoveryPorts } from "./discovery-ports.ts";
import type { Prober } from "./prober.ts";

const appPaths = ["/api/inngest", "/x/inngest", "/.netlify/functions/inngest", "/.redwood/functions/inngest"];

export interface AppWatcherOptions {
  readonly engine: Engine;
  readonly appSync: AppSync;
  readonly prober: Prober;
  readonly clock: Clock;
  /** Addresses that the user gave; asked until they answer, and then as all others. */
  readonly urls: readonly string[];
  /** Look for apps on the usual ports as long as none is known. */
  readonly isDiscovering: boolean;
  /** Ask known apps for changes; otherwise only those whose last sync failed. */
  readonly isPolling: boolean;
  readonly pollIntervalMs: number;
  /** Our own port, which is no app's. */
  readonly ownPort: number;
  /** Further ports to look at, such as `$PORT`. */
  readonly extraPorts?: readonly number[];
  /** Told when an app was synced for the first time, again after a failure, or with changes. */
  readonly onSynced?: (url: string) => void;
  /** Told once per reason. */
  readonly onFailed?: (url: string, reason: string) => void;
}

export class AppWatcher {
  readonly #options: AppWatcherOptions;
  readonly #given: readonly string[];
  readonly #discovered = new Set<string>();
  /** What was told last of each address: a reason, or nothing after a success. */
  readonly #told = new Map<string, string>();
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(options: AppWatcherOptions) {
    this.#options = options;
    this.#given = options.urls.map(normalUrl);
  }

  /** Begins at once and goes on until `stop`. */
  start(): void {
    const { clock, pollIntervalMs, onFailed } = this.#options;
    this.round()
      .catch((error: unknown) => {
        // An engine that is stopping refuses what a round under way still asks of it.
        if (!this.#isStopped) onFailed?.("", `Apps could not be looked for: ${String(error)}`);
      })
      .finally(() => {
        if (this.#isStopped) return;
        this.#timer = clock.setTimer(clock.now() + pollIntervalMs, () => this.start());
      });
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** How an address came to be known, if it was through this watcher. */
  foundBy(appUrl: string): "discovery" | "flag" | undefined {
    if (this.#given.includes(appUrl)) return "flag";
    return this.#discovered.has(appUrl) ? "discovery" : undefined;
  }

  /** Asks every app that is to be asked, once. */
  async round(): Promise<void> {
    const { engine, isDiscovering } = this.#options;
    const apps = (await engine.reader.listApps()).filter((app) => app.archivedAt === undefined);
    const wanted = new Set([...this.#givenToAsk(), ...this.#knownToAsk(apps)]);
    await Promise.all([...wanted].map((url) => this.#sync(url)));
    if (!isDiscovering || apps.length > 0 || this.#isStopped) return;
    const found = await this.#findApps();
    for (const url of found) this.#discovered.add(url);
    await Promise.all(found.map((url) => this.#sync(url)));
  }

  #givenToAsk(): readonly string[] {
    return this.#given.filter((url) => this.#options.isPolling || this.#told.get(url) !== "");
  }

  /** Embedded apps have no address to ask. */
  #knownToAsk(apps: readonly App[]): readonly string[] {
    const asked = apps.filter((app) => this.#options.isPolling || app.error !== undefined);
    return asked.map((app) => app.url).filter((url) => /^https?:\/\//.test(url));
  }

  async #sync(url: string): Promise<void> {
    if (this.#isStopped) return;
    const { appSync, onSynced, onFailed } = this.#options;
    const outcome = await appSync.sync(url);
    const news = outcome.kind === "failed" ? outcome.reason : "";
    const isNews = this.#told.get(url) !== news;
    this.#told.set(url, news);
    if (outcome.kind === "failed") {
      if (isNews) onFailed?.(url, outcome.reason);
    } else if (isNews || outcome.modified) onSynced?.(url);
  }

  async #findApps(): Promise<readonly string[]> {
    const { prober, ownPort, extraPorts = [] } = this.#options;
    const ports = [...new Set([...discoveryPorts, ...extraPorts])].filter((port) => port !== ownPort);
    const found = await Promise.all(
      ports.map(async (port) => ((await prober.isListening(port)) ? await this.#appAt(port) : undefined)),
    );
    return found.filter((url) => url !== undefined);
  }

  /** One app per port: a server that serves its functions at every path is not four apps. */
  async #appAt(port: number): Promise<string | undefined> {
    for (const path of appPaths) {
      const url = normalUrl(`http${port === 443 ? "s" : ""}://localhost:${port}${path}`);
      if (await this.#options.prober.isApp(url)) return url;
    }
    return undefined;
  }
}
