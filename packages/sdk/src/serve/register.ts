// PUT: the app tells the server which functions it has, in the answer (in-band) or by a request of its own
// (protocol §3.3–3.4).

import {
  type FunctionConfig,
  header,
  isJsonObject,
  type JsonObject,
  parseJson,
  query,
  stringAt,
} from "@stepwell/protocol";
import type { Inngest } from "../client.ts";
import { configJson, functionConfigs } from "../function.ts";
import { version } from "../version.ts";
import type { HttpAnswer } from "./answer-response.ts";
import { capabilities, inspection } from "./introspect.ts";
import { type Adapter, json, type ServeOptions, serverKindOf } from "./options.ts";
import type { Caller } from "./signatures.ts";

interface RegisterRequest {
  readonly url: string;
  readonly request: Request;
  readonly text: string;
  readonly caller: Caller;
}

export async function register(
  options: ServeOptions,
  adapter: Adapter,
  incoming: RegisterRequest,
): Promise<HttpAnswer> {
  const { client } = options;
  const isInBand = incoming.request.headers.get(header.syncKind) === "in_band" && isInBandAllowed(client);
  if (isInBand) {
    if (incoming.caller.kind === "unauthorized") return json(401, { message: "Unauthorized" });
    return inBand(options, adapter, incoming);
  }
  return await outOfBand(options, adapter, incoming);
}

function isInBandAllowed(client: Inngest): boolean {
  return !/^(0|false)$/i.test(client.environment["INNGEST_ALLOW_IN_BAND_SYNC"] ?? "");
}

function configs({ functions }: ServeOptions, url: string): readonly FunctionConfig[] {
  return functions.flatMap((fn) => functionConfigs(fn, url));
}

function inBand(options: ServeOptions, adapter: Adapter, { url, text, caller }: RegisterRequest): HttpAnswer {
  const body = parseJson(text);
  const asked = body.kind === "parsed" && isJsonObject(body.value) ? stringAt(body.value, "url") : undefined;
  const appUrl = asked ?? url;
  const { client } = options;
  return {
    status: 200,
    headers: { [header.syncKind]: "in_band" },
    body: JSON.stringify({
      app_id: client.id,
      appVersion: client.appVersion,
      capabilities,
      env: client.env ?? null,
      framework: adapter.framework,
      functions: configs(options, appUrl).map(configJson),
      inspection: inspection(options, adapter, caller),
      sdk_author: "stepwell",
      sdk_language: "js",
      sdk_version: version,
      sdk: `stepwell:v${version}`,
      url: appUrl,
    }),
  };
}

async function outOfBand(
  options: ServeOptions,
  adapter: Adapter,
  { url, request }: RegisterRequest,
): Promise<HttpAnswer> {
  const { client } = options;
  const kind = serverKindOf(request.headers);
  const deployId = new URL(request.url, "http://localhost").searchParams.get(query.deployId);
  const path =
    deployId === null || deployId === "undefined"
      ? "/fn/register"
      : `/fn/register?${query.deployId}=${encodeURIComponent(deployId)}`;
  const body = {
    url,
    deployType: "ping",
    framework: adapter.framework,
    appName: client.id,
    ...(client.appVersion === undefined ? {} : { appVersion: client.appVersion }),
    sdk: `stepwell:v${version}`,
    v: "0.1",
    capabilities,
    functions: configs(options, url).map(configJson),
  };
  const answer = await post(client, path, JSON.parse(JSON.stringify(body)) as JsonObject, kind);
  return { ...answer, headers: { [header.syncKind]: "out_of_band" } };
}

async function post(
  client: Inngest,
  path: string,
  body: JsonObject,
  kind: string | undefined,
): Promise<HttpAnswer> {
  let response: Response;
  try {
    response = await client.callApi("POST", path, body, {
      [header.syncKind]: "out_of_band",
      ...(kind === undefined ? {} : { [header.expectedServerKind]: kind }),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return json(500, {
      message: `The server at ${client.connection.apiUrl} cannot be reached: ${reason}. Is it running?`,
      modified: false,
    });
  }
  const answer = parseJson(await response.text());
  const value: JsonObject = answer.kind === "parsed" && isJsonObject(answer.value) ? answer.value : {};
  const message =
    stringAt(value, "error") ??
    (response.ok ? "Successfully registered" : `The server answered ${response.status}.`);
  return json(response.status, { message, modified: value.modified === true });
}
