// One event to send: its name with those that are known, its data with the shape of past ones, and what else senders
// may set.

import {
  type EventView,
  isJsonObject,
  type JsonObject,
  type SendEventRequest,
} from "@stepwell/protocol/rest";
import { counted } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Icon } from "../drawing/icon.tsx";
import { JsonField, jsonOf } from "../drawing/json-field.tsx";
import { eventNamesQuery } from "./event-queries.ts";
import { sendEvents } from "./send-events.ts";

export interface SendOneProps {
  readonly like?: EventView;
  readonly as?: string;
  readonly onSent: (ids: readonly string[]) => void;
  readonly onClose: () => void;
}

interface Draft {
  readonly name: string;
  readonly data: string;
  readonly id: string;
  readonly user: string;
}

function draftOf(like: EventView | undefined, as: string | undefined): Draft {
  return {
    name: as ?? like?.name ?? "",
    data: JSON.stringify(like?.data ?? {}, null, 2),
    // A repeated id would make the event a duplicate, which starts nothing.
    id: "",
    user: like?.user === undefined ? "" : JSON.stringify(like.user, null, 2),
  };
}

/** The event, or why it is none yet. */
function eventOf(draft: Draft): SendEventRequest | string {
  const name = draft.name.trim();
  if (name === "") return "Give the event a name, such as user/signup.completed.";
  if (name.startsWith("inngest/")) return "Names that begin with inngest/ are the engine's own.";
  const data = jsonOf(draft.data.trim() === "" ? "{}" : draft.data);
  if (data === undefined) return "The data is no JSON yet.";
  if (!isJsonObject(data)) return "The data must be an object: { … }.";
  const user: JsonObject | string | undefined = userOf(draft.user);
  if (typeof user === "string") return user;
  return {
    name,
    data,
    ...(draft.id.trim() === "" ? {} : { id: draft.id.trim() }),
    ...(user === undefined ? {} : { user }),
  };
}

function userOf(text: string): JsonObject | string | undefined {
  if (text.trim() === "") return undefined;
  const user = jsonOf(text);
  return isJsonObject(user) ? user : "The user must be an object: { … }.";
}

export function SendOne({ like, as, onSent, onClose }: SendOneProps): ReactNode {
  const [draft, setDraft] = useState(() => draftOf(like, as));
  const [isTouched, setTouched] = useState(like !== undefined);
  const [showMore, setShowMore] = useState(draft.user !== "");
  const [refusal, setRefusal] = useState<string | undefined>();
  const [isSending, setSending] = useState(false);
  const nameField = useRef<HTMLInputElement>(null);
  // An event to begin with is read after the dialog has opened.
  useEffect(() => nameField.current?.focus(), []);
  const names = useQuery(eventNamesQuery());
  const known = names.data?.find((item) => item.name === draft.name.trim());
  const event = eventOf(draft);
  const send = (): void => {
    if (typeof event === "string") {
      setRefusal(event);
      return;
    }
    setSending(true);
    setRefusal(undefined);
    sendEvents([event]).then(onSent, (error: Error) => {
      setRefusal(error.message);
      setSending(false);
    });
  };
  const nameIt = (name: string): void => {
    const sample = names.data?.find((item) => item.name === name)?.sample;
    setDraft({
      ...draft,
      name,
      ...(isTouched || sample === undefined ? {} : { data: JSON.stringify(sample, null, 2) }),
    });
  };
  return (
    <form
      className="send-form"
      onSubmit={(submit) => {
        submit.preventDefault();
        send();
      }}
      onKeyDown={(key) => {
        if (key.key === "Enter" && (key.metaKey || key.ctrlKey)) send();
      }}
    >
      <label className="field">
        <span>
          Name <span className="muted">{listenersOf(draft.name, known?.functions)}</span>
        </span>
        <input
          className="input"
          data-focus=""
          ref={nameField}
          list="known-event-names"
          value={draft.name}
          spellCheck={false}
          autoComplete="off"
          onChange={({ target }) => nameIt(target.value)}
        />
      </label>
      <datalist id="known-event-names">
        {names.data?.map((item) => (
          <option key={item.name} value={item.name} />
        ))}
      </datalist>
      <JsonField
        label="Data"
        text={draft.data}
        rows={12}
        {...(isTouched || known?.sample === undefined ? {} : { hint: "as the newest one had it" })}
        problem={isJsonObject(jsonOf(draft.data)) ? undefined : "The data must be an object: { … }."}
        onChange={(data) => {
          setTouched(true);
          setDraft({ ...draft, data });
        }}
      />
      {showMore ? (
        <>
          <label className="field">
            <span>
              Id <span className="muted">events with the same id start each function once in 24 hours</span>
            </span>
            <input
              className="input"
              value={draft.id}
              spellCheck={false}
              autoComplete="off"
              onChange={({ target }) => setDraft({ ...draft, id: target.value })}
            />
          </label>
          <JsonField
            label="User"
            text={draft.user}
            rows={4}
            onChange={(user) => setDraft({ ...draft, user })}
          />
        </>
      ) : null}
      <p className="err" role="alert">
        {refusal ?? ""}
      </p>
      <div className="row buttons">
        {showMore ? null : (
          <button type="button" className="btn ghost" onClick={() => setShowMore(true)}>
            Id and user…
          </button>
        )}
        <button type="button" className="btn end" onClick={onClose}>
          Close
        </button>
        <button type="submit" className="btn strong" disabled={isSending}>
          <Icon name="send" />
          Send event <kbd>⌘↵</kbd>
        </button>
      </div>
    </form>
  );
}

function listenersOf(name: string, functions: number | undefined): string {
  if (name.trim() === "" || functions === undefined) return "";
  return functions === 0
    ? "nobody listens to it"
    : `${counted(functions, "function listens", "functions listen")} to it`;
}
