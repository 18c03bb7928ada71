// The bar that appears with the first selected run (spec §5): how many, all that match, and what to do with them.

import type { BulkRequest, RestBulkKind, RunsQuery } from "@stepwell/protocol/rest";
import { count, estimate } from "@stepwell/protocol/words";
import { type ReactNode, useState } from "react";
import { BulkConfirm } from "../drawing/bulk-confirm.tsx";
import { Icon } from "../drawing/icon.tsx";
import { useCommands } from "../frame/command.ts";
import { useKeys } from "../frame/keys.ts";
import { useToast } from "../frame/toast.tsx";
import { bulkOfQuery, bulkOfRuns } from "./bulk-request.ts";
import type { Selection } from "./selection.ts";

export interface BulkBarProps {
  readonly selection: Selection;
  readonly query: RunsQuery;
  readonly total: number | undefined;
  readonly totalIsEstimate: boolean;
}

export function BulkBar({ selection, query, total, totalIsEstimate }: BulkBarProps): ReactNode {
  const [request, setRequest] = useState<BulkRequest | undefined>();
  const toast = useToast();
  const ask = (kind: RestBulkKind): void => {
    const choice = selection.isAll ? bulkOfQuery(kind, query) : bulkOfRuns(kind, [...selection.ids]);
    if (choice.kind === "request") setRequest(choice.request);
    else toast({ kind: "refused", text: choice.reason });
  };
  useKeys({ r: () => ask("replay"), c: () => ask("cancel"), esc: selection.clear });
  useCommands([
    { title: "Replay the selected runs…", icon: "rerun", keys: ["r"], run: () => ask("replay") },
    { title: "Cancel the selected runs…", icon: "cancelled", keys: ["c"], run: () => ask("cancel") },
  ]);
  const all = total === undefined ? "" : `${estimate(total, totalIsEstimate)} `;
  return (
    <>
      <section className="bulk" aria-label="Selected runs">
        <b className="b nowrap">
          {selection.isAll ? `All ${all}that match` : `${count(selection.count)} selected`}
        </b>
        {selection.isAll || (total !== undefined && total <= selection.count) ? null : (
          <>
            <span className="rule" />
            <button type="button" className="link plain nowrap" onClick={selection.selectAll}>
              Select all {all}that match
            </button>
          </>
        )}
        <span className="rule" />
        <button type="button" className="btn" onClick={() => ask("replay")}>
          <Icon name="rerun" />
          Replay… <kbd>r</kbd>
        </button>
        <button type="button" className="btn" onClick={() => ask("cancel")}>
          <Icon name="cancelled" />
          Cancel… <kbd>c</kbd>
        </button>
        <button
          type="button"
          className="btn ghost icon"
          aria-label="Select nothing"
          onClick={selection.clear}
        >
          <Icon name="x" />
        </button>
      </section>
      {request === undefined ? null : (
        <BulkConfirm
          request={request}
          onClose={() => setRequest(undefined)}
          onStarted={() => selection.clear()}
        />
      )}
    </>
  );
}
