// The engine of one shard: requests become inputs, replies become outcomes.

import { type Change, type EngineSettings, parseQueueItemId, type Reply } from "@stepwell/core";
import {
  asBulkId,
  asEventId,
  asRunId,
  canonicalJson,
  seededUlid,
  sha256Hex,
  ulid,
  ulidEntropyBytes,
} from "@stepwell/protocol";
import { previewBulk, totalOf } from "./bulk-preview.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import type { Clock, Random } from "./ports/clock.ts";
import { allObservers, type Observer } from "./ports/observer.ts";
import type { Store } from "./ports/store.ts";
import type { Transport } from "./ports/transport.ts";
import { type Retention, startRetention } from "./retention.ts";
import { Shard } from "./shard/shard.ts";
import { type ShardLimits, UnavailableError } from "./shard/shard-ports.ts";

export interface EnginePorts {
  readonly store: Store;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly observer?: Observer;
  readonly options?: EngineOptions;
  /** For tests: a tiny window shows what loading gets wrong. */
  readonly limits?: Partial<ShardLimits>;
}

const stepsMax = 1000;
const mebibyte = 1024 * 1024;

function settingsOf(options: EngineOptions, limits: Partial<ShardLimits>): EngineSettings {
  return {
    ...(options.retryIntervalMs === undefined ? {} : { retryIntervalMs: options.retryIntervalMs }),
    waitLookback: options.waitLookback ?? { kind: "causal" },
    stepsMax,
    waitsPerDecision: limits.waitsPerDecision ?? 1000,
    callsPerLane: limits.callsPerLane ?? 64,
    stateSizeMax: 32 * mebibyte,
    stepOutputMax: 4 * mebibyte,
    batchSizeMax: options.batchSizeMax ?? 100,
    prioritySecondsMax: options.prioritySecondsMax ?? 600,
  };
}

/** Builds an engine on its ports; it works once `start` has resolved. */
export function createEngine(ports: EnginePorts): Engine {
  const { store, clock, random } = ports;
  const options = ports.options ?? {};
  const listeners = new Set<(changes: readonly Change[]) => void>();
  const observer = allObservers(ports.observer ?? {}, {
    committed(changes) {
      for (const listener of listeners) listener(changes);
    },
  });
  const shard = new Shard(
    { store, clock, transport: ports.transport, observer },
    settingsOf(options, ports.limits ?? {}),
    {
      openCallsMax: options.openCallsMax ?? 100,
      inboxMax: 20_000,
      cachedRunsMax: 5000,
      callDeathsMax: 3,
      waitsPerDecision: 1000,
      callsPerLane: 64,
      ...ports.limits,
    },
  );
  let retention: Retention | undefined;
  const newUlid = () => ulid(clock.now(), random.bytes(ulidEntropyBytes));

  return {
    reader: store.reader,
    async start() {
      await shard.start();
      if (options.retentionMs !== undefined)
        retention = startRetention(store, clock, options.retentionMs, observer);
    },
    async stop(graceMs) {
      retention?.stop();
      await shard.stop(graceMs);
    },
    whenIdle: () => shard.whenIdle(),
    load: () => shard.load,
    onCommitted(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    async ingest(events, seed, trace) {
      if (events.length === 0) return { kind: "accepted", ids: [] };
      const identified = events.map((event, index) => ({
        id: asEventId(seed === undefined ? newUlid() : seededUlid(seed, index + 1)),
        event,
      }));
      try {
        // Only a seeded request can come a second time with the same ids (semantics A2.3).
        const reply = await shard.submit({
          kind: "ingest",
          events: identified,
          mayBeKnown: seed !== undefined,
          ...(trace === undefined ? {} : { trace }),
        });
        return { kind: "accepted", ids: expectReply(reply, "ingested").ids };
      } catch (error) {
        if (error instanceof UnavailableError) return { kind: "unavailable", reason: error.message };
        throw error;
      }
    },

    async invoke(functionId, payload, trace) {
      const eventId = asEventId(newUlid());
      const reply = await shard.submit({
        kind: "invoke",
        functionId,
        payload,
        eventId,
        mayBeKnown: false,
        ...(trace === undefined ? {} : { trace }),
      });
      if (reply.kind === "unknown-function") return reply;
      return { kind: "accepted", eventId: expectReply(reply, "invoked").eventId };
    },

    async sync(request) {
      const checksum = sha256Hex(canonicalJson(JSON.parse(JSON.stringify(request))));
      const reply = await shard.submit({ kind: "sync", request, checksum, syncId: newUlid() });
      if (reply.kind === "refused") return reply;
      return expectReply(reply, "synced");
    },

    async recordSyncFailure(appUrl, reason) {
      await shard.submit({ kind: "sync-failed", appUrl, reason });
    },

    async removeApp(appId) {
      return expectReply(await shard.submit({ kind: "remove-app", appId }), "done").found;
    },

    async controlFunction(functionId, command) {
      const reply = await shard.submit({ kind: "control", functionId, command });
      if (reply.kind === "refused") return { kind: "refused", reason: reply.reasons.join(" ") };
      return expectReply(reply, "done").found ? { kind: "done" } : { kind: "unknown-function" };
    },

    async markFailure(group, mark, options) {
      await shard.submit({ kind: "mark-failure", group, mark, ...options });
    },

    selfCheck: () => shard.selfCheck(),
    laneFigures: (functionId) => shard.laneFigures(functionId),

    async checkpoint(request) {
      const parts = parseQueueItemId(request.queueItemId);
      if (parts === undefined) return { kind: "stale" };
      const { queueItemId, ops } = request;
      const reply = await shard.submit({ kind: "checkpoint", queueItemId, ...parts, ops });
      if (reply.kind === "refused") return { kind: "refused", reason: reply.reasons.join(" ") };
      return reply.kind === "stale" ? { kind: "stale" } : { kind: expectReply(reply, "recorded").kind };
    },

    async cancelRun(runId) {
      const reply = await shard.submit({ kind: "cancel-run", runId });
      if (reply.kind === "unknown-run" || reply.kind === "already-finished") return reply.kind;
      return expectReply(reply, "cancelled").kind;
    },

    async rerun(runId, { fromStep } = {}) {
      const reply = await shard.submit({
        kind: "rerun",
        runId,
        newRunId: asRunId(newUlid()),
        ...(fromStep === undefined ? {} : { fromStep }),
        mayBeKnown: false,
      });
      if (reply.kind === "unknown-run" || reply.kind === "unknown-step") return reply;
      if (reply.kind === "refused") return { kind: "refused", reason: reply.reasons.join(" ") };
      return expectReply(reply, "started");
    },

    async startBulk(request) {
      const total = await totalOf(store, request);
      const reply = await shard.submit({
        kind: "start-bulk",
        bulkId: asBulkId(newUlid()),
        request,
        ...(total === undefined ? {} : { total }),
        mayBeKnown: false,
      });
      if (reply.kind === "refused") return reply;
      return { kind: "started", bulk: expectReply(reply, "bulk").bulk };
    },

    previewBulk: (request) => previewBulk(store, request, clock.now()),

    async steerBulk(bulkId, steer) {
      const reply = await shard.submit({ kind: "steer-bulk", bulkId, steer });
      if (reply.kind === "unknown-bulk") return reply;
      if (reply.kind === "refused") return { kind: "refused", reason: reply.reasons.join(" ") };
      return { kind: "steered", bulk: expectReply(reply, "bulk").bulk };
    },

    async signal(name, data) {
      const reply = await shard.submit({ kind: "signal", name, data });
      const { runId } = expectReply(reply, "delivered");
      return runId === null ? null : { runId };
    },
  };
}

function expectReply<K extends Reply["kind"]>(reply: Reply, kind: K): Extract<Reply, { kind: K }> {
  if (reply.kind !== kind)
    throw new Error(`The engine replied "${reply.kind}" where "${kind}" was expected.`);
  return reply as Extract<Reply, { kind: K }>;
}
