// The operations of REST v2 under the names of the reference (semantics G3): the method's name in kebab case with
// `fetch-` and `list-` as `get-`, and beside it the names that its documentation uses.

import type { BodyField, Operation, QueryFlag } from "./operation.ts";
import { ownOperations, runSearch } from "./own-operations.ts";

const text = (key: string): QueryFlag => ({ key, kind: "text" });
const list = (key: string): QueryFlag => ({ key, kind: "list" });
const includeOutput: QueryFlag = { key: "includeOutput", kind: "switch" };
const page = [text("cursor"), text("limit")];
const runQuery = [
  ...page,
  includeOutput,
  text("from"),
  text("until"),
  text("timeField"),
  list("status"),
  list("appId"),
  list("functionId"),
  text("order"),
  ...runSearch,
];
const ofFunction = "/apps/{app-id}/functions/{function-id}";

const runOperations: readonly Operation[] = [
  {
    name: "get-runs",
    aliases: ["list-runs"],
    description: "runs, newest first",
    method: "GET",
    path: "/runs",
    query: runQuery,
  },
  {
    name: "get-function-run",
    aliases: ["get-run"],
    description: "one run",
    method: "GET",
    path: "/runs/{run-id}",
    query: [includeOutput],
  },
  {
    name: "get-function-trace",
    aliases: ["get-run-trace"],
    description: "a run's steps",
    method: "GET",
    path: "/runs/{run-id}/trace",
    query: [includeOutput],
  },
  {
    name: "rerun",
    description: "run again with the same events",
    method: "POST",
    path: "/runs/{run-id}/rerun",
    fields: [{ key: "fromStep", kind: "json" }],
  },
  {
    name: "cancel-run",
    description: "stop a run",
    method: "POST",
    path: "/runs/{run-id}/cancel",
    fields: [],
  },
  {
    name: "create-score",
    description: "give a run scores",
    method: "POST",
    path: "/runs/{run-id}/scores",
    fields: [{ key: "scores", kind: "json" }],
  },
];

const eventOperations: readonly Operation[] = [
  {
    name: "get-event-runs",
    description: "the runs that an event started",
    method: "GET",
    path: "/events/{event-id}/runs",
    query: [...page, includeOutput],
  },
  {
    name: "send-event",
    description: "send an event",
    method: "POST",
    path: "/events",
    fields: [
      { key: "name", kind: "text" },
      { key: "data", kind: "json" },
      { key: "user", kind: "json" },
      { key: "id", kind: "text" },
      { key: "ts", kind: "number" },
    ],
  },
];

const invokeFields: readonly BodyField[] = [
  { key: "data", kind: "json" },
  { key: "idempotencyKey", kind: "text" },
  { key: "mode", kind: "text" },
];

const functionOperations: readonly Operation[] = [
  {
    name: "get-functions",
    description: "an app's functions",
    method: "GET",
    path: "/apps/{app-id}/functions",
    query: page,
  },
  { name: "get-function", description: "one function", method: "GET", path: ofFunction },
  {
    name: "get-function-runs",
    aliases: ["list-function-runs"],
    description: "a function's runs",
    method: "GET",
    path: `${ofFunction}/runs`,
    query: runQuery,
  },
  {
    name: "invoke-function",
    description: "start a function directly",
    method: "POST",
    path: `${ofFunction}/invoke`,
    fields: invokeFields,
  },
  {
    name: "invoke-function-by-slug",
    description: "start a function directly, named by its slug",
    method: "POST",
    path: "/functions/{function-slug}/invoke",
    fields: invokeFields,
  },
];

const appOperations: readonly Operation[] = [
  { name: "get-apps", description: "all apps", method: "GET", path: "/apps", query: page },
  { name: "get-app", description: "one app", method: "GET", path: "/apps/{app-id}" },
  {
    name: "sync-app",
    description: "ask an app which functions it has; a new address goes into --body",
    method: "POST",
    path: "/apps/{app-id}/syncs",
    fields: [],
  },
];

const accountOperations: readonly Operation[] = [
  { name: "health", description: "whether the server works", method: "GET", path: "/health" },
  { name: "get-account", description: "the account", method: "GET", path: "/account" },
  {
    name: "get-account-envs",
    aliases: ["get-envs"],
    description: "the environments",
    method: "GET",
    path: "/envs",
    query: page,
  },
  {
    name: "create-env",
    description: "make an environment",
    method: "POST",
    path: "/envs",
    fields: [{ key: "name", kind: "text" }],
  },
  {
    name: "patch-env",
    description: "change an environment",
    method: "PATCH",
    path: "/envs/{env-id}",
    fields: [],
  },
  {
    name: "get-account-event-keys",
    aliases: ["get-event-keys"],
    description: "event keys",
    method: "GET",
    path: "/keys/events",
    query: page,
  },
  {
    name: "get-account-signing-keys",
    aliases: ["get-signing-keys"],
    description: "signing keys",
    method: "GET",
    path: "/keys/signing",
    query: page,
  },
  { name: "get-webhooks", description: "webhooks", method: "GET", path: "/env/webhooks", query: page },
  {
    name: "create-webhook",
    description: "make a webhook",
    method: "POST",
    path: "/env/webhooks",
    fields: [],
  },
  { name: "get-insights-tables", description: "tables of insights", method: "GET", path: "/insights/tables" },
  {
    name: "get-insights-event-schemas",
    description: "shapes of events",
    method: "GET",
    path: "/insights/events/schemas",
    query: page,
  },
];

export const operations: readonly Operation[] = [
  ...runOperations,
  ...eventOperations,
  ...functionOperations,
  ...appOperations,
  ...accountOperations,
  ...ownOperations,
];
