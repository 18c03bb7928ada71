// What else there is of a run beside its steps: its events, its due work, and all of it as JSON.

import type { RunDetailView, TraceView } from "@stepwell/protocol/rest";
import { at, counted, preciseMoment } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
import { Age } from "../drawing/moment.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { Payload } from "../drawing/payload.tsx";

export const runTabs = ["steps", "events", "jobs", "json"] as const;
export type RunTab = (typeof runTabs)[number];

export function RunEvents({ run, now }: { readonly run: RunDetailView; readonly now: number }): ReactNode {
  const rows = [
    ...run.events.map((event) => ({ ...event, what: "started this run" })),
    ...(run.sent ?? []).map((event) => ({ ...event, what: sentWords(event.runs.length, event.stepName) })),
  ];
  if (rows.length === 0) return <p className="sec soft">This run has no events that are still kept.</p>;
  return (
    <ul className="plain-list">
      {rows.map((event) => (
        <li key={event.id} className="tr run-event">
          <PageLink to={`/events/${event.id}`}>
            <b className="b cut">
              <bdi>{event.name}</bdi>
            </b>
          </PageLink>
          <span className="soft cut">{event.what}</span>
          <span className="num muted">
            <Age then={at(event.receivedAt)} now={now} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function sentWords(runs: number, stepName: string | undefined): string {
  const by = stepName === undefined ? "sent by this run" : `sent by ${stepName}`;
  return runs === 0 ? by : `${by}, started ${counted(runs, "run")}`;
}

export function RunJobs({ run, now }: { readonly run: RunDetailView; readonly now: number }): ReactNode {
  const jobs = run.jobs ?? [];
  if (jobs.length === 0)
    return <p className="sec soft">Nothing is due: this run has no more work of its own.</p>;
  return (
    <ul className="plain-list">
      {jobs.map((job) => (
        <li key={job.id} className="tr run-event">
          <b className="b cut">{job.kind}</b>
          <span className="soft cut">{job.stepName}</span>
          <span className="num muted">due {preciseMoment(at(job.dueAt), now)}</span>
        </li>
      ))}
    </ul>
  );
}

export function RunJson({
  run,
  trace,
}: {
  readonly run: RunDetailView;
  readonly trace: TraceView | undefined;
}): ReactNode {
  // What travelled as JSON is JSON.
  const value = JSON.parse(JSON.stringify({ run, trace: trace?.rootSpan }));
  return (
    <div className="sec">
      <Payload title="Run and trace" value={value} />
    </div>
  );
}
