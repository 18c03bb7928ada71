// A function's live figures, each a link to the list that it counts.

import type { FunctionView } from "@stepwell/protocol/rest";
import { at, count, counted, duration, percent, shortDuration } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
import { useServerNow } from "../api/server-clock.ts";
import { PageLink } from "../drawing/page-link.tsx";
import { Spark } from "../drawing/spark.tsx";

export function FunctionFigures({ fn }: { readonly fn: FunctionView }): ReactNode {
  const now = useServerNow();
  const { figures } = fn;
  if (figures === undefined) return null;
  const parked = (figures.sleeping ?? 0) + (figures.waiting ?? 0);
  const day = figures.lastDay;
  const finished = (day?.completed ?? 0) + (day?.failed ?? 0);
  const runs = (filter: string): string => `/runs?q=${encodeURIComponent(`fn:${fn.slug} ${filter}`.trim())}`;
  const knowsParked = figures.sleeping !== undefined || figures.waiting !== undefined;
  return (
    <section className="figs" aria-label="Live figures">
      <Figure
        label="Running"
        value={count(Math.max(0, figures.running - parked))}
        to={runs("status:running")}
      />
      <Figure
        label="Held back"
        value={count(figures.queued)}
        tone={figures.queued > 0 ? "ink-queued" : ""}
        note={
          figures.oldestQueuedAt === undefined
            ? ""
            : `oldest ${shortDuration(now - at(figures.oldestQueuedAt))}`
        }
        to={runs("status:queued")}
      />
      {knowsParked ? (
        <Figure label="Parked" value={count(parked)} note="sleeping or waiting" to={runs("status:running")} />
      ) : null}
      {day === undefined ? null : (
        <Figure
          label="Failed, 24 h"
          value={percent(day.failed, finished)}
          tone={day.failed > 0 ? "err" : ""}
          note={`of ${count(finished)}`}
          to={runs("status:failed")}
        />
      )}
      {day?.p50Ms === undefined ? null : (
        <Figure
          label="A run takes"
          value={duration(day.p50Ms)}
          {...(day.p95Ms === undefined ? {} : { note: `p95 ${duration(day.p95Ms)}` })}
          to={runs("status:completed")}
        />
      )}
      {day?.hours === undefined ? null : (
        <div className="fig">
          <span className="l">Runs finished, 24 h</span>
          <Spark values={day.hours} label={`${counted(finished, "run")} finished in 24 hours`} />
        </div>
      )}
    </section>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
  readonly tone?: string;
  readonly to: string;
}

function Figure({ label, value, note = "", tone = "", to }: FigureProps): ReactNode {
  return (
    <PageLink className="fig" to={to}>
      <span className="l">{label}</span>
      <span className={`v ${tone}`}>
        {value}
        {note === "" ? null : <small> {note}</small>}
      </span>
    </PageLink>
  );
}
