// Sync: an app tells the engine which functions it has (protocol §3.3). Types and the outer shape only; what the
// options mean and which values they may have is the engine's to say.

import {
  invalid,
  isJsonObject,
  type Json,
  type JsonObject,
  objectAt,
  type Parsed,
  parsed,
  stringAt,
} from "./json.ts";

/** A function as an app registers it; options keep their wire form. */
export interface FunctionConfig {
  /** Slug: app id, `-`, function id. */
  readonly id: string;
  readonly name: string;
  readonly triggers: readonly JsonObject[];
  /** URL that calls go to. */
  readonly url: string;
  /** Number of retries; absent means the engine's default of 4. */
  readonly retries?: number;
  /** Every other option, as sent: concurrency, cancel, throttle, … */
  readonly options: JsonObject;
}

/** The body of `POST /fn/register`, and of the in-band answer to a `PUT`. */
export interface SyncRequest {
  readonly appName: string;
  readonly url: string;
  readonly sdk: string;
  readonly framework?: string;
  readonly appVersion?: string;
  readonly functions: readonly FunctionConfig[];
}

const consumed = new Set(["id", "name", "triggers", "steps", "retries"]);

/** Parses a registration. The error names the function and field. */
export function parseSyncRequest(value: Json): Parsed<SyncRequest> {
  if (!isJsonObject(value)) return invalid("The registration must be a JSON object.");
  const appName = stringAt(value, "appName") || stringAt(value, "appname") || stringAt(value, "app_id") || "";
  if (appName === "") return invalid("App ID required");
  const url = stringAt(value, "url") ?? "";
  const list = value["functions"];
  if (!Array.isArray(list)) return invalid("functions must be an array.");
  const functions: FunctionConfig[] = [];
  for (const [index, item] of (list as readonly Json[]).entries()) {
    const config = parseFunctionConfig(item, index);
    if (config.kind === "invalid") return config;
    functions.push(config.value);
  }
  const framework = stringAt(value, "framework");
  const appVersion = stringAt(value, "appVersion");
  return parsed({
    appName,
    url,
    sdk: stringAt(value, "sdk") ?? "",
    ...(framework === undefined ? {} : { framework }),
    ...(appVersion === undefined ? {} : { appVersion }),
    functions,
  });
}

function parseFunctionConfig(item: Json, index: number): Parsed<FunctionConfig> {
  if (!isJsonObject(item)) return invalid(`Function ${index + 1} is not an object.`);
  const id = stringAt(item, "id") ?? stringAt(item, "slug") ?? "";
  if (id === "") return invalid(`Function ${index + 1} has no id.`);
  const name = stringAt(item, "name") ?? "";
  if (name === "") return invalid(`Function ${id} has no name.`);
  const triggers = item["triggers"] ?? [];
  if (!Array.isArray(triggers) || !(triggers as readonly Json[]).every(isJsonObject)) {
    return invalid(`Function ${id}: triggers must be an array of objects.`);
  }
  const steps = Object.values(objectAt(item, "steps") ?? {}).filter(isJsonObject);
  const step = steps[0];
  if (step === undefined || steps.length !== 1)
    return invalid(`Function ${id}: it must have exactly one step entry.`);
  const url = stringAt(objectAt(step, "runtime") ?? {}, "url") ?? "";
  if (!/^(https?|wss?):\/\//.test(url))
    return invalid(`Function ${id}: its URL ${JSON.stringify(url)} is no http(s) URL.`);
  const retries = parseRetries(step, item, id);
  if (retries.kind === "invalid") return retries;
  const options = Object.fromEntries(Object.entries(item).filter(([key]) => !consumed.has(key)));
  return parsed({
    id,
    name,
    triggers: triggers as readonly JsonObject[],
    url,
    ...(retries.value === undefined ? {} : { retries: retries.value }),
    options,
  });
}

/** `steps.step.retries.attempts`, else the function-level sugar that Go sends. */
function parseRetries(step: JsonObject, item: JsonObject, id: string): Parsed<number | undefined> {
  const attempts = objectAt(step, "retries")?.["attempts"] ?? item["retries"];
  if (attempts === undefined || attempts === null) return parsed(undefined);
  if (typeof attempts !== "number" || !Number.isInteger(attempts) || attempts < 0) {
    return invalid(
      `Function ${id}: retries must be a whole number from 0 to 20, not ${JSON.stringify(attempts)}.`,
    );
  }
  return parsed(attempts);
}
