// Schemas of the history of syncs.

import type { SyncChange, SyncRecord } from "@stepwell/protocol/rest";
import { z } from "zod";
import { textField } from "../http/query.ts";
import { count, list, named, objectOf, optional, text, timestampText, word } from "./shape.ts";

export const syncsQuery = z.object({
  appId: z.exactOptional(textField.meta({ description: "An app's id or name." })),
});

const syncChange = objectOf<SyncChange>({
  change: word("added", "changed", "removed"),
  slug: text,
  name: text,
});

export const syncRecord = named<SyncRecord>("Sync", {
  id: text,
  appId: text,
  appName: text,
  at: timestampText,
  status: word("SUCCESS", "FAILED"),
  changes: optional(list(syncChange)),
  unchanged: optional(count),
  appVersion: optional(text),
  failedSince: optional(count),
  error: optional(text),
});
