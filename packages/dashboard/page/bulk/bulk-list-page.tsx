// The bulk operations, newest first, each with how far it is.

import type { BulkView } from "@stepwell/protocol/rest";
import { at, bulkTitle, count, counted } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useServerNow } from "../api/server-clock.ts";
import { Cell, Grid, GridRow, type Title } from "../drawing/grid.tsx";
import { Age } from "../drawing/moment.tsx";
import { Empty, Failure, Skeleton } from "../drawing/notices.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { Snippet } from "../drawing/snippet.tsx";
import { Foot } from "../frame/foot.tsx";
import { useKeys } from "../frame/keys.ts";
import { View } from "../frame/view.tsx";
import { BulkBar, BulkMark } from "./bulk-mark.tsx";
import { bulksQuery } from "./bulk-queries.ts";

export function BulkListPage(): ReactNode {
  const bulks = useQuery(bulksQuery());
  const rows = bulks.data?.data ?? [];
  const live = rows.filter((bulk) => bulk.status === "RUNNING" || bulk.status === "HELD").length;
  return (
    <View title="Bulk actions">
      <div className="sec">
        <p className="sentence">
          {bulks.data === undefined
            ? "…"
            : live === 0
              ? "No bulk action runs at present."
              : `${counted(live, "bulk action is", "bulk actions are")} not finished. They go on after a restart.`}
        </p>
      </div>
      <div className="scroll">
        {bulks.error === null ? null : <Failure error={bulks.error} retry={() => void bulks.refetch()} />}
        {bulks.isPending ? <Skeleton rows={4} /> : null}
        {bulks.data !== undefined && rows.length === 0 ? <NoBulks /> : null}
        {rows.length === 0 ? null : <Rows rows={rows} />}
      </div>
      <Foot
        keys={[
          { keys: "j k", word: "move" },
          { keys: "↵", word: "open" },
        ]}
      >
        {counted(rows.length, "bulk action")}
      </Foot>
    </View>
  );
}

function Rows({ rows }: { readonly rows: readonly BulkView[] }): ReactNode {
  const now = useServerNow();
  const navigate = useNavigate();
  const [cursor, setCursor] = useState(0);
  const index = Math.min(cursor, rows.length - 1);
  const move = (by: number): void => setCursor(Math.min(rows.length - 1, Math.max(0, index + by)));
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    down: () => move(1),
    up: () => move(-1),
    enter: () => {
      const bulk = rows[index];
      if (bulk !== undefined) void navigate({ to: `/bulk/${bulk.id}` } as never);
    },
  });
  return (
    <Grid label="Bulk actions" className="bulk-rows" rowCount={rows.length} titles={titles}>
      {rows.map((bulk, row) => (
        <GridRow key={bulk.id} index={row} isCursor={row === index} onFocus={() => setCursor(row)}>
          <Cell>
            <BulkMark status={bulk.status} />
          </Cell>
          <Cell className="cut">
            <PageLink className="row-link b" to={`/bulk/${bulk.id}`} tabIndex={row === index ? 0 : -1}>
              <bdi>{bulkTitle(bulk)}</bdi>
            </PageLink>
            {bulk.by === undefined ? null : <span className="muted"> by {bulk.by}</span>}
          </Cell>
          <Cell className="c-bar">
            <BulkBar bulk={bulk} />
          </Cell>
          <Cell className="num">
            {count(bulk.counts.done)}
            {bulk.counts.total === undefined ? "" : ` of ${count(bulk.counts.total)}`}
          </Cell>
          <Cell className="num soft c-skipped">{count(bulk.counts.skipped)}</Cell>
          <Cell className="num muted">
            <Age then={at(bulk.createdAt)} now={now} />
          </Cell>
        </GridRow>
      ))}
    </Grid>
  );
}

const titles: readonly Title[] = [
  { text: "State" },
  { text: "Bulk action" },
  { text: "Progress" },
  { text: "Done", isNumber: true },
  { text: "Left out", isNumber: true },
  { text: "Begun", isNumber: true },
];

function NoBulks(): ReactNode {
  return (
    <Empty title="No bulk actions yet">
      <p>
        Cancel or replay many runs at once: select them in{" "}
        <PageLink className="link" to="/runs">
          Runs
        </PageLink>
        , or a group in{" "}
        <PageLink className="link" to="/failures">
          Failures
        </PageLink>
        . From the command line:
      </p>
      <Snippet
        text={"stepwell replay my-app-my-function --status failed --since 24h"}
        label="Copy the command"
      />
    </Empty>
  );
}
