// Invokes a function with data, as another function would: its filter is not asked, its limits count.

import {
  type EventView,
  eventsPath,
  type FunctionView,
  type InvokeAnswer,
  invokePath,
  isJsonObject,
} from "@stepwell/protocol/rest";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { change, readList } from "../api/request.ts";
import { Icon } from "../drawing/icon.tsx";
import { JsonField, jsonOf } from "../drawing/json-field.tsx";
import { Dialog } from "../frame/dialog.tsx";
import { useToast } from "../frame/toast.tsx";

export function InvokeDialog({
  fn,
  onClose,
}: {
  readonly fn: FunctionView;
  readonly onClose: () => void;
}): ReactNode {
  const newest = useNewestEvent(fn);
  const [text, setText] = useState("{}");
  const [isTouched, setTouched] = useState(false);
  useEffect(() => {
    if (newest !== undefined && !isTouched) setText(JSON.stringify(newest, null, 2));
  }, [newest, isTouched]);
  const [refusal, setRefusal] = useState<string | undefined>();
  const [isSending, setSending] = useState(false);
  const navigate = useNavigate();
  const toast = useToast();
  const data = jsonOf(text);
  const invoke = (): void => {
    if (!isJsonObject(data)) return;
    setSending(true);
    change<InvokeAnswer>("POST", invokePath(fn.slug), { data }).then(
      (answer) => {
        if (answer.runId !== undefined) void navigate({ to: `/runs/${answer.runId}` } as never);
        else if (answer.eventId !== undefined) void navigate({ to: `/events/${answer.eventId}` } as never);
        else {
          onClose();
          toast({ kind: "done", text: `${fn.name} is invoked; its run starts later.` });
        }
      },
      (error: Error) => {
        setRefusal(error.message);
        setSending(false);
      },
    );
  };
  return (
    <Dialog title={`Invoke ${fn.name}`} onClose={onClose} wide>
      <div className="dialog-head">
        <h2>Invoke {fn.name}</h2>
      </div>
      <form
        className="send-form"
        onSubmit={(submit) => {
          submit.preventDefault();
          invoke();
        }}
        onKeyDown={(key) => {
          if (key.key === "Enter" && (key.metaKey || key.ctrlKey)) invoke();
        }}
      >
        <p className="soft">
          One run starts with this as <code>event.data</code>. Filters are not asked; limits count.
        </p>
        <JsonField
          label="Data"
          isFirst
          text={text}
          rows={14}
          {...(newest === undefined || isTouched ? {} : { hint: "as the newest event had it" })}
          problem={
            data === undefined || isJsonObject(data) ? undefined : "The data must be an object: { … }."
          }
          onChange={(next) => {
            setTouched(true);
            setText(next);
          }}
        />
        <p className="err" role="alert">
          {refusal ?? ""}
        </p>
        <div className="row buttons">
          <button type="button" className="btn end" onClick={onClose}>
            Close
          </button>
          <button type="submit" className="btn strong" disabled={isSending || !isJsonObject(data)}>
            <Icon name="play" />
            Invoke <kbd>⌘↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The data of the newest event that triggers the function: a shape to begin with. */
function useNewestEvent(fn: FunctionView): EventView["data"] {
  const name = fn.triggers.find((trigger) => trigger.type === "EVENT")?.value;
  const newest = useQuery({
    queryKey: ["newest-event", name],
    queryFn: ({ signal }) => readList<EventView>(eventsPath({ name: name ?? "", limit: 1 }), signal),
    enabled: name !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return newest.data?.data[0]?.data;
}
