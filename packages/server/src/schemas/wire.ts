// Schemas of what SDKs and the server say to each other (protocol §2, §3, §9). They describe for the document; the
// parsers of `@stepwell/protocol` are what reads them.

import { z } from "zod";
import { json, jsonObject, list, text } from "./shape.ts";

const event = z.looseObject({
  name: z.string(),
  data: jsonObject.optional(),
  user: jsonObject.optional(),
  id: z.string().optional(),
  ts: z.number().optional().meta({ description: "Unix time in ms." }),
  v: z.string().optional(),
});

export const eventBody = z.union([event, z.array(event)]);
export const ingestAnswer = z.object({ ids: list(text), status: z.int() });

export const invocationBody = z.looseObject({
  data: jsonObject.optional(),
  user: jsonObject.optional(),
  v: z.string().optional(),
});
export const invocationAnswer = z.object({ id: text, status: z.int() });

export const checkpointBody = z.looseObject({
  run_id: z.string().optional(),
  fn_id: z.string().optional(),
  qi_id: z.string(),
  generation_id: z.number().optional(),
  steps: z.array(jsonObject).optional(),
});

export const registration = z.looseObject({
  appName: z.string(),
  url: z.string().optional(),
  sdk: z.string().optional(),
  framework: z.string().optional(),
  functions: z.array(z.looseObject({ id: z.string(), name: z.string(), triggers: z.array(json).optional() })),
});
export const registrationAnswer = z.object({
  ok: z.boolean(),
  status: z.int(),
  modified: z.boolean(),
  app_id: text,
  sync_id: text,
});

export const probeAnswer = z.object({ status: z.int(), message: text });
export const devAnswer = z.looseObject({ version: text, functions: z.array(jsonObject) });
