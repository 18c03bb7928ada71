// Schemas of apps and their syncs (protocol §7.2 App).

import type {
  AddAppRequest,
  AppCheck,
  AppChecks,
  AppView,
  SyncAnswer,
  SyncView,
} from "@stepwell/protocol/rest";
import { appCheckNames } from "@stepwell/protocol/rest";
import { z } from "zod";
import { count, flag, list, named, objectOf, optional, text, timestampText, word } from "./shape.ts";

const syncStatus = word("SUCCESS", "FAILED", "PENDING");

const syncView = objectOf<SyncView>({
  status: syncStatus,
  syncedAt: optional(timestampText),
  url: optional(text),
  sdkLanguage: optional(text),
  sdkVersion: optional(text),
  framework: optional(text),
  appVersion: optional(text),
  error: optional(text),
});

export const appView = named<AppView>("App", {
  id: text,
  name: text,
  method: word("SERVE", "CONNECT", "API"),
  url: optional(text),
  appVersion: optional(text),
  createdAt: timestampText,
  isArchived: flag,
  archivedAt: optional(timestampText),
  functionCount: count,
  latestSync: optional(syncView),
  isReachable: optional(flag),
  openRuns: optional(count),
  foundBy: optional(word("discovery", "flag", "registration", "dashboard")),
});

export const appChecksView = named<AppChecks>("AppChecks", {
  checkedAt: timestampText,
  checks: list(
    objectOf<AppCheck>({
      name: word(...appCheckNames),
      status: word("passed", "failed", "not-checked"),
      found: text,
      message: optional(text),
    }),
  ),
});

const address = z
  .string()
  .refine((url) => /^https?:\/\//.test(url) && URL.canParse(url), {
    error: ({ input }) => `must begin with http:// or https://, not ${JSON.stringify(input)}`,
  })
  .meta({
    description: "Where the app serves its functions.",
    examples: ["http://localhost:3000/api/inngest"],
  });

export const addAppRequest = named<AddAppRequest>("AddApp", { url: address });
export const syncAppRequest = named<Partial<AddAppRequest>>("SyncApp", { url: optional(address) });

export const syncAnswer = named<SyncAnswer>("SyncAnswer", {
  appId: optional(text),
  status: syncStatus,
  modified: optional(flag),
  error: optional(text),
});

export const appIdAnswer = named<{ readonly appId: string }>("AppId", { appId: text });
