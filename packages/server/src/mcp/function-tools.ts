// Tools on functions and apps: what is registered, invoking, syncing; and on the server itself (semantics G5).

import type { Json } from "@stepwell/protocol";
import {
  type AppView,
  appPath,
  appSyncsPath,
  appsPath,
  type FunctionView,
  functionPath,
  functionsPath,
  type HealthView,
  healthPath,
  type InvokeAnswer,
  invokePath,
  type SyncAnswer,
} from "@stepwell/protocol/rest";
import { z } from "zod";
import { endedRuns } from "./run-tools.ts";
import { asJson, type Tool, tool } from "./tool.ts";

const functionId = z.string().describe("The function's slug (app id, a dash, function id) or id.");
const appId = z.string().describe("The app's name or id.");

export const functionTools: readonly Tool[] = [
  tool({
    name: "list_functions",
    description: "Lists functions with their triggers, configuration and live figures.",
    input: { appId: appId.optional() },
    run: async (input, { rest }) => {
      const path = functionsPath(input.appId === undefined ? {} : { appId: input.appId });
      return asJson((await rest.get<readonly FunctionView[]>(path)).data);
    },
  }),
  tool({
    name: "get_function",
    description:
      "Gives one function: triggers, configuration, figures of now and of the last 24 hours, whether it is paused, warnings.",
    input: { functionId },
    run: async (input, { rest }) =>
      asJson((await rest.get<FunctionView>(functionPath(input.functionId))).data),
  }),
  tool({
    name: "invoke_function",
    description:
      "Starts a function directly, without an event of its own, and waits for its result. With a timeout of 0 it answers with the run's id at once.",
    isWrite: true,
    input: {
      functionId,
      data: z.json().optional(),
      timeout: z.number().min(0).max(120).default(30).describe("Seconds to wait for the result."),
    },
    run: async (input, world) => {
      const body = input.data === undefined ? {} : { data: input.data as Json };
      const { data } = await world.rest.post<InvokeAnswer>(invokePath(input.functionId), body);
      if (data.runId === undefined || input.timeout === 0) return asJson(data);
      const times = { timeoutMs: input.timeout * 1000, everyMs: 100 };
      const [run] = await endedRuns([data.runId], times, world);
      return asJson({ ...data, ...run });
    },
  }),
  tool({
    name: "get_apps",
    description: "Lists apps: address, SDK, how the last sync went and why it failed, open runs.",
    input: {},
    run: async (_, { rest }) => asJson((await rest.get<readonly AppView[]>(appsPath())).data),
  }),
  tool({
    name: "get_app",
    description: "Gives one app: address, SDK, how the last sync went and why it failed, open runs.",
    input: { appId },
    run: async (input, { rest }) => asJson((await rest.get<AppView>(appPath(input.appId))).data),
  }),
  tool({
    name: "sync_app",
    description: "Asks an app again which functions it has, at its address or at a new one.",
    isWrite: true,
    input: { appId, url: z.url().optional().describe("The app's new address.") },
    run: async (input, { rest }) => {
      const body = input.url === undefined ? {} : { url: input.url };
      return asJson((await rest.post<SyncAnswer>(appSyncsPath(input.appId), body)).data);
    },
  }),
  tool({
    name: "health",
    description: "Tells whether the server works, its version, its mode and its store.",
    input: {},
    run: async (_, { rest }) => asJson((await rest.get<HealthView>(healthPath())).data),
  }),
];
