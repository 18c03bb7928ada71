// Sends events (spec §6.3): one from a form, or several by paste or file. Afterwards the same sheet shows what they
// started.

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { eventQuery } from "../api/queries.ts";
import { Skeleton } from "../drawing/notices.tsx";
import { Dialog } from "../frame/dialog.tsx";
import { SendMany } from "./send-many.tsx";
import { SendOne } from "./send-one.tsx";
import { SentEvents } from "./sent-events.tsx";

export interface SendDialogProps {
  /** `new`, `many`, or the id of the event to begin with. */
  readonly from: string;
  /** A name in place of the first event's. */
  readonly as?: string;
  readonly onClose: () => void;
}

export function SendDialog({ from, as, onClose }: SendDialogProps): ReactNode {
  const [mode, setMode] = useState<"one" | "many">(from === "many" ? "many" : "one");
  const [sentIds, setSentIds] = useState<readonly string[] | undefined>();
  return (
    <Dialog title="Send events" onClose={onClose} wide className="send-dialog">
      <div className="dialog-head row">
        <h2>{sentIds === undefined ? "Send" : "Sent"}</h2>
        {sentIds === undefined ? (
          <span className="seg">
            <button type="button" aria-pressed={mode === "one"} onClick={() => setMode("one")}>
              One event
            </button>
            <button type="button" aria-pressed={mode === "many"} onClick={() => setMode("many")}>
              Several
            </button>
          </span>
        ) : null}
      </div>
      {sentIds !== undefined ? (
        <SentEvents ids={sentIds} onClose={onClose} onMore={() => setSentIds(undefined)} />
      ) : mode === "many" ? (
        <SendMany onSent={setSentIds} onClose={onClose} />
      ) : (
        <Prefilled from={from} as={as} onSent={setSentIds} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface PrefilledProps {
  readonly from: string;
  readonly as: string | undefined;
  readonly onSent: (ids: readonly string[]) => void;
  readonly onClose: () => void;
}

/** An event to begin with has to be read first, with its data whole. */
function Prefilled({ from, as, onSent, onClose }: PrefilledProps): ReactNode {
  const isNew = from === "new" || from === "many";
  const event = useQuery({ ...eventQuery(from), enabled: !isNew });
  if (!isNew && event.data === undefined && event.error === null) return <Skeleton rows={4} />;
  return (
    <SendOne
      {...(event.data === undefined ? {} : { like: event.data })}
      {...(as === undefined ? {} : { as })}
      onSent={onSent}
      onClose={onClose}
    />
  );
}
