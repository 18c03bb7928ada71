// The Model Context Protocol over streamable HTTP, without sessions: each request stands by itself, so that nothing
// is kept and any node can answer. Loaded at the first request, for most servers never get one.

import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  type Tool as ListedTool,
  ListToolsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import { z } from "zod";
import { nearestNames } from "../views/nearest-names.ts";
import { docsTools } from "./docs-tools.ts";
import { eventTools } from "./event-tools.ts";
import { functionTools } from "./function-tools.ts";
import { restCaller, ToolError } from "./rest-caller.ts";
import { runTools } from "./run-tools.ts";
import type { Tool, ToolWorld } from "./tool.ts";

export interface McpOptions {
  /** Answers requests to the REST API. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly allowsWrites: boolean;
  readonly version: string;
  /** Most bytes of a request. */
  readonly requestBytesMax: number;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
}

const tools: readonly Tool[] = [...eventTools, ...functionTools, ...runTools, ...docsTools];
/** Building one takes longer than answering. */
const jsonSchemaValidator = new AjvJsonSchemaValidator();

const instructions =
  "Stepwell runs durable functions that are started by events. To find out why nothing ran, use get_event_outcomes; why a run failed or stands still, get_run and get_run_trace; how something is meant, grep_docs.";

export async function answerMcp(request: Request, options: McpOptions): Promise<Response> {
  const server = new Server(
    { name: "stepwell", version: options.version },
    { capabilities: { tools: {} }, instructions, jsonSchemaValidator },
  );
  const world: ToolWorld = {
    rest: restCaller(options.fetch, request.headers.get("authorization")),
    signal: AbortSignal.any([options.closing, request.signal]),
  };
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map(listed) }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }) =>
    call(params.name, params.arguments, options.allowsWrites, world),
  );
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: true,
    maxRequestBodySize: options.requestBytesMax,
  });
  await server.connect(transport);
  try {
    return await transport.handleRequest(request);
  } finally {
    await server.close();
  }
}

function listed({ name, description, schema, isWrite, isDestructive }: Tool): ListedTool {
  return {
    name,
    description,
    inputSchema: z.toJSONSchema(schema, { io: "input" }) as ListedTool["inputSchema"],
    annotations: { readOnlyHint: !isWrite, destructiveHint: isDestructive, openWorldHint: false },
  };
}

/** What went wrong is an answer too: the agent reads it and does better. */
async function call(
  name: string,
  input: unknown,
  allowsWrites: boolean,
  world: ToolWorld,
): Promise<CallToolResult> {
  const tool = tools.find((known) => known.name === name);
  if (tool === undefined) {
    const [near] = nearestNames(
      name,
      tools.map((known) => known.name),
    );
    return failed(`There is no tool ${name}.${near === undefined ? "" : ` Did you mean ${near}?`}`);
  }
  if (tool.isWrite && !allowsWrites) {
    return failed(
      `${name} changes something, and this server's MCP endpoint is read-only. Start the server with --mcp-write to allow it.`,
    );
  }
  try {
    const value = await tool.run(input, world);
    return {
      content: [{ type: "text", text: shortened(typeof value === "string" ? value : JSON.stringify(value)) }],
    };
  } catch (error) {
    if (error instanceof ToolError) return failed(error.message);
    throw error;
  }
}

function failed(text: string): CallToolResult {
  return { isError: true, content: [{ type: "text", text }] };
}

/** Longer answers serve no agent. */
const answerLengthMax = 200_000;

function shortened(text: string): string {
  if (text.length <= answerLengthMax) return text;
  return `${text.slice(0, answerLengthMax)}\n… cut here: the answer has ${text.length} characters. Ask for less.`;
}
