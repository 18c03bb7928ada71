// A wait in the step's panel (spec §6.2 Panel): its condition with the values of the run in place, and the last events
// that did not match it, each with its truth.

import type { TraceSpan, WaitMiss, WaitView } from "@stepwell/protocol/rest";
import { at, conditionNotes, eventPart, missesCount, missLine, noMisses } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLiveRefresh } from "../api/live.tsx";
import { waitMissesQuery } from "../api/queries.ts";
import { Icon } from "../drawing/icon.tsx";
import { Age } from "../drawing/moment.tsx";
import { Failure } from "../drawing/notices.tsx";
import { TruthTree } from "../drawing/truth-tree.tsx";
import { Words } from "../drawing/words.tsx";

/** A busy name may have hundreds of events a second. */
const refreshMs = 2000;

export interface WaitFactsProps {
  readonly runId: string;
  readonly span: TraceSpan;
  readonly now: number;
}

export function WaitFacts({ runId, span, now }: WaitFactsProps): ReactNode {
  const { wait } = span;
  if (wait?.expression === undefined) return null;
  const canMiss = wait.kind === "event" && wait.outcome !== "matched" && wait.meets !== "every-event";
  return (
    <>
      <section className="sec">
        <h2>Condition</h2>
        <pre className="code condition">{wait.expression}</pre>
        {conditionNotes(wait).map((note) => (
          <p className="note" key={note}>
            {note}
          </p>
        ))}
      </section>
      {canMiss ? <Misses key={span.id} runId={runId} stepId={span.id} wait={wait} now={now} /> : null}
    </>
  );
}

interface MissesProps {
  readonly runId: string;
  readonly stepId: string;
  readonly wait: WaitView;
  readonly now: number;
}

function Misses({ runId, stepId, wait, now }: MissesProps): ReactNode {
  const query = waitMissesQuery(runId, stepId);
  const misses = useQuery(query);
  useLiveRefresh(query.queryKey, (change) => change.kind === "event" && change.name === wait.name, refreshMs);
  if (misses.error !== null) return <Failure error={misses.error} retry={() => void misses.refetch()} />;
  if (misses.data === undefined) return null;
  const { data: rows, page } = misses.data;
  return (
    <section className="sec">
      <h2>
        Did not match{" "}
        {rows.length === 0 ? null : <span className="n">{missesCount(rows.length, page.hasMore)}</span>}
      </h2>
      {rows.length === 0 ? (
        <p className="note">{noMisses(wait)}</p>
      ) : (
        <ul className="misses">
          {rows.map((miss, index) => (
            <Miss key={miss.eventId} miss={miss} now={now} isFirst={index === 0} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface MissProps {
  readonly miss: WaitMiss;
  readonly now: number;
  readonly isFirst: boolean;
}

/** The newest stands open: it is the one that somebody wonders about. */
function Miss({ miss, now, isFirst }: MissProps): ReactNode {
  const [open, setOpen] = useState(isFirst);
  return (
    <li data-miss={miss.eventId}>
      <div className="row">
        <Words parts={[eventPart(miss.eventId)]} />
        <span className="muted">
          <Age then={at(miss.receivedAt)} now={now} />
        </span>
        {miss.truth === undefined ? null : (
          <button
            type="button"
            className="btn ghost end"
            aria-expanded={open}
            aria-label={`${open ? "Hide" : "Show"} why event ${miss.eventId} did not match`}
            onClick={() => setOpen(!open)}
          >
            {open ? "Hide" : "Why"}
            <Icon name={open ? "up" : "down"} small />
          </button>
        )}
      </div>
      {open && miss.truth !== undefined ? (
        <TruthTree truth={miss.truth} />
      ) : (
        <span>
          <Words parts={missLine(miss.truth)} />
        </span>
      )}
    </li>
  );
}
