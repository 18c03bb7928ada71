// A tool of the MCP endpoint: what it takes, whether it changes anything, and what it does.

import type { Json } from "@stepwell/protocol";
import { z } from "zod";
import { type RestCaller, ToolError } from "./rest-caller.ts";

/** What a tool works with. */
export interface ToolWorld {
  readonly rest: RestCaller;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** It sends, starts, stops or changes something. */
  readonly isWrite: boolean;
  readonly isDestructive: boolean;
  readonly schema: z.ZodObject;
  /** @throws ToolError */
  run(input: unknown, world: ToolWorld): Promise<Json>;
}

export interface ToolDefinition<Shape extends z.ZodRawShape> {
  readonly name: string;
  /** For the agent: what it gives, and when to use it. */
  readonly description: string;
  readonly input: Shape;
  readonly isWrite?: boolean;
  readonly isDestructive?: boolean;
  readonly run: (input: z.output<z.ZodObject<Shape>>, world: ToolWorld) => Promise<Json>;
}

export function tool<Shape extends z.ZodRawShape>(definition: ToolDefinition<Shape>): Tool {
  const { name, description, isWrite = false, isDestructive = false } = definition;
  const schema = z.strictObject(definition.input);
  return {
    name,
    description,
    isWrite,
    isDestructive,
    schema,
    run: async (input, world) => {
      const parsed = schema.safeParse(input ?? {});
      if (!parsed.success)
        throw new ToolError(`${name} cannot be called so. ${z.prettifyError(parsed.error)}`);
      return await definition.run(parsed.data, world);
    },
  };
}

/** What the REST API answered, believed to be JSON, for it was parsed as such. */
export function asJson(value: unknown): Json {
  return value as Json;
}

/** Resolves after so long, or at once when nobody waits any more. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
