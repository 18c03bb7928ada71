// Sessions travel with what a run sends and invokes (semantics A13.5): as a layer of their own beside those that the
// author gives, merged by the server.

import { type JsonObject, mergeSessions } from "@stepwell/protocol";
import type { Environment } from "./environment.ts";

/** The sessions that a run hands down, by key. */
export type RunSessions = Readonly<Record<string, string>>;

/** What an author may say of an event beside its data. */
export interface EventMeta {
  /** Sessions by key; null removes an inherited one, null in place of all removes every inherited one. */
  readonly sessions?: Readonly<Record<string, string | number | null>> | null;
}

/** Whether runs hand their sessions down: option, then variable, then yes. */
export function propagatesSessions(option: boolean | undefined, environment: Environment): boolean {
  return option ?? !/^(0|false|no|off)$/i.test(environment["INNGEST_SESSION_PROPAGATION"]?.trim() ?? "");
}

/**
 * The event's meta with the inherited layer; one that is there already stays.
 *
 * @throws Error when the author's sessions are none that a server would accept.
 */
export function withInherited(
  meta: JsonObject | undefined,
  sessions: RunSessions | undefined,
): JsonObject | undefined {
  const own = mergeSessions(meta ?? {});
  if (own.kind === "invalid") throw new Error(`The event cannot be sent: ${own.reason}.`);
  const isNothing = sessions === undefined || Object.keys(sessions).length === 0;
  if (isNothing || meta?.["propagated_sessions"] !== undefined) return meta;
  return { ...meta, propagated_sessions: { ...sessions } };
}
