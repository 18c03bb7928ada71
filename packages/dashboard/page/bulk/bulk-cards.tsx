// At the foot of the side: the bulk operations that are not finished, each with how far it is.

import { isBulkFinished } from "@stepwell/protocol/rest";
import { bulkTitle, count } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { PageLink } from "../drawing/page-link.tsx";
import { BulkBar } from "./bulk-mark.tsx";
import { bulksQuery } from "./bulk-queries.ts";

const shownMax = 2;

export function BulkCards(): ReactNode {
  const bulks = useQuery(bulksQuery()).data?.data ?? [];
  const live = bulks.filter((bulk) => !isBulkFinished(bulk.status));
  return (
    <>
      {live.slice(0, shownMax).map((bulk) => {
        const { done, total } = bulk.counts;
        const word = bulk.status === "HELD" ? "Held" : bulk.kind === "cancel" ? "Cancelling" : "Replaying";
        return (
          <PageLink key={bulk.id} className="bulk-action" to={`/bulk/${bulk.id}`}>
            <span className="row">
              <b className="b">{word}</b>
              <span className="end soft">
                {count(done)}
                {total === undefined ? "" : ` of ${count(total)}`}
              </span>
            </span>
            <BulkBar bulk={bulk} />
            <span className="muted cut">{bulkTitle(bulk)}</span>
          </PageLink>
        );
      })}
      {live.length > shownMax ? (
        <PageLink className="link small" to="/bulk">
          {count(live.length - shownMax)} more
        </PageLink>
      ) : null}
    </>
  );
}
