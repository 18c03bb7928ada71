// Ops: what an SDK reports in an answer or checkpoint (protocol §5.3–5.4), parsed once into a closed union.

import { type Moment, parseMoment } from "./duration.ts";
import { parseError, type SerializedError } from "./error.ts";
import { asStepKey, type StepKey } from "./ids.ts";
import {
  invalid,
  isJsonObject,
  type Json,
  type JsonObject,
  numberAt,
  objectAt,
  type Parsed,
  parsed,
  stringAt,
} from "./json.ts";

/** What every op carries. */
export interface OpHead {
  readonly key: StepKey;
  /** What the author and the dashboard call the step: `displayName`, else `name`, else the key. */
  readonly name: string;
  /** The author's id and its repeat index, where the SDK sends them. */
  readonly userland?: { readonly id: string; readonly index: number };
  /** The step was started in race mode: its completion alone brings the next discovery (protocol §5.5.5). */
  readonly race: boolean;
  /** When the step ran in the app: unix ms and duration in ms. */
  readonly timing?: { readonly startedAt: number; readonly durationMs: number };
}

export type Op =
  | (OpHead & {
      readonly kind: "ran";
      readonly stepType?: string;
      readonly data: string;
      readonly input?: string;
    })
  | (OpHead & { readonly kind: "ran-raw"; readonly data: string })
  | (OpHead & { readonly kind: "errored"; readonly error: SerializedError })
  | (OpHead & { readonly kind: "failed"; readonly error: SerializedError })
  | (OpHead & { readonly kind: "planned"; readonly stepType?: string; readonly input?: string })
  | (OpHead & { readonly kind: "sleep"; readonly until: Moment })
  | (OpHead & {
      readonly kind: "wait-for-event";
      readonly event: string;
      readonly expression?: string;
      readonly timeout: Moment;
    })
  | (OpHead & {
      readonly kind: "wait-for-signal";
      readonly signal: string;
      readonly timeout: Moment;
      readonly conflict: "fail" | "replace";
    })
  | (OpHead & {
      readonly kind: "invoke";
      /** Slug or UUID of the function to start. */
      readonly functionId: string;
      readonly payload: {
        readonly data: JsonObject;
        readonly user?: JsonObject;
        readonly v?: string;
        readonly meta?: JsonObject;
      };
      readonly timeout?: Moment;
    })
  | (OpHead & { readonly kind: "complete"; readonly data: string })
  | (OpHead & { readonly kind: "discovery" })
  | (OpHead & { readonly kind: "none" })
  | (OpHead & {
      /** An op of the wire that this engine does not offer. */
      readonly kind: "unsupported";
      readonly opcode: string;
      /** Its options as JSON text. */
      readonly options: string;
    });

/** Parses the JSON array (or single object) of a 206 answer or a checkpoint's `steps`. */
export function parseOps(value: Json | undefined): Parsed<readonly Op[]> {
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value];
  const ops: Op[] = [];
  for (const [index, item] of list.entries()) {
    if (!isJsonObject(item)) return invalid(`op ${index} of the answer is not an object`);
    const op = parseOp(item);
    if (op.kind === "invalid") return invalid(`op ${index} of the answer: ${op.reason}`);
    ops.push(op.value);
  }
  return parsed(ops);
}

function parseOp(item: JsonObject): Parsed<Op> {
  const opcode = item["op"];
  if (typeof opcode !== "string") return invalid("op is missing or not a string");
  const id = stringAt(item, "id") ?? "";
  if (id === "" && opcode !== "None") return invalid(`${opcode} has no id`);
  if (id.length > 1024) return invalid(`${opcode} has an id of more than 1,024 characters`);
  const options = objectAt(item, "opts") ?? {};
  return parseKind(opcode, item, options, head(item, id, options));
}

function head(item: JsonObject, id: string, options: JsonObject): OpHead {
  const userland = objectAt(item, "userland");
  const userlandId = userland === undefined ? undefined : stringAt(userland, "id");
  const timing = objectAt(item, "timing");
  const startedNs = timing === undefined ? undefined : numberAt(timing, "a");
  const mode = stringAt(options, "parallelMode");
  return {
    key: asStepKey(id),
    name: stringAt(item, "displayName") || stringAt(item, "name") || id,
    ...(userlandId === undefined
      ? {}
      : { userland: { id: userlandId, index: (userland && numberAt(userland, "index")) ?? 0 } }),
    race: mode !== undefined && mode.toLowerCase() === "race",
    ...(startedNs === undefined || timing === undefined
      ? {}
      : {
          timing: {
            startedAt: Math.floor(startedNs / 1e6),
            durationMs: (numberAt(timing, "b") ?? 0) / 1e6,
          },
        }),
  };
}

function parseKind(opcode: string, item: JsonObject, options: JsonObject, op: OpHead): Parsed<Op> {
  const data = (): string => JSON.stringify(item["data"] ?? null);
  const stepType = stringAt(options, "type");
  const typed = stepType === undefined ? {} : { stepType };
  const input = Array.isArray(options["input"]) ? { input: JSON.stringify(options["input"]) } : {};
  switch (opcode) {
    case "StepRun":
      return parsed({ ...op, kind: "ran", data: data(), ...typed, ...input });
    case "Step":
      return parsed({ ...op, kind: "ran-raw", data: data() });
    case "StepError":
      return parsed({ ...op, kind: "errored", error: parseError(item["error"]) });
    case "StepFailed":
      return parsed({ ...op, kind: "failed", error: parseError(item["error"]) });
    case "StepPlanned":
      return parsed({ ...op, kind: "planned", ...typed, ...input });
    case "Sleep":
      return parseSleep(item, options, op);
    case "WaitForEvent":
      return parseWaitForEvent(item, options, op);
    case "WaitForSignal":
      return parseWaitForSignal(options, op);
    case "InvokeFunction":
      return parseInvoke(options, op);
    case "RunComplete":
      return parsed({ ...op, kind: "complete", data: data() });
    case "DiscoveryRequest":
      return parsed({ ...op, kind: "discovery" });
    case "None":
      return parsed({ ...op, kind: "none" });
    default:
      return parsed({ ...op, kind: "unsupported", opcode, options: JSON.stringify(options) });
  }
}

function parseSleep(item: JsonObject, options: JsonObject, op: OpHead): Parsed<Op> {
  const text = stringAt(options, "duration") ?? stringAt(item, "name") ?? "";
  const until = parseMoment(text);
  if (until === undefined) return invalid(`Sleep has the unreadable duration ${JSON.stringify(text)}`);
  return parsed({ ...op, kind: "sleep", until });
}

function parseWaitForEvent(item: JsonObject, options: JsonObject, op: OpHead): Parsed<Op> {
  const event = stringAt(options, "event") ?? stringAt(item, "name") ?? "";
  if (event === "") return invalid("WaitForEvent names no event");
  const timeout = parseTimeout(options);
  if (timeout.kind === "invalid") return timeout;
  const expression = stringAt(options, "if");
  return parsed({
    ...op,
    kind: "wait-for-event",
    event,
    ...(expression === undefined || expression === "" ? {} : { expression }),
    timeout: timeout.value ?? { kind: "after", delayMs: 0 },
  });
}

function parseWaitForSignal(options: JsonObject, op: OpHead): Parsed<Op> {
  const timeout = parseTimeout(options);
  if (timeout.kind === "invalid") return timeout;
  return parsed({
    ...op,
    kind: "wait-for-signal",
    signal: stringAt(options, "signal") ?? "",
    timeout: timeout.value ?? { kind: "after", delayMs: 0 },
    conflict: stringAt(options, "conflict") === "replace" ? "replace" : "fail",
  });
}

function parseInvoke(options: JsonObject, op: OpHead): Parsed<Op> {
  const functionId = stringAt(options, "function_id") ?? "";
  if (functionId === "") return invalid("InvokeFunction names no function");
  const payload = objectAt(options, "payload") ?? {};
  const timeout = parseTimeout(options);
  if (timeout.kind === "invalid") return timeout;
  const user = objectAt(payload, "user");
  const version = stringAt(payload, "v");
  const meta = objectAt(payload, "meta");
  return parsed({
    ...op,
    kind: "invoke",
    functionId,
    payload: {
      data: objectAt(payload, "data") ?? {},
      ...(user === undefined ? {} : { user }),
      ...(version === undefined ? {} : { v: version }),
      ...(meta === undefined ? {} : { meta }),
    },
    ...(timeout.value === undefined ? {} : { timeout: timeout.value }),
  });
}

function parseTimeout(options: JsonObject): Parsed<Moment | undefined> {
  const text = options["timeout"];
  if (text === undefined || text === null) return parsed(undefined);
  const moment = typeof text === "string" ? parseMoment(text) : undefined;
  return moment === undefined ? invalid(`the timeout ${JSON.stringify(text)} is unreadable`) : parsed(moment);
}
