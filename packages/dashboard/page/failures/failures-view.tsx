// Failed runs in groups of what is most likely one cause (spec §6.6): the largest first, with what to do about it.

import type { BulkView, FailureGroup } from "@stepwell/protocol/rest";
import { counted, percent } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useLiveRefresh } from "../api/live.tsx";
import { failuresQuery, runFiguresQuery } from "../api/queries.ts";
import { serverNow, useServerNow } from "../api/server-clock.ts";
import { bulksQuery } from "../bulk/bulk-queries.ts";
import { Empty, Failure, Skeleton } from "../drawing/notices.tsx";
import { Words } from "../drawing/words.tsx";
import { Foot } from "../frame/foot.tsx";
import { useKeys } from "../frame/keys.ts";
import { Split } from "../frame/split.tsx";
import { readSearch, useUrlState } from "../frame/url-state.ts";
import { View } from "../frame/view.tsx";
import { spanChoices, spanOf, spanUsual } from "../runs/query-time.ts";
import { failuresSentence } from "./failures-sentence.ts";
import { GroupPanel, groupRuns } from "./group-panel.tsx";
import { GroupRow } from "./group-row.tsx";
import { groupStates, stateOfGroup } from "./group-state.ts";
import { useMarkGroup } from "./mark-group.ts";

const timeWords: Readonly<Record<string, string>> = {
  "1h": "in the last hour",
  "24h": "in the last 24 hours",
  "7d": "in the last 7 days",
  "30d": "in the last 30 days",
  all: "so far",
};

const stateWords = { open: "Open", closed: "Closed", muted: "Muted" } as const;
const emptyWords = {
  open: "All of them are closed or muted.",
  closed: "A group whose cause is mended can be closed; it opens again by itself if it fails again.",
  muted: "A group that needs nobody can be muted; it still counts, and no longer asks.",
} as const;

export function FailuresView(): ReactNode {
  const [url, patchUrl] = useUrlState();
  const now = useServerNow(5000);
  const time = url["t"] ?? spanUsual;
  const span = useMemo(() => spanOf(time, Math.floor(serverNow() / 60_000) * 60_000), [time]);
  const failures = useQuery(failuresQuery(span));
  const bulks = useQuery(bulksQuery()).data?.data ?? [];
  useLiveRefresh(["failures"], (change) => change.kind === "run" && change.status === "FAILED", 2000);
  const all = useMemo(
    () => [...(failures.data ?? [])].sort((left, right) => right.count - left.count),
    [failures.data],
  );
  const shown = groupStates.find((one) => one === url["view"]) ?? "open";
  const groups = all.filter((group) => stateOfGroup(group) === shown);
  const mark = useMarkGroup();
  const selected = groups.find(({ id }) => id === url["sel"]) ?? groups[0];
  const words = timeWords[time] ?? "in the chosen time";
  useGroupKeys(groups, selected, url["t"], (id) => patchUrl({ sel: id }));
  useKeys({
    m: () => selected !== undefined && mark(selected, stateOfGroup(selected) === "muted" ? "unmute" : "mute"),
  });
  if (failures.error !== null && failures.data === undefined)
    return (
      <View title="Failures">
        <Failure error={failures.error} retry={() => void failures.refetch()} />
      </View>
    );
  return (
    <View title="Failures">
      {groups.length === 0 ? null : (
        <div className="sec">
          <p className="sentence">
            <Words parts={failuresSentence(groups, words, now)} />
          </p>
        </div>
      )}
      <Split
        view="failures"
        label="Group of failures"
        panel={
          selected === undefined ? undefined : (
            <GroupPanel group={selected} replay={replayOf(selected, bulks)} now={now} time={url["t"]} />
          )
        }
      >
        <div className="column">
          <div className="tab-bar">
            <fieldset className="seg" aria-label="Which groups">
              {groupStates.map((state) => (
                <button
                  key={state}
                  type="button"
                  aria-pressed={state === shown}
                  onClick={() => patchUrl({ view: state === "open" ? undefined : state, sel: undefined })}
                >
                  {stateWords[state]}
                  <span className="muted">{all.filter((group) => stateOfGroup(group) === state).length}</span>
                </button>
              ))}
            </fieldset>
            <TimeChoice
              time={time}
              onChange={(t) => patchUrl({ t: t === spanUsual ? undefined : t }, "push")}
            />
          </div>
          <div className="scroll">
            {failures.isPending ? <Skeleton /> : null}
            {groups.map((group) => (
              <GroupRow
                key={group.id}
                group={group}
                now={now}
                isSelected={group === selected}
                tag={replayTag(replayOf(group, bulks))}
                onSelect={() => patchUrl({ sel: group.id })}
              />
            ))}
            {failures.data === undefined || groups.length > 0 ? null : all.length === 0 ? (
              <NothingFailed span={span} words={words} />
            ) : (
              <Empty title={`No group is ${shown}.`}>
                <p>{emptyWords[shown]}</p>
              </Empty>
            )}
          </div>
          <Foot
            keys={[
              { keys: "j k", word: "move" },
              { keys: "r", word: "replay" },
              { keys: "m", word: "mute" },
              { keys: "s", word: "show runs" },
              { keys: "↵", word: "newest run" },
            ]}
          >
            A group is: function, error name, message without its values
          </Foot>
        </div>
      </Split>
    </View>
  );
}

function useGroupKeys(
  groups: readonly FailureGroup[],
  selected: FailureGroup | undefined,
  time: string | undefined,
  select: (id: string) => void,
): void {
  const navigate = useNavigate();
  const index = selected === undefined ? 0 : groups.indexOf(selected);
  const move = (by: number) => () => {
    const next = groups[Math.max(0, Math.min(groups.length - 1, index + by))];
    if (next !== undefined) select(next.id);
  };
  useKeys({
    j: move(1),
    down: move(1),
    k: move(-1),
    up: move(-1),
    s: () => {
      if (selected === undefined) return;
      const [path = "", query = ""] = groupRuns(selected, time).split("?", 2);
      void navigate({ to: path, search: readSearch(query) as never });
    },
    enter: () => selected !== undefined && void navigate({ to: `/runs/${selected.newestRunId}` }),
  });
}

/** The newest replay of the group. */
function replayOf(group: FailureGroup, bulks: readonly BulkView[]): BulkView | undefined {
  return bulks.find(({ kind, selection }) => kind === "replay" && selection.failureGroup === group.id);
}

function replayTag(replay: BulkView | undefined): string | undefined {
  if (replay === undefined) return undefined;
  const { total = 0, done } = replay.counts;
  if (replay.status === "RUNNING") return `Replaying ${percent(done, total)}`;
  return replay.status === "HELD" ? `Replay held after ${done}` : undefined;
}

function TimeChoice({
  time,
  onChange,
}: {
  readonly time: string;
  readonly onChange: (time: string) => void;
}): ReactNode {
  return (
    <label className="pick end">
      <span className="sr">Time</span>
      <select value={time} onChange={({ target }) => onChange(target.value)}>
        {spanChoices.map(({ value, words }) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

function NothingFailed({
  span,
  words,
}: {
  readonly span: { readonly from?: number; readonly until?: number };
  readonly words: string;
}): ReactNode {
  const figures = useQuery(runFiguresQuery(span)).data;
  const completed = figures?.counts.COMPLETED ?? 0;
  return (
    <Empty title={`Nothing failed ${words}.`}>
      <p>
        {completed === 0 ? "No run completed either." : `${counted(completed, "run")} completed.`} A run that
        fails stands here, in a group with those that failed the same way, and can be replayed once its cause
        is mended.
      </p>
    </Empty>
  );
}
