// Values that complete a place: words from fixed lists, files, and names and ids that the server knows. A server that
// does not answer at once has nothing to say.

import {
  type AppView,
  appsPath,
  type BulkView,
  bulksPath,
  type EventNameView,
  type EventView,
  eventNamesPath,
  eventsPath,
  type FailureGroup,
  type FunctionView,
  failuresPath,
  functionsPath,
  limitNames,
  type RunView,
  runStatuses,
  runsPath,
} from "@stepwell/protocol/rest";
import { age, at, effectsLine, errorLine, harmless, runState } from "@stepwell/protocol/words";
import type { RestClient } from "../client/rest-client.ts";
import { logLevels } from "../settings.ts";
import type { Candidate, ValuePlace } from "./complete.ts";

const plain = (words: readonly string[]): readonly Candidate[] =>
  words.map((value) => ({ value, description: "" }));

export type Values =
  | { readonly kind: "files" }
  | { readonly kind: "candidates"; readonly candidates: readonly Candidate[] };

/** Shown at once. */
const listed = 30;

/** @param client asked only where the place needs it. */
export async function valuesOf(
  { name, choices }: ValuePlace,
  client: () => RestClient,
  now: number,
): Promise<Values> {
  if (choices.length > 0) return { kind: "candidates", candidates: plain(choices) };
  if (["file", "path", "dir"].includes(name)) return { kind: "files" };
  try {
    return { kind: "candidates", candidates: await known(name, client, now) };
  } catch {
    // Nobody wants an error in the middle of a line.
    return { kind: "candidates", candidates: [] };
  }
}

async function known(name: string, client: () => RestClient, now: number): Promise<readonly Candidate[]> {
  switch (name) {
    case "status":
      return plain(runStatuses.map((status) => status.toLowerCase()));
    case "level":
      return plain(logLevels);
    case "limit":
      return plain(limitNames);
    case "slug":
    case "function":
    case "function-slug": {
      const { body } = await client().list<FunctionView>(functionsPath());
      return body.data.map((view) => ({ value: view.slug, description: view.name }));
    }
    case "app":
    case "app-id": {
      const { body } = await client().list<AppView>(appsPath());
      return body.data.flatMap((app) =>
        app.name === "" ? [] : [{ value: app.name, description: app.url ?? "" }],
      );
    }
    case "run-id": {
      const { body } = await client().list<RunView>(runsPath({ limit: listed, includeOutput: false }));
      return body.data.map((run) => ({
        value: run.id,
        description: `${runState(run)} ${run.function.slug}, ${age(at(run.queuedAt), now)}`,
      }));
    }
    case "event-id": {
      const { body } = await client().list<EventView>(eventsPath({ limit: listed }));
      return body.data.map((event) => ({
        value: event.id,
        description: `${event.name}, ${effectsLine(event.effects).text}, ${age(at(event.receivedAt), now)}`,
      }));
    }
    case "failure-group": {
      const { body } = await client().list<FailureGroup>(failuresPath());
      return body.data.map((group) => ({
        value: group.id,
        description: `${group.count} of ${group.function.slug}: ${errorLine(group.error)}`,
      }));
    }
    case "bulk-id": {
      const { body } = await client().list<BulkView>(bulksPath());
      return body.data.map((bulk) => ({
        value: bulk.id,
        description: `${bulk.kind}, ${bulk.status.toLowerCase()}, ${age(at(bulk.createdAt), now)}`,
      }));
    }
    case "event-name": {
      const { body } = await client().list<EventNameView>(eventNamesPath());
      return body.data.map((view) => ({ value: view.name, description: "" }));
    }
    default:
      return [];
  }
}

/** One line per candidate; a tab before what is said about it. */
export function candidateLines(candidates: readonly Candidate[]): string {
  return candidates
    .map(({ value, description }) =>
      description === "" ? `${harmless(value)}\n` : `${harmless(value)}\t${harmless(description)}\n`,
    )
    .join("");
}
