// A bulk operation's state as icon and word, and its progress as a bar.

import type { BulkView } from "@stepwell/protocol/rest";
import { bulkShare } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
import { Icon } from "../drawing/icon.tsx";
import { StateMark } from "../drawing/state-mark.tsx";

export function BulkMark({
  status,
  big = false,
}: {
  readonly status: BulkView["status"];
  readonly big?: boolean;
}): ReactNode {
  switch (status) {
    case "RUNNING":
      return <StateMark state="running" big={big} />;
    case "HELD":
      return (
        <span className={big ? "st queued big" : "st queued"}>
          <Icon name="paused" />
          <span className="w-word">Held</span>
        </span>
      );
    case "STOPPED":
      return <StateMark state="cancelled" word="Stopped" big={big} />;
    case "DONE":
      return <StateMark state="completed" word="Done" big={big} />;
  }
}

export function BulkBar({ bulk }: { readonly bulk: BulkView }): ReactNode {
  const { total = 0, done, skipped } = bulk.counts;
  const width = (part: number): string =>
    `${total === 0 ? (part > 0 ? 100 : bulkShare(bulk) * 100) : Math.min(100, (part / total) * 100)}%`;
  return (
    <span
      className="bar bulk-bar"
      role="progressbar"
      aria-label="Progress"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(bulkShare(bulk) * 100)}
    >
      <i className={bulk.status === "RUNNING" ? "" : "kept"} style={{ width: width(done) }} />
      {total === 0 ? null : <i className="skipped" style={{ width: width(skipped) }} />}
    </span>
  );
}
