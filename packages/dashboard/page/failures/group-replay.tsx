// Replaying a group in stairs (spec §6.6): the first few, then, once somebody looked at them, the rest.

import type { BulkRequest, BulkView, FailureGroup } from "@stepwell/protocol/rest";
import { count, counted, listed } from "@stepwell/protocol/words";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { bulkQuery, steerBulk } from "../bulk/bulk-queries.ts";
import { BulkConfirm, firstFew } from "../drawing/bulk-confirm.tsx";
import { Icon } from "../drawing/icon.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { useCommands } from "../frame/command.ts";
import { useKeys } from "../frame/keys.ts";
import { useToast } from "../frame/toast.tsx";
import { stateOfGroup } from "./group-state.ts";
import { useMarkGroup } from "./mark-group.ts";

export interface GroupReplayProps {
  readonly group: FailureGroup;
  /** Its newest replay, if there was one. */
  readonly replay: BulkView | undefined;
}

export function replayRequest(group: FailureGroup): BulkRequest {
  return {
    kind: "replay",
    name: `${group.function.name}: ${group.error.name}`,
    selection: { failureGroup: group.id, status: ["FAILED"] },
    ...(group.count > firstFew ? { holdAfter: firstFew } : {}),
  };
}

export function GroupReplay({ group, replay }: GroupReplayProps): ReactNode {
  const [asks, setAsks] = useState(false);
  const current = useQuery({ ...bulkQuery(replay?.id ?? ""), enabled: replay !== undefined }).data ?? replay;
  const isOpen = current !== undefined && (current.status === "RUNNING" || current.status === "HELD");
  const ask = (): void => setAsks(true);
  useKeys(isOpen ? {} : { r: ask });
  useCommands(isOpen ? [] : [{ title: "Replay this group…", icon: "rerun", keys: ["r"], run: ask }]);
  return (
    <section className="sec">
      <h2>Replay</h2>
      <div className="card stairs">
        <FirstStair group={group} replay={isOpen ? current : undefined} onAsk={ask} />
        {group.count > firstFew ? <RestStair group={group} replay={isOpen ? current : undefined} /> : null}
        <CloseStair group={group} number={group.count > firstFew ? 3 : 2} />
      </div>
      <p className="muted small after-stairs">
        Replay starts new runs of <b className="b">{group.function.name}</b> only. The failed runs stay as
        they are.
        {current === undefined || isOpen ? null : <LastReplay replay={current} />}
      </p>
      {asks ? <BulkConfirm request={replayRequest(group)} onClose={() => setAsks(false)} /> : null}
    </section>
  );
}

function LastReplay({ replay }: { readonly replay: BulkView }): ReactNode {
  return (
    <>
      {" "}
      <PageLink className="link" to={`/bulk/${replay.id}`}>
        The last replay
      </PageLink>{" "}
      started {counted(replay.counts.done, "run")}
      {replay.newRuns === undefined ? "" : `: ${newRunsWords(replay)}`}.
    </>
  );
}

/** `804 completed, 3 failed again, 5 running`. */
export function newRunsWords({ newRuns = {} }: BulkView): string {
  const parts = [
    ...(newRuns.COMPLETED === undefined ? [] : [`${count(newRuns.COMPLETED)} completed`]),
    ...(newRuns.FAILED === undefined ? [] : [`${count(newRuns.FAILED)} failed again`]),
    ...(newRuns.CANCELLED === undefined ? [] : [`${count(newRuns.CANCELLED)} cancelled`]),
  ];
  const open = (newRuns.RUNNING ?? 0) + (newRuns.QUEUED ?? 0);
  return listed([...parts, ...(open === 0 ? [] : [`${count(open)} not finished`])]);
}

function FirstStair({
  group,
  replay,
  onAsk,
}: {
  readonly group: FailureGroup;
  readonly replay: BulkView | undefined;
  readonly onAsk: () => void;
}): ReactNode {
  const few = Math.min(firstFew, group.count);
  const isDone = replay !== undefined && replay.counts.done >= few;
  return (
    <div className="stp">
      <span className={isDone ? "dot done" : "dot"}>{isDone ? <Icon name="check" /> : 1}</span>
      <span>
        <b className="b">{group.count > firstFew ? `First ${few} runs` : counted(group.count, "run")}</b>
        <br />
        <span className="muted small">
          {replay === undefined
            ? "The oldest of them, to see whether it works now"
            : newRunsWords(replay) || `${count(replay.counts.done)} started`}
        </span>
      </span>
      {replay === undefined ? (
        <button type="button" className="btn" onClick={onAsk}>
          <Icon name="rerun" />
          Replay… <kbd>r</kbd>
        </button>
      ) : (
        <PageLink className="btn ghost" to={`/bulk/${replay.id}`}>
          Show
        </PageLink>
      )}
    </div>
  );
}

function RestStair({
  group,
  replay,
}: {
  readonly group: FailureGroup;
  readonly replay: BulkView | undefined;
}): ReactNode {
  const client = useQueryClient();
  const toast = useToast();
  const total = replay?.counts.total ?? group.count;
  const rest = Math.max(0, total - firstFew);
  const isMoving = replay?.status === "RUNNING";
  const steer = (how: "hold" | "resume"): void => {
    if (replay === undefined) return;
    steerBulk(replay.id, how).then(
      () => client.invalidateQueries({ queryKey: ["bulks"] }),
      (error: unknown) =>
        toast({ kind: "refused", text: error instanceof Error ? error.message : "The server refused." }),
    );
  };
  return (
    <div className="stp">
      <span className="dot">2</span>
      <span className="grow">
        <span className="row">
          <b className="b">The rest, {count(rest)}</b>
          {replay === undefined ? null : (
            <span className="end soft small">{count(replay.counts.done)} started</span>
          )}
        </span>
        {replay === undefined ? (
          <span className="muted small">Once the first ones are done</span>
        ) : (
          <Progress replay={replay} total={total} />
        )}
      </span>
      {replay === undefined ? null : (
        <button type="button" className="btn" onClick={() => steer(isMoving ? "hold" : "resume")}>
          <Icon name={isMoving ? "paused" : "play"} />
          {isMoving ? "Hold" : "Replay the rest"}
        </button>
      )}
    </div>
  );
}

function CloseStair({ group, number }: { readonly group: FailureGroup; readonly number: number }): ReactNode {
  const mark = useMarkGroup();
  const state = stateOfGroup(group);
  return (
    <div className="stp">
      <span className={state === "closed" ? "dot done" : "dot"}>
        {state === "closed" ? <Icon name="check" /> : number}
      </span>
      <span className="soft">
        {state === "closed"
          ? `Closed${group.closedBy === undefined ? "" : ` by ${group.closedBy}`}. It opens again if it fails again.`
          : state === "muted"
            ? "Muted: it needs nobody."
            : group.state === "reopened"
              ? "It was closed, and failed again."
              : "Close the group, reopen it if it fails again"}
      </span>
      {state === "open" ? (
        <button type="button" className="btn" onClick={() => mark(group, "close")}>
          Close
        </button>
      ) : (
        <button
          type="button"
          className="btn"
          onClick={() => mark(group, state === "closed" ? "reopen" : "unmute")}
        >
          {state === "closed" ? "Reopen" : "Unmute"}
        </button>
      )}
    </div>
  );
}

function Progress({ replay, total }: { readonly replay: BulkView; readonly total: number }): ReactNode {
  const failed = replay.newRuns?.FAILED ?? 0;
  const share = (value: number): string => `${total === 0 ? 0 : Math.min(100, (value / total) * 100)}%`;
  return (
    <span className="bar" role="img" aria-label={`${count(replay.counts.done)} of ${count(total)} started`}>
      <i className="ok" style={{ width: share(replay.counts.done - failed) }} />
      <i className="no" style={{ width: share(failed) }} />
    </span>
  );
}
