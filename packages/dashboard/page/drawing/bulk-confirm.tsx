// Asks before many runs are cancelled or replayed (spec §5 Confirm): counts them at that moment, says what starts and
// what stays, and by default does a first few before the rest.

import {
  type BulkPreview,
  type BulkRequest,
  type BulkView,
  bulkPreviewPath,
  bulksPath,
} from "@stepwell/protocol/rest";
import { count, counted } from "@stepwell/protocol/words";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { change } from "../api/request.ts";
import { Confirm } from "../frame/confirm.tsx";
import { Dialog } from "../frame/dialog.tsx";
import { useToast } from "../frame/toast.tsx";

/** So many are done before somebody is asked about the rest. */
export const firstFew = 5;
const askAgainAbove = 20;
const typeAbove = 10_000;
const typeCancelAbove = 100;

export interface BulkConfirmProps {
  readonly request: BulkRequest;
  readonly onClose: () => void;
  readonly onStarted?: (bulk: BulkView) => void;
}

export function BulkConfirm({ request, onClose, onStarted }: BulkConfirmProps): ReactNode {
  const preview = useQuery({
    queryKey: ["bulk-preview", request],
    queryFn: () => change<BulkPreview>("POST", bulkPreviewPath, request),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  if (preview.error !== null)
    return (
      <Dialog title="It cannot be counted" onClose={onClose}>
        <div className="confirm">
          <h2>It cannot be counted</h2>
          <p>{preview.error.message}</p>
          <div className="row buttons">
            <button type="button" className="btn end" onClick={onClose}>
              Close
            </button>
          </div>
        </div>
      </Dialog>
    );
  if (preview.data === undefined)
    return (
      <Dialog title="Counting" onClose={onClose}>
        <p className="confirm" role="status">
          Counting the runs…
        </p>
      </Dialog>
    );
  return <Counted preview={preview.data} request={request} onClose={onClose} onStarted={onStarted} />;
}

function Counted({
  preview,
  request,
  onClose,
  onStarted,
}: {
  readonly preview: BulkPreview;
  readonly request: BulkRequest;
  readonly onClose: () => void;
  readonly onStarted: BulkConfirmProps["onStarted"];
}): ReactNode {
  const total = preview.count;
  const isReplay = request.kind === "replay";
  const [isCareful, setCareful] = useState(
    isReplay && total > firstFew && (request.holdAfter !== undefined || total > askAgainAbove),
  );
  const client = useQueryClient();
  const toast = useToast();
  const number = preview.isComplete ? count(total) : `at least ${count(total)}`;
  const runs = total === 1 ? "run" : "runs";
  const start = (): void => {
    const { holdAfter: _, ...whole } = request;
    const full: BulkRequest = isCareful ? { ...whole, holdAfter: firstFew } : whole;
    change<BulkView>("POST", bulksPath(), full).then(
      (bulk) => {
        void client.invalidateQueries({ queryKey: ["bulks"] });
        toast({
          kind: "done",
          text: `${isReplay ? "Replaying" : "Cancelling"} ${isCareful ? `the first ${firstFew} of ` : ""}${number} ${runs}`,
          to: `/bulk/${bulk.id}`,
        });
        onStarted?.(bulk);
      },
      (error: unknown) =>
        toast({ kind: "refused", text: error instanceof Error ? error.message : "It did not start." }),
    );
  };
  if (total === 0)
    return (
      <Confirm
        title={isReplay ? "No run can be replayed" : "No run can be cancelled"}
        keep="Close"
        deed="Close"
        onClose={onClose}
        onConfirm={() => undefined}
      >
        <p>{isReplay ? "None of them has ended." : "All of them have ended already."}</p>
      </Confirm>
    );
  return (
    <Confirm
      title={`${isReplay ? "Replay" : "Cancel"} ${number} ${runs}?`}
      keep={isReplay ? "Do not replay" : `Keep ${total === 1 ? "it" : "them"}`}
      deed={`${isReplay ? "Replay" : "Cancel"} ${isCareful ? `the first ${firstFew}` : number}`}
      danger={!isReplay}
      typed={total > typeAbove || (!isReplay && total > typeCancelAbove) ? total : undefined}
      onClose={onClose}
      onConfirm={start}
    >
      {isReplay ? (
        <p>
          Starts {counted(total, "new run")} with the same events and the code of now. The old runs stay as
          they are; what they did outside of their steps happens twice.
        </p>
      ) : (
        <p>
          They stop before their next step. Steps that run now finish, and finished steps keep their results.
        </p>
      )}
      {isReplay && total > firstFew ? (
        <label className="row">
          <input type="checkbox" checked={isCareful} onChange={({ target }) => setCareful(target.checked)} />
          First {firstFew}, then ask me
        </label>
      ) : null}
    </Confirm>
  );
}
