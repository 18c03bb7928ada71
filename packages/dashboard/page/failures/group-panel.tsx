// One group of failures: facts, replay, and its newest example.

import type { BulkView, FailureGroup } from "@stepwell/protocol/rest";
import { at, count, moment, shortDuration } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
import { ErrorDetail } from "../drawing/error-view.tsx";
import { Icon } from "../drawing/icon.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { writeSearch } from "../frame/url-state.ts";
import { writePair } from "../runs/query-tokens.ts";
import { shortId } from "../words/short-id.ts";
import { GroupReplay } from "./group-replay.tsx";
import { GroupTitle } from "./group-row.tsx";

/** The list of the group's runs. */
export function groupRuns(group: FailureGroup, time: string | undefined): string {
  return `/runs${writeSearch({ view: "failed", q: writePair("group", group.id), t: time })}`;
}

export function GroupPanel({
  group,
  replay,
  now,
  time,
}: {
  readonly group: FailureGroup;
  readonly replay: BulkView | undefined;
  readonly now: number;
  readonly time: string | undefined;
}): ReactNode {
  return (
    <>
      <div className="sec">
        <h2 className="panel-title">
          <span>
            <GroupTitle group={group} />
          </span>
        </h2>
        <div className="facts">
          <span>
            <i>Runs</i>
            <PageLink className="link" to={groupRuns(group, time)}>
              {count(group.count)}
            </PageLink>
          </span>
          <span>
            <i>First</i>
            {moment(at(group.firstAt), now)}
          </span>
          <span>
            <i>Last</i>
            {shortDuration(now - at(group.lastAt))} ago
          </span>
          <span>
            <i>Function</i>
            <PageLink className="link" to={`/functions/${encodeURIComponent(group.function.slug)}`}>
              <bdi>{group.function.name}</bdi>
            </PageLink>
          </span>
        </div>
      </div>
      <GroupReplay key={group.id} group={group} replay={replay} />
      <section className="sec">
        <h2>
          Newest example <span className="n">run {shortId(group.newestRunId)}</span>
          <PageLink className="btn ghost end" to={`/runs/${group.newestRunId}`}>
            Open <Icon name="arrow" />
          </PageLink>
        </h2>
        <ErrorDetail error={group.error} />
      </section>
    </>
  );
}
