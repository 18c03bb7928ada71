// What a rule returns: facts to store and things to do once they are stored, or what must be loaded first.

import type { AppId, BulkId, CallRequest, EventId, JobId, RunId } from "@stepwell/protocol";
import type { Change } from "./change.ts";
import type { BoundSelection, Bulk } from "./model/bulk.ts";
import type { StoredEvent } from "./model/event.ts";

/** The answer to whoever gave the input. */
export type Reply =
  | { readonly kind: "ingested"; readonly ids: readonly EventId[] }
  | { readonly kind: "invoked"; readonly eventId: EventId }
  | { readonly kind: "unknown-function"; readonly reason: string }
  | { readonly kind: "recorded" }
  | { readonly kind: "stale" }
  | { readonly kind: "refused"; readonly reasons: readonly string[] }
  | { readonly kind: "cancelled" }
  | { readonly kind: "already-finished" }
  | { readonly kind: "unknown-run" }
  | { readonly kind: "started"; readonly runId: RunId }
  | { readonly kind: "delivered"; readonly runId: RunId | null }
  | { readonly kind: "synced"; readonly appId: AppId; readonly syncId: string; readonly modified: boolean }
  | { readonly kind: "unknown-step"; readonly reason: string }
  | { readonly kind: "bulk"; readonly bulk: Bulk }
  | { readonly kind: "unknown-bulk" }
  | { readonly kind: "done"; readonly found: boolean };

export type Effect =
  | { readonly kind: "call"; readonly request: CallRequest }
  | { readonly kind: "reply"; readonly reply: Reply }
  /** Something an author should know; `message` is a sentence. */
  | { readonly kind: "warn"; readonly message: string; readonly detail: Readonly<Record<string, unknown>> };

export type Need =
  | { readonly kind: "run"; readonly id: RunId }
  | { readonly kind: "event"; readonly id: EventId }
  | { readonly kind: "dedupe"; readonly key: string }
  | { readonly kind: "signal"; readonly name: string }
  | { readonly kind: "bulk"; readonly id: BulkId }
  /** A page of the runs that a bulk operation means, read once everything decided so far is stored. */
  | {
      readonly kind: "selection";
      readonly bulkId: BulkId;
      readonly selection: BoundSelection;
      readonly page?: string;
      readonly limit: number;
      readonly withEvents: boolean;
    }
  | { readonly kind: "limit"; readonly key: string }
  /** A job of the shard itself. */
  | { readonly kind: "job"; readonly id: JobId }
  /** The waits that the event may match. */
  | {
      readonly kind: "waits";
      readonly event: StoredEvent;
      /** Only waits whose id comes after this one. */
      readonly after: string;
      readonly limit: number;
    }
  /** Events by name after a receipt, read once everything decided so far is stored (semantics H8.9). */
  | {
      readonly kind: "scan";
      readonly eventName: string;
      readonly afterSequence: number;
      readonly receivedFrom: number;
      readonly limit: number;
    };

export type Decision =
  | { readonly kind: "decided"; readonly changes: readonly Change[]; readonly effects: readonly Effect[] }
  | { readonly kind: "missing"; readonly needs: readonly Need[] };

export function missing(...needs: readonly Need[]): Decision {
  return { kind: "missing", needs };
}

export function decided(changes: readonly Change[], effects: readonly Effect[] = []): Decision {
  return { kind: "decided", changes, effects };
}

export function replied(reply: Reply, changes: readonly Change[] = []): Decision {
  return { kind: "decided", changes, effects: [{ kind: "reply", reply }] };
}
