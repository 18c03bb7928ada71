// A world for one scenario: the real server with the real engine and SQLite, in this process, under a manual clock;
// apps are served over HTTP on loopback, or embedded. Time moves only when the scenario says so.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { functionIdOf, type Run } from "@stepwell/core";
import { createEngine, type Engine, embed, type Observer, type Store, systemRandom } from "@stepwell/engine";
import { type ManualClock, manualClock, settleTurns } from "@stepwell/engine/testing";
import { asEventId, asRunId } from "@stepwell/protocol";
import { createServer, httpTransport, type Listening } from "@stepwell/server";
import { sqlite } from "@stepwell/store-sqlite";
import type { FunctionOptions, Handler, Kit, Loose } from "./kit.ts";

/** Makes functions of one app: `fn(options, handler)`. */
export type Define = (
  fn: (options: FunctionOptions, handler: Handler) => Loose,
  client: Loose,
) => readonly Loose[];

export class World {
  readonly kit: Kit;
  readonly clock: ManualClock;
  readonly warnings: string[] = [];
  readonly #directory = mkdtempSync(join(tmpdir(), "stepwell-conformance-"));
  readonly #closers: (() => Promise<unknown>)[] = [];
  #engine: Engine | undefined;
  #server: Listening | undefined;
  #port = 0;
  #store: Store | undefined;
  #stopEmbedded: ((graceMs?: number) => Promise<void>) | undefined;
  #embeddedApp: { readonly client: Loose; readonly functions: readonly Loose[] } | undefined;

  constructor(kit: Kit, startAt: number) {
    this.kit = kit;
    this.clock = manualClock(startAt);
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error("The world has not started; define an app first.");
    return this.#engine;
  }

  /** The server's address; embedded worlds have one as well, for REST requests. */
  get url(): string {
    return this.#server?.url ?? "";
  }

  get #observer(): Observer {
    return { warn: (message, detail) => this.warnings.push(`${message} ${JSON.stringify(detail)}`) };
  }

  /** Starts the server; embedded worlds start with their app. */
  async start(): Promise<void> {
    if (this.kit.isEmbedded) return;
    this.#store = sqlite(join(this.#directory, "main.db"));
    this.#engine = createEngine({
      store: this.#store,
      transport: httpTransport({}),
      clock: this.clock,
      random: systemRandom(),
      observer: this.#observer,
    });
    await this.#engine.start();
    await this.#serveEngine();
  }

  async #serveEngine(): Promise<void> {
    this.#server = await createServer({ engine: this.engine, mode: "dev", clock: this.clock }).listen({
      host: "127.0.0.1",
      port: this.#port,
    });
    this.#port = Number(new URL(this.#server.url).port);
  }

  /** Serves and syncs an app, or another version of it; returns its client. */
  async app(define: Define, id = "app", options: Readonly<Record<string, unknown>> = {}): Promise<Loose> {
    const client = this.kit.newClient({ id, baseUrl: this.url, eventKey: "test", ...options });
    const functions = define(
      (settings, handler) => this.kit.createFunction(client, settings, handler),
      client,
    );
    if (this.kit.isEmbedded) {
      // Another version of what is embedded is another process.
      if (this.#embeddedApp !== undefined) await this.#stop();
      this.#embeddedApp = { client, functions };
      await this.#embed();
      return client;
    }
    const served = await this.kit.serve(client, functions);
    this.#closers.push(() => served.close());
    await this.sync(served.url);
    return client;
  }

  async #embed(): Promise<void> {
    if (this.#embeddedApp === undefined) return;
    const embedded = await embed({
      ...this.#embeddedApp,
      store: sqlite(join(this.#directory, "main.db")),
      clock: this.clock,
      observer: this.#observer,
    } as Loose);
    this.#engine = embedded.engine;
    this.#stopEmbedded = embedded.stop;
    await this.#serveEngine();
  }

  /** Asks the app to register. */
  async sync(appUrl: string): Promise<void> {
    const response = await fetch(appUrl, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    const body = await response.text();
    if (!response.ok) throw new Error(`The app at ${appUrl} could not be synced: ${response.status} ${body}`);
  }

  /** Lets everything that is due now run to its end. */
  async settle(): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      await this.engine.whenIdle();
      await settleTurns();
    }
    await this.engine.whenIdle();
  }

  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms, () => this.settle());
  }

  /** Sends and lets the consequences happen. */
  async send(client: Loose, events: Loose): Promise<string[]> {
    const { ids } = await client.send(events);
    await this.settle();
    return ids;
  }

  /** Stops the engine hard and starts it again on the same file, after an outage of so long. */
  async restart(outageMs = 0): Promise<void> {
    await this.#stop();
    await this.clock.advance(outageMs);
    if (this.kit.isEmbedded) await this.#embed();
    else await this.start();
  }

  /** All runs of a function, oldest first. */
  async runs(functionId: string, app = "app"): Promise<readonly Run[]> {
    const { rows } = await this.engine.reader.listRuns({
      functionIds: [functionIdOf(`${app}-${functionId}`)],
      order: "oldest",
      limit: 1000,
    });
    // By receipt: runs queued in the same millisecond have no other order.
    return [...rows].sort((left, right) => left.sequence - right.sequence);
  }

  async statuses(functionId: string, app = "app"): Promise<readonly string[]> {
    return (await this.runs(functionId, app)).map((run) => run.status);
  }

  /** The only run of a function. */
  async onlyRun(functionId: string, app = "app"): Promise<Run> {
    const runs = await this.runs(functionId, app);
    const [run] = runs;
    if (run === undefined || runs.length !== 1)
      throw new Error(`${functionId} has ${runs.length} runs, expected one.`);
    return run;
  }

  /** The ended value of a run. */
  async output(functionId: string, app = "app"): Promise<Loose> {
    const run = await this.onlyRun(functionId, app);
    return run.output === undefined ? undefined : JSON.parse(run.output);
  }

  async steps(run: Run): Promise<readonly Loose[]> {
    const detail = await this.engine.reader.readRun(asRunId(run.id));
    return detail?.steps ?? [];
  }

  async stepNames(run: Run): Promise<readonly string[]> {
    return (await this.steps(run)).map((step) => step.name).sort();
  }

  async events(name: string): Promise<readonly Loose[]> {
    const { rows } = await this.engine.reader.listEvents({ name, includeInternal: true, limit: 1000 });
    return [...rows].reverse().map((row) => JSON.parse(row.text));
  }

  async event(id: string): Promise<Loose> {
    const row = await this.engine.reader.readEvent(asEventId(id));
    return row === undefined ? undefined : JSON.parse(row.text);
  }

  async runsOfEvent(id: string): Promise<readonly Run[]> {
    return await this.engine.reader.runsOfEvent(asEventId(id));
  }

  /** A request to the server's API. */
  async request(path: string, init?: RequestInit): Promise<{ status: number; body: Loose }> {
    const response = await fetch(`${this.url}${path}`, init);
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  async #stop(): Promise<void> {
    await this.#server?.close();
    await this.#stopEngine();
  }

  async #stopEngine(): Promise<void> {
    if (this.#stopEmbedded !== undefined) return await this.#stopEmbedded(0);
    await this.#engine?.stop(0);
    await this.#store?.close();
  }

  async close(): Promise<void> {
    for (const closer of this.#closers) await closer();
    await this.#stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
