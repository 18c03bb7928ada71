// The operations that the reference does not have, named in its manner: why events ran, bulk operations, steering of
// functions, failures, figures.

import type { BodyField, Operation, QueryFlag } from "./operation.ts";

const text = (key: string): QueryFlag => ({ key, kind: "text" });
const list = (key: string): QueryFlag => ({ key, kind: "list" });
const json = (key: string): BodyField => ({ key, kind: "json" });
const word = (key: string): BodyField => ({ key, kind: "text" });
const number = (key: string): BodyField => ({ key, kind: "number" });

type Words = readonly [name: string, path: string, description: string];

const get = ([name, path, description]: Words, query: readonly QueryFlag[] = []): Operation => ({
  name,
  path,
  description,
  method: "GET",
  query,
});
const post = ([name, path, description]: Words, fields: readonly BodyField[] = []): Operation => ({
  name,
  path,
  description,
  method: "POST",
  fields,
});
const remove = ([name, path, description]: Words): Operation => ({
  name,
  path,
  description,
  method: "DELETE",
});

const range = [text("from"), text("until")];
const page = [text("cursor"), text("limit")];
const bulkFields = [
  json("selection"),
  word("kind"),
  word("name"),
  word("by"),
  number("perMinute"),
  number("holdAfter"),
];
const ofFunction = "/functions/{function-slug}";
const ofBulk = "/bulks/{bulk-id}";
const ofGroup = "/failures/{failure-group}";

export const runSearch: readonly QueryFlag[] = [
  ...[text("eventName"), text("query"), text("expression"), text("tookFromMs"), text("tookUntilMs")],
  ...[text("replayId"), text("parentRunId"), text("originalRunId"), text("failureGroup")],
];

const eventOperations: readonly Operation[] = [
  get(
    ["get-events", "/events", "events, newest first"],
    [
      ...[text("name"), ...range, { key: "includeInternal", kind: "switch" as const }, text("query")],
      ...[text("expression"), ...page],
    ],
  ),
  get(["get-event", "/events/{event-id}", "one event"]),
  get(["get-event-outcomes", "/events/{event-id}/outcomes", "why each function ran or did not"]),
  get(["get-event-names", "/event-names", "names of events received lately or listened to"]),
  get(["get-event-fields", "/event-fields", "fields that the last events have"], [text("name")]),
  get(["get-wait-misses", "/runs/{run-id}/steps/{step-id}/misses", "events that a wait did not match"]),
  post(
    ["test-expression", "/expressions/test", "what an expression would match"],
    [...[word("eventName"), word("current"), word("edited"), number("from"), number("limit")]],
  ),
];

const bulkOperations: readonly Operation[] = [
  get(["get-bulks", "/bulks", "bulk operations, newest first"], [list("kind"), list("status"), ...page]),
  get(["get-bulk", ofBulk, "one bulk operation"]),
  post(["start-bulk", "/bulks", "cancel or replay all runs of a selection"], bulkFields),
  post(["preview-bulk", "/bulks/preview", "how many runs a bulk operation would mean"], bulkFields),
  post(["hold-bulk", `${ofBulk}/hold`, "let a bulk operation pause"]),
  post(["resume-bulk", `${ofBulk}/resume`, "let a held bulk operation go on"]),
  post(["stop-bulk", `${ofBulk}/stop`, "end a bulk operation"]),
  remove(["remove-bulk", ofBulk, "end a bulk operation and take it off the list"]),
];

const functionOperations: readonly Operation[] = [
  get(["get-all-functions", "/functions", "functions of all apps"], [text("appId")]),
  get(["get-function-by-slug", ofFunction, "one function, named by its slug"]),
  get(
    ["get-function-runs-by-slug", `${ofFunction}/runs`, "a function's runs, named by its slug"],
    [...[...page, ...range, list("status"), text("order"), ...runSearch]],
  ),
  post(
    ["pause-function", `${ofFunction}/pause`, "start no more runs, hold open ones"],
    [...[word("by"), json("cancelRuns")]],
  ),
  post(["resume-function", `${ofFunction}/resume`, "start runs again"]),
  post(["drain-function", `${ofFunction}/drain`, "start no more runs, let open ones end"], [json("on")]),
  get(["get-function-limits", `${ofFunction}/limits`, "limits by key"]),
  post(
    ["set-override", `${ofFunction}/overrides`, "another number in the place of a limit"],
    [...[word("limit"), number("value"), word("reason"), word("by"), word("until")]],
  ),
  remove(["remove-override", `${ofFunction}/overrides/{limit}`, "the app's own number again"]),
];

const appOperations: readonly Operation[] = [
  post(["add-app", "/apps", "add an app by its address; it goes into --body"]),
  remove(["remove-app", "/apps/{app-id}", "remove an app"]),
  get(["get-syncs", "/syncs", "syncs, newest first, with what each changed"], [text("appId")]),
  post(["check-app", "/apps/{app-id}/checks", "look at an app step by step"]),
];

const failureOperations: readonly Operation[] = [
  get(["get-failures", "/failures", "failed runs in groups of one cause"], range),
  post(["close-failures", `${ofGroup}/close`, "close a group until it fails again"], [word("by")]),
  post(["reopen-failures", `${ofGroup}/reopen`, "take the closing of a group back"], [word("by")]),
  post(["mute-failures", `${ofGroup}/mute`, "mute a group"], [word("by")]),
  post(["unmute-failures", `${ofGroup}/unmute`, "take the muting of a group back"], [word("by")]),
  get(
    ["get-run-figures", "/figures/runs", "counts of runs by status and over time"],
    [
      ...[...range, list("status"), list("appId"), list("functionId"), text("timeField"), text("buckets")],
      ...runSearch,
    ],
  ),
  get(
    ["get-overview", "/figures/overview", "throughput, failures, queue delay"],
    [...range, text("buckets")],
  ),
];

export const ownOperations: readonly Operation[] = [
  ...eventOperations,
  ...bulkOperations,
  ...functionOperations,
  ...appOperations,
  ...failureOperations,
];
