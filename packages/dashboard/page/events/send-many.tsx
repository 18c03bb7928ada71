// Several events to send: pasted or from a file, counted by name before they go.

import { bytes, count, counted } from "@stepwell/protocol/words";
import { type ReactNode, useMemo, useState } from "react";
import { Icon } from "../drawing/icon.tsx";
import { parseEvents } from "./parse-events.ts";
import { sendEvents } from "./send-events.ts";

const shownMax = 100_000;
const namesShown = 6;

export interface SendManyProps {
  readonly onSent: (ids: readonly string[]) => void;
  readonly onClose: () => void;
}

export function SendMany({ onSent, onClose }: SendManyProps): ReactNode {
  const [text, setText] = useState("");
  const [file, setFile] = useState<string | undefined>();
  const [refusal, setRefusal] = useState<string | undefined>();
  const [isSending, setSending] = useState(false);
  const parsed = useMemo(() => parseEvents(text), [text]);
  const take = (chosen: File | undefined): void => {
    if (chosen === undefined) return;
    chosen.text().then(
      (content) => {
        setText(content);
        setFile(`${chosen.name}, ${bytes(chosen.size)}`);
      },
      () => setRefusal(`The browser could not read ${chosen.name}.`),
    );
  };
  const send = (): void => {
    if (parsed.kind === "invalid") {
      setRefusal(parsed.reason);
      return;
    }
    setSending(true);
    setRefusal(undefined);
    sendEvents(parsed.value).then(onSent, (error: Error) => {
      setRefusal(error.message);
      setSending(false);
    });
  };
  const events = parsed.kind === "parsed" ? parsed.value : [];
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
      onDragOver={(drag) => drag.preventDefault()}
      onDrop={(drop) => {
        drop.preventDefault();
        take(drop.dataTransfer.files[0]);
      }}
    >
      <div className="field">
        <div className="row">
          <label htmlFor="many-events">Events</label>
          <span className="muted">a JSON list, or one JSON object a line</span>
          <label className="btn end file-button">
            <Icon name="plus" />
            From a file…
            <input
              type="file"
              className="sr"
              accept=".json,.jsonl,.ndjson,.txt,application/json"
              onChange={({ target }) => take(target.files?.[0])}
            />
          </label>
        </div>
        {text.length > shownMax ? (
          <p className="card file-card row">
            <Icon name="events" />
            {file ?? `${bytes(text.length)} of text`}
            <button type="button" className="btn ghost end" onClick={() => setText("")}>
              Empty
            </button>
          </p>
        ) : (
          <textarea
            id="many-events"
            className="input code"
            rows={14}
            value={text}
            spellCheck={false}
            data-focus=""
            placeholder={
              '{ "name": "user/signup.completed", "data": { "plan": "team" } }\n{ "name": "user/signup.completed", "data": { "plan": "free" } }'
            }
            onChange={({ target }) => {
              setText(target.value);
              setFile(undefined);
            }}
          />
        )}
      </div>
      {parsed.kind === "parsed" ? <Names names={events.map((event) => event.name)} /> : null}
      <p className="err" role="alert">
        {refusal ?? (parsed.kind === "invalid" && text.trim() !== "" ? parsed.reason : "")}
      </p>
      <div className="row buttons">
        <button type="button" className="btn end" onClick={onClose}>
          Close
        </button>
        <button type="submit" className="btn strong" disabled={isSending || events.length === 0}>
          <Icon name="send" />
          Send {counted(events.length, "event")} <kbd>⌘↵</kbd>
        </button>
      </div>
    </form>
  );
}

function Names({ names }: { readonly names: readonly string[] }): ReactNode {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sorted = [...counts].sort((left, right) => right[1] - left[1]);
  return (
    <p className="soft small names">
      {sorted.slice(0, namesShown).map(([name, times]) => (
        <span className="tag" key={name}>
          {name} × {count(times)}
        </span>
      ))}
      {sorted.length > namesShown ? `and ${counted(sorted.length - namesShown, "more name")}` : null}
    </p>
  );
}
