// The server's metrics: an observer that counts, and the text that Prometheus reads (docs/guides/observing.md).

import type { Engine, Observer } from "@stepwell/engine";
import { FunctionLabels } from "./function-labels.ts";
import { readGauges } from "./gauges.ts";
import { addBuildInfo, createMeters, type Meters, type PromClient } from "./meters.ts";
import { countCall, countChange, countCommit } from "./observe-changes.ts";

export interface MetricsOptions {
  readonly version: string;
  /** Name of the store, such as `SQLite`. */
  readonly storeName: string;
}

export interface Metrics {
  /** Give it to the engine that is to be measured. */
  readonly observer: Observer;
  /** Gets ready to be read. Until then what happens is kept to be counted later, so call it soon after the start. */
  open(): Promise<void>;
  /**
   * The metrics in Prometheus' text format.
   *
   * @param now unix ms.
   */
  read(engine: Engine, now: number): Promise<{ readonly text: string; readonly contentType: string }>;
}

export function createMetrics(options: MetricsOptions): Metrics {
  const labels = new FunctionLabels();
  let meters: Meters | undefined;
  let waiting: ((meters: Meters) => void)[] = [];
  let opening: Promise<PromClient> | undefined;
  let isProcessMeasured = false;

  const count = (use: (meters: Meters) => void): void => {
    if (meters === undefined) waiting.push(use);
    else use(meters);
  };
  const open = async (): Promise<{ readonly prom: PromClient; readonly opened: Meters }> => {
    opening ??= import("prom-client");
    const prom = await opening;
    if (meters === undefined) {
      meters = createMeters(prom);
      addBuildInfo(prom, meters.registry, {
        version: options.version,
        store: options.storeName,
        node: process.version,
      });
      for (const use of waiting) use(meters);
      waiting = [];
    }
    return { prom, opened: meters };
  };

  return {
    observer: {
      claimed(functions) {
        for (const settings of functions) labels.learn(settings);
      },
      committed(changes) {
        for (const change of changes) if (change.kind === "function.put") labels.learn(change.settings);
        count((opened) => {
          for (const change of changes) countChange(change, opened, labels);
        });
      },
      commitDone: (report) => count((opened) => countCommit(report, opened)),
      callDone: (report) => count((opened) => countCall(report, opened, labels)),
    },
    async open() {
      await open();
    },
    async read(engine, now) {
      const { prom, opened } = await open();
      if (!isProcessMeasured) {
        // Measuring the event loop's delay wakes the process all the time: only where somebody looks.
        isProcessMeasured = true;
        prom.collectDefaultMetrics({ register: opened.registry });
      }
      await readGauges(engine, opened, labels, now);
      return { text: await opened.registry.metrics(), contentType: opened.registry.contentType };
    },
  };
}
