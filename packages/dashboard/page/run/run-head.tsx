// The head of a run's page: its sentence, its facts, and what can be done with it.

import { cancelRunPath, type RunDetailView, type RunIdAnswer, rerunPath } from "@stepwell/protocol/rest";
import { at, count, counted, duration, preciseMoment, runSentence, runState } from "@stepwell/protocol/words";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { change } from "../api/request.ts";
import { Icon } from "../drawing/icon.tsx";
import { Moment } from "../drawing/moment.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { StateMark } from "../drawing/state-mark.tsx";
import { Words } from "../drawing/words.tsx";
import { useCommands } from "../frame/command.ts";
import { Confirm } from "../frame/confirm.tsx";
import { useKeys } from "../frame/keys.ts";
import { useToast } from "../frame/toast.tsx";

export function RunHead({ run, now }: { readonly run: RunDetailView; readonly now: number }): ReactNode {
  return (
    <div className="sec run-head">
      <div className="grow">
        <p className="sentence">
          <StateMark state={runState(run)} big /> <Words parts={runSentence(run, now)} />
        </p>
        <Facts run={run} now={now} />
      </div>
      <Actions run={run} />
    </div>
  );
}

function Facts({ run, now }: { readonly run: RunDetailView; readonly now: number }): ReactNode {
  const queuedAt = at(run.queuedAt);
  const [eventId] = run.trigger.eventIds;
  const took = (run.endedAt === undefined ? now : at(run.endedAt)) - queuedAt;
  return (
    <div className="facts">
      <span>
        <i>Started by</i>
        <Icon name={run.trigger.cronSchedule === undefined ? "events" : "clock"} small />
        {eventId === undefined ? (
          (run.trigger.cronSchedule ?? run.trigger.eventName ?? "an event")
        ) : (
          <PageLink className="link" to={`/events/${eventId}`}>
            <bdi>{run.trigger.eventName ?? "its event"}</bdi>
          </PageLink>
        )}
      </span>
      <span>
        <i>Queued</i>
        <Moment then={queuedAt} now={now} text={preciseMoment(queuedAt, now)} />
      </span>
      <span>
        <i>{run.endedAt === undefined ? "So far" : "Took"}</i>
        {duration(took)}
      </span>
      {run.calls === undefined ? null : (
        <span>
          <i>Calls</i>
          {count(run.calls)}
        </span>
      )}
      {run.retries === undefined ? null : (
        <span>
          <i>Retries</i>
          {count(run.retries)}
        </span>
      )}
      <span>
        <i>Function</i>
        <PageLink className="link" to={`/functions/${encodeURIComponent(run.function.slug)}`}>
          <bdi>{run.function.name}</bdi>
        </PageLink>
        of <bdi>{run.app.name}</bdi>
      </span>
      {(run.sent ?? []).length === 0 ? null : (
        <span>
          <i>Sent</i>
          {counted(run.sent?.length ?? 0, "event")}
        </span>
      )}
    </div>
  );
}

function Actions({ run }: { readonly run: RunDetailView }): ReactNode {
  const navigate = useNavigate();
  const toast = useToast();
  const [asks, setAsks] = useState(false);
  const isFinished = run.endedAt !== undefined || run.status === "SKIPPED";
  const refused = (error: unknown): void =>
    toast({ kind: "refused", text: error instanceof Error ? error.message : "The server refused." });
  const rerun = (): void => {
    change<RunIdAnswer>("POST", rerunPath(run.id)).then((answer) => {
      toast({ kind: "done", text: "This is the new run. The old one stays.", to: `/runs/${run.id}` });
      return navigate({ to: `/runs/${answer.runId}` });
    }, refused);
  };
  const copyId = (): void => {
    void navigator.clipboard.writeText(run.id).then(() => toast({ kind: "done", text: `Copied ${run.id}` }));
  };
  useKeys({ r: rerun, y: copyId, ...(isFinished ? {} : { c: () => setAsks(true) }) });
  useCommands([
    { title: "Rerun this run", icon: "rerun", keys: ["r"], run: rerun },
    ...(isFinished
      ? []
      : [{ title: "Cancel this run…", icon: "cancelled" as const, keys: ["c"], run: () => setAsks(true) }]),
    { title: "Copy the id of this run", icon: "copy", keys: ["y"], run: copyId },
  ]);
  return (
    <div className="row actions">
      {isFinished ? null : (
        <button type="button" className="btn" onClick={() => setAsks(true)}>
          <Icon name="cancelled" />
          Cancel… <kbd>c</kbd>
        </button>
      )}
      <button type="button" className="btn" onClick={rerun}>
        <Icon name="rerun" />
        Rerun <kbd>r</kbd>
      </button>
      {asks ? (
        <Confirm
          title="Cancel this run?"
          keep="Keep it"
          deed="Cancel it"
          danger
          onClose={() => setAsks(false)}
          onConfirm={() => void change("POST", cancelRunPath(run.id)).catch(refused)}
        >
          <p>
            It stops before its next step. A step that runs now finishes, and finished steps keep their
            results.
          </p>
        </Confirm>
      ) : null}
    </div>
  );
}
