// One function's admission of one event: what all of its rules read and write. A rule that needs what is not in
// memory names it, and the whole decision is made again once it is loaded.

import type { EventId } from "@stepwell/protocol";
import type { Change } from "../change.ts";
import type { Need } from "../decision.ts";
import type { Outcome } from "../model/admission.ts";
import { newControl } from "../model/control.ts";
import { invocationTarget, type StoredEvent } from "../model/event.ts";
import type { FunctionSettings } from "../model/function.ts";
import type { LimitState, LimitStateOf } from "../model/limit-state.ts";
import { invocationFailed } from "../route/invocation.ts";
import type { ShardState } from "../state.ts";
import { KeyReader } from "./keys.ts";

export class Admission {
  readonly state: ShardState;
  readonly settings: FunctionSettings;
  readonly event: StoredEvent;
  readonly now: number;
  readonly keys: KeyReader;
  readonly changes: Change[] = [];
  readonly needs: Need[] = [];

  constructor(state: ShardState, settings: FunctionSettings, event: StoredEvent, now: number) {
    this.state = state;
    this.settings = settings;
    this.event = event;
    this.now = now;
    this.keys = new KeyReader(event, now);
  }

  /**
   * What a limit remembers under a key; undefined when that is nothing, or is to be loaded first. After the latter
   * `isWaiting` is true, and what follows is thrown away.
   */
  limit<K extends LimitState["kind"]>(kind: K, key: string): LimitStateOf<K> | undefined {
    const state = this.state.limit(key);
    if (state === undefined) this.needs.push({ kind: "limit", key });
    if (state?.kind !== kind) return undefined;
    const isOver = state.expiresAt !== undefined && state.expiresAt <= this.now;
    // The kind was compared above.
    return isOver ? undefined : (state as LimitStateOf<K>);
  }

  get isWaiting(): boolean {
    return this.needs.length > 0;
  }

  putLimit(state: LimitState): void {
    this.changes.push({ kind: "limit.put", state });
  }

  removeLimit(key: string): void {
    this.changes.push({ kind: "limit.remove", key });
  }

  /** Keeps why the event did not start a run of its own, or what else there is to say of its start. */
  tell(reason: Outcome["reason"], eventId: EventId = this.event.id): void {
    const missingKeys = eventId === this.event.id ? this.keys.missing : [];
    const outcome: Outcome = {
      eventId,
      functionId: this.settings.id,
      reason,
      ...(missingKeys.length === 0 ? {} : { missingKeys }),
    };
    this.changes.push({ kind: "outcome.put", outcome });
  }

  /** Fails whoever invoked the function with this event, if anybody did (decisions row 4). */
  failInvoker(message: string): void {
    this.failInvokers([this.event], message);
  }

  /** As `failInvoker`, for all events that would have started the run together. */
  failInvokers(events: readonly StoredEvent[], message: string): void {
    for (const event of events) {
      const invokedBy = invocationTarget(event)?.invokedBy;
      if (invokedBy !== undefined) this.changes.push(invocationFailed(invokedBy, message, this.now));
    }
  }

  /** Remembers which keys found their fields: two rows at most per key, however many events come. */
  recordKeys(): void {
    const control = this.state.functions.control(this.settings.id) ?? newControl(this.settings.id);
    let { keys } = control;
    for (const { field, expression, isMissing } of this.keys.seen) {
      const known = keys.find((key) => key.field === field && key.expression === expression);
      if (known?.seen === "present" || (known !== undefined && isMissing)) continue;
      const others = keys.filter((key) => key.field !== field);
      keys = [...others, { field, expression, seen: isMissing ? "missing" : "present" }];
    }
    if (keys !== control.keys) this.changes.push({ kind: "control.put", control: { ...control, keys } });
  }
}

export type Admitted =
  | { readonly kind: "missing"; readonly needs: readonly Need[] }
  | { readonly kind: "admitted"; readonly changes: readonly Change[] };

/** What an admission came to, once its rules have been asked. */
export function admitted(admission: Admission): Admitted {
  if (admission.isWaiting) return { kind: "missing", needs: admission.needs };
  admission.recordKeys();
  return { kind: "admitted", changes: admission.changes };
}
