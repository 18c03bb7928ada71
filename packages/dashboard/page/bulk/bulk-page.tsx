// One bulk operation: how far it is, what it means, what it left out and why; hold, go on, stop.

import { type BulkView, isBulkFinished } from "@stepwell/protocol/rest";
import {
  at,
  bulkRate,
  bulkSentence,
  bulkTitle,
  count,
  counted,
  preciseMoment,
  selectionWords,
} from "@stepwell/protocol/words";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useServerNow } from "../api/server-clock.ts";
import { Icon } from "../drawing/icon.tsx";
import { Failure, Skeleton } from "../drawing/notices.tsx";
import { Words } from "../drawing/words.tsx";
import { useCommands } from "../frame/command.ts";
import { Confirm } from "../frame/confirm.tsx";
import { Foot } from "../frame/foot.tsx";
import { useKeys } from "../frame/keys.ts";
import { useToast } from "../frame/toast.tsx";
import { useUrlState } from "../frame/url-state.ts";
import { View } from "../frame/view.tsx";
import { BulkBar, BulkMark } from "./bulk-mark.tsx";
import { bulkQuery, steerBulk } from "./bulk-queries.ts";

export function BulkPage(): ReactNode {
  const { bulkId = "" } = useParams({ strict: false });
  const bulk = useQuery(bulkQuery(bulkId));
  return (
    <View
      title={bulk.data === undefined ? "Bulk action" : bulkTitle(bulk.data)}
      crumbs={[{ text: "Bulk actions", to: "/bulk" }]}
      id={bulkId}
    >
      {bulk.error === null ? null : <Failure error={bulk.error} retry={() => void bulk.refetch()} />}
      {bulk.isPending ? <Skeleton rows={4} /> : null}
      {bulk.data === undefined ? null : <Shown bulk={bulk.data} />}
    </View>
  );
}

function Shown({ bulk }: { readonly bulk: BulkView }): ReactNode {
  const now = useServerNow();
  return (
    <>
      <div className="sec" data-bulk={bulk.status}>
        <div className="row head-row">
          <p className="sentence grow">
            <BulkMark status={bulk.status} big /> <Words parts={bulkSentence(bulk, now)} />
          </p>
          <Steering bulk={bulk} />
        </div>
        <div className="bulk-progress">
          <BulkBar bulk={bulk} />
        </div>
      </div>
      <Figures bulk={bulk} now={now} />
      <div className="scroll">
        <div className="sec">
          <h2>What it means</h2>
          <p>
            <Words parts={selectionWords(bulk, now)} />
          </p>
        </div>
        {bulk.counts.skippedBecause.length === 0 ? null : (
          <div className="sec">
            <h2>
              Left out <span className="n">{counted(bulk.counts.skipped, "run")}</span>
            </h2>
            <ul className="plain-list">
              {bulk.counts.skippedBecause.map((item) => (
                <li key={item.reason}>
                  <b className="b">{count(item.count)}</b> {item.reason}
                </li>
              ))}
            </ul>
          </div>
        )}
        <div className="sec last">
          <div className="facts">
            <span>
              <i>Begun</i>
              {preciseMoment(at(bulk.createdAt), now)}
            </span>
            {bulk.endedAt === undefined ? null : (
              <span>
                <i>Ended</i>
                {preciseMoment(at(bulk.endedAt), now)}
              </span>
            )}
            {bulk.by === undefined ? null : (
              <span>
                <i>By</i>
                <bdi>{bulk.by}</bdi>
              </span>
            )}
            {bulk.perMinute === undefined ? null : (
              <span>
                <i>Pace</i>
                at most {count(bulk.perMinute)} a minute
              </span>
            )}
          </div>
        </div>
      </div>
      <Foot keys={isBulkFinished(bulk.status) ? [] : [{ keys: "p", word: "hold or go on" }]}>
        It goes on after a restart
      </Foot>
    </>
  );
}

function Steering({ bulk }: { readonly bulk: BulkView }): ReactNode {
  const [url, patch] = useUrlState();
  const queries = useQueryClient();
  const toast = useToast();
  const steer = (how: "hold" | "resume" | "stop"): void => {
    steerBulk(bulk.id, how).then(
      (after) => {
        queries.setQueryData(["bulks", bulk.id], after);
        void queries.invalidateQueries({ queryKey: ["bulks"] });
      },
      (error: Error) => toast({ kind: "refused", text: error.message }),
    );
  };
  const isLive = !isBulkFinished(bulk.status);
  const turn = (): void => steer(bulk.status === "HELD" ? "resume" : "hold");
  useKeys(isLive ? { p: turn } : {});
  useCommands(
    isLive
      ? [
          { title: bulk.status === "HELD" ? "Go on" : "Hold", icon: "paused", keys: ["p"], run: turn },
          { title: "Stop it…", icon: "cancelled", run: () => patch({ do: "stop" }) },
        ]
      : [],
  );
  if (!isLive) return null;
  const { left } = bulk.counts;
  return (
    <span className="row end">
      <button type="button" className={bulk.status === "HELD" ? "btn strong" : "btn"} onClick={turn}>
        <Icon name={bulk.status === "HELD" ? "play" : "paused"} />
        {bulk.status === "HELD" ? "Go on" : "Hold"} <kbd>p</kbd>
      </button>
      <button type="button" className="btn danger" onClick={() => patch({ do: "stop" })}>
        <Icon name="cancelled" />
        Stop…
      </button>
      {url.do === "stop" ? (
        <Confirm
          title={
            left === undefined ? "Stop this bulk action?" : `Leave out the remaining ${counted(left, "run")}?`
          }
          keep="Keep going"
          deed={left === undefined ? "Stop" : `Stop, leave out ${count(left)}`}
          danger
          onClose={() => patch({ do: undefined })}
          onConfirm={() => steer("stop")}
        >
          <p>
            {bulk.kind === "cancel"
              ? `${counted(bulk.counts.done, "run stays", "runs stay")} cancelled; the others go on.`
              : `${counted(bulk.counts.done, "new run stays", "new runs stay")}; no more are started. The originals are untouched.`}{" "}
            A stopped one cannot be taken up again.
          </p>
        </Confirm>
      ) : null}
    </span>
  );
}

function Figures({ bulk, now }: { readonly bulk: BulkView; readonly now: number }): ReactNode {
  const rate = bulkRate(bulk, now);
  const failed = bulk.newRuns?.FAILED;
  const figures: readonly (readonly [string, string | undefined, string])[] = [
    [bulk.kind === "cancel" ? "Cancelled" : "New runs", count(bulk.counts.done), ""],
    ["Left", bulk.counts.left === undefined ? undefined : count(bulk.counts.left), ""],
    ["Left out", count(bulk.counts.skipped), ""],
    ["Completed", bulk.newRuns === undefined ? undefined : count(bulk.newRuns.COMPLETED ?? 0), ""],
    ["Failed again", failed === undefined ? undefined : count(failed), (failed ?? 0) > 0 ? "err" : ""],
    ["A minute", rate === undefined ? undefined : count(rate), ""],
  ];
  return (
    <section className="figs" aria-label="Progress">
      {figures.map(([label, value, tone]) =>
        value === undefined ? null : (
          <div className="fig" key={label}>
            <span className="l">{label}</span>
            <span className={`v ${tone}`}>{value}</span>
          </div>
        ),
      )}
    </section>
  );
}
