// The six figures of the overview; each is a link to the list that it counts.

import type { OverviewFigures } from "@stepwell/protocol/rest";
import { at, count, counted, duration, percent, shortDuration } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
import { PageLink } from "../drawing/page-link.tsx";

export function SixFigures({
  figures,
  now,
  time,
  words,
}: {
  readonly figures: OverviewFigures;
  readonly now: number;
  /** The address's time: `24h`. */
  readonly time: string;
  /** `in 24 h`. */
  readonly words: string;
}): ReactNode {
  const minutes = Math.max(1, (at(figures.until) - at(figures.from)) / 60_000);
  const finished = figures.completed + figures.failed + figures.cancelled;
  const { queueDelay, oldestQueued, before } = figures;
  return (
    <section className="figs" aria-label="Figures">
      <Figure
        label="Events a minute"
        value={rate(figures.events / minutes)}
        note={`${count(figures.events)} ${words}`}
        to="/events"
      />
      <Figure
        label="Runs a minute"
        value={rate(finished / minutes)}
        note={`${counted(figures.running, "run")} running now`}
        to={`/runs?t=${time}`}
      />
      <Figure
        label="Failed"
        value={percent(figures.failed, figures.completed + figures.failed)}
        note={before === undefined ? `${count(figures.failed)} ${words}` : beforeWords(before)}
        to={`/failures?t=${time}`}
        isBad={figures.failed > 0}
      />
      <Figure
        label="Queue delay p50, p95"
        value={
          queueDelay === undefined ? "none" : `${duration(queueDelay.p50Ms)}  ${duration(queueDelay.p95Ms)}`
        }
        note="due to started"
        to={`/runs?t=${time}`}
      />
      <Figure
        label="Oldest held back"
        value={oldestQueued === undefined ? "none" : shortDuration(now - at(oldestQueued.queuedAt))}
        note={
          oldestQueued === undefined ? `${counted(figures.queued, "run")} queued` : oldestQueued.function.name
        }
        to={oldestQueued === undefined ? "/runs?view=held&t=all" : `/runs/${oldestQueued.runId}`}
      />
      <Figure
        label="Parked"
        value={count(figures.parked)}
        note="sleeping or waiting"
        to="/runs?view=live&t=all"
      />
    </section>
  );
}

function beforeWords({ completed, failed }: { readonly completed: number; readonly failed: number }): string {
  return `${percent(failed, completed + failed)} the time before`;
}

/** `131`, `2.4`, `0.05`. */
function rate(value: number): string {
  if (value >= 10) return count(value);
  return value === 0 ? "0" : String(Number(value.toPrecision(2)));
}

function Figure({
  label,
  value,
  note,
  to,
  isBad = false,
}: {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  readonly to: string;
  readonly isBad?: boolean;
}): ReactNode {
  return (
    <PageLink className="fig" to={to}>
      <span className="l">{label}</span>
      <span className={isBad ? "v err" : "v"}>
        {value.split("  ").map((part) => {
          const [number = "", unit = ""] = splitUnit(part);
          return (
            <span key={part}>
              {number}
              <small>{unit}</small>{" "}
            </span>
          );
        })}
      </span>
      <span className="d cut">{note}</span>
    </PageLink>
  );
}

/** A number and its unit, where it has one unit alone. */
function splitUnit(text: string): readonly [string, string] {
  const [, number, unit] = /^([\d.,]+) (\D+)$/.exec(text) ?? [];
  return number === undefined || unit === undefined ? [text, ""] : [number, unit];
}
