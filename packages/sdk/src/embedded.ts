// The app as an embedding engine sees it: the same calls, answers and checkpoints as over HTTP, without HTTP.

import type { CallAnswer, CallRequest, EmbeddedApp, EngineLink, Json } from "@stepwell/protocol";
import type { Inngest } from "./client.ts";
import { serializeError } from "./errors.ts";
import { type AnyFunction, functionConfigs, type ReceivedEvent } from "./function.ts";
import { type ParsedCall, runCall } from "./run-call.ts";
import { sdkHeader } from "./version.ts";

export function embeddedApp(
  client: Inngest,
  functions: readonly AnyFunction[],
  attach: (link: EngineLink) => () => void,
): EmbeddedApp {
  const bySlug = new Map(functions.map((fn) => [fn.slug, fn]));
  return {
    appName: client.id,
    sdk: sdkHeader,
    functions: functions.flatMap((fn) => functionConfigs(fn, "http://embedded/")),
    attach,
    async call(request): Promise<CallAnswer> {
      const { link } = client;
      const way =
        link === undefined
          ? undefined
          : {
              report: (ops: Parameters<EngineLink["checkpoint"]>[1]) =>
                link.checkpoint(request.queueItemId, ops),
              maxRuntimeMs: 0,
            };
      try {
        return await runCall(client, bySlug, parsedCall(request), way);
      } catch (error) {
        return {
          kind: "failed",
          error: serializeError(error),
          retry: { kind: "backoff" },
          requestVersion: 2,
        };
      }
    },
  };
}

function parsedCall(request: CallRequest): ParsedCall {
  const steps = new Map<string, Json>();
  for (const { key, text } of request.inputs) steps.set(key, JSON.parse(text) as Json);
  for (const { key, text } of request.steps) steps.set(key, JSON.parse(text) as Json);
  return {
    functionSlug: request.functionSlug,
    stepId: request.stepId,
    runId: request.runId,
    attempt: request.attempt,
    maxAttempts: request.maxAttempts,
    requestVersion: request.requestVersion,
    disableImmediateExecution: request.disableImmediateExecution,
    events: request.events.map((text) => JSON.parse(text) as ReceivedEvent),
    steps,
    stack: request.steps.map((step) => step.key),
    trace: request.trace,
  };
}
