// The queries of the page by resource, each with its key, so that live changes find what they touch.

import {
  type AppView,
  appsPath,
  type EventOutcomes,
  type EventView,
  eventOutcomesPath,
  eventPath,
  eventRunsPath,
  type FailureGroup,
  type FunctionView,
  failuresPath,
  functionPath,
  functionsPath,
  type HealthView,
  healthPath,
  type RunDetailView,
  type RunFigures,
  type RunsQuery,
  type RunView,
  runFiguresPath,
  runPath,
  type TraceView,
  tracePath,
  type WaitMiss,
  waitMissesPath,
} from "@stepwell/protocol/rest";
import { queryOptions } from "@tanstack/react-query";
import { RequestFailure, read, readList } from "./request.ts";

export async function data<T>(path: string, signal: AbortSignal): Promise<T> {
  return (await read<T>(path, signal)).data;
}

/** For figures that a server may not have: undefined instead of a failure. */
export async function optional<T>(path: string, signal: AbortSignal): Promise<T | null> {
  try {
    return await data<T>(path, signal);
  } catch (cause) {
    if (cause instanceof RequestFailure && (cause.status === 404 || cause.status === 501)) return null;
    throw cause;
  }
}

export const runQuery = (id: string) =>
  queryOptions({ queryKey: ["run", id], queryFn: ({ signal }) => data<RunDetailView>(runPath(id), signal) });

export const traceQuery = (id: string) =>
  queryOptions({ queryKey: ["trace", id], queryFn: ({ signal }) => data<TraceView>(tracePath(id), signal) });

export const waitMissesQuery = (runId: string, stepId: string) =>
  queryOptions({
    queryKey: ["wait-misses", runId, stepId],
    queryFn: ({ signal }) => readList<WaitMiss>(waitMissesPath(runId, stepId), signal),
  });

export const eventQuery = (id: string) =>
  queryOptions({ queryKey: ["event", id], queryFn: ({ signal }) => data<EventView>(eventPath(id), signal) });

export const outcomesQuery = (id: string) =>
  queryOptions({
    queryKey: ["outcomes", id],
    queryFn: ({ signal }) => data<EventOutcomes>(eventOutcomesPath(id), signal),
  });

export const eventRunsQuery = (id: string) =>
  queryOptions({
    queryKey: ["event-runs", id],
    queryFn: ({ signal }) => data<readonly RunView[]>(eventRunsPath(id), signal),
  });

export const functionsQuery = () =>
  queryOptions({
    queryKey: ["functions"],
    queryFn: ({ signal }) => data<readonly FunctionView[]>(functionsPath(), signal),
  });

export const functionQuery = (slug: string) =>
  queryOptions({
    queryKey: ["functions", slug],
    queryFn: ({ signal }) => data<FunctionView>(functionPath(slug), signal),
  });

export const appsQuery = () =>
  queryOptions({ queryKey: ["apps"], queryFn: ({ signal }) => data<readonly AppView[]>(appsPath(), signal) });

export const healthQuery = () =>
  queryOptions({
    queryKey: ["health"],
    queryFn: ({ signal }) => data<HealthView>(healthPath(), signal),
    refetchInterval: 30_000,
  });

export const runFiguresQuery = (query: RunsQuery & { readonly buckets?: number }) =>
  queryOptions({
    queryKey: ["run-figures", query],
    queryFn: ({ signal }) => optional<RunFigures>(runFiguresPath(query), signal),
  });

export const failuresQuery = (query: { readonly from?: number; readonly until?: number }) =>
  queryOptions({
    queryKey: ["failures", query],
    queryFn: ({ signal }) => optional<readonly FailureGroup[]>(failuresPath(query), signal),
  });
