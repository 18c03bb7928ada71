// Singleton: at most one unfinished run per key (semantics C12). Its limit state names the run that holds it and, in
// cancel mode, the run that begins once that one has ended.

import type { RunId } from "@stepwell/protocol";
import { keyPart } from "../schedule/lane.ts";
import type { Admission } from "./admission.ts";

export type SingletonClaim =
  /** The event has no singleton to mind. */
  | { readonly kind: "none" }
  | { readonly kind: "free"; readonly key: string }
  /** Skip mode, and a run holds it. */
  | { readonly kind: "held"; readonly key: string; readonly runId: RunId }
  /** Cancel mode: a run holds it and is cancelled, and so is one that waits behind it. */
  | {
      readonly kind: "succeeds";
      readonly key: string;
      readonly runId: RunId;
      readonly cancels: readonly RunId[];
    };

/** A key that is missing, or that cannot be evaluated, makes no singleton of the event (semantics C12.4). */
export function claimSingleton(admission: Admission): SingletonClaim {
  const { singleton, id } = admission.settings;
  if (singleton === undefined) return { kind: "none" };
  let value = "";
  if (singleton.key !== undefined) {
    const read = admission.keys.read("singleton.key", singleton.key);
    if (read.kind !== "value") return { kind: "none" };
    value = read.text;
  }
  const key = `${id}/singleton/${keyPart(value)}`;
  const state = admission.limit("singleton", key);
  if (state === undefined) return { kind: "free", key };
  if (singleton.mode === "skip") return { kind: "held", key, runId: state.runId };
  const cancels = state.next === undefined ? [state.runId] : [state.next.runId];
  return { kind: "succeeds", key, runId: state.runId, cancels };
}
