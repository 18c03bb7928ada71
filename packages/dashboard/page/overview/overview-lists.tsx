// The lists of the overview: busiest functions, limits in use, what needs somebody, and the next crons.

import type { FunctionView, LimitView } from "@stepwell/protocol/rest";
import { at, count, duration, moment, oneLine, percent } from "@stepwell/protocol/words";
import { useQueries } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Gauge } from "../drawing/gauge.tsx";
import { Icon } from "../drawing/icon.tsx";
import { Moment } from "../drawing/moment.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { limitsQuery } from "../functions/function-queries.ts";
import type { Need } from "./needs.ts";

const rowsMax = 6;

function functionTo(slug: string): string {
  return `/functions/${encodeURIComponent(slug)}`;
}

export function Busiest({ functions }: { readonly functions: readonly FunctionView[] }): ReactNode {
  const rows = functions
    .map((one) => {
      const { completed = 0, failed = 0, p50Ms } = one.figures?.lastDay ?? {};
      return { one, completed, failed, p50Ms, held: one.figures?.queued ?? 0, runs: completed + failed };
    })
    .filter(({ runs, held }) => runs > 0 || held > 0)
    .sort((left, right) => right.runs - left.runs)
    .slice(0, rowsMax);
  return (
    <section aria-label="Busiest functions">
      <h2 className="list-title">
        Busiest functions <span className="n">last 24 h</span>
      </h2>
      {rows.length === 0 ? <p className="list-empty">No function ran in the last 24 hours.</p> : null}
      {rows.length === 0 ? null : (
        <div className="tr th busiest" aria-hidden="true">
          <span>Function</span>
          <span className="num">Runs</span>
          <span>Failed</span>
          <span className="num">p50</span>
          <span className="num">Held</span>
        </div>
      )}
      {rows.map(({ one, runs, failed, p50Ms, held }) => (
        <PageLink key={one.id} className="tr busiest" to={functionTo(one.slug)}>
          <span className="cut">
            <b className="b">
              <bdi>{one.name}</bdi>
            </b>{" "}
            <span className="muted">{one.app.name}</span>
          </span>
          <span className="num">
            {count(runs)}
            <span className="sr"> runs,</span>
          </span>
          <span className="row">
            <span className="bar share" aria-hidden="true">
              <i
                className="no"
                style={{ width: `${runs === 0 ? 0 : Math.max(failed > 0 ? 3 : 0, (failed / runs) * 100)}%` }}
              />
            </span>
            <span className={failed / Math.max(1, runs) >= 0.01 ? "err b" : "muted"}>
              {percent(failed, runs)}
              <span className="sr"> failed,</span>
            </span>
          </span>
          <span className="num soft">{p50Ms === undefined ? "" : duration(p50Ms)}</span>
          <span className={held > 0 ? "num held" : "num muted"}>
            {count(held)}
            <span className="sr"> held back</span>
          </span>
        </PageLink>
      ))}
    </section>
  );
}

/** Functions whose limits are looked at: those that hold runs back. */
const functionsMax = 6;

export function LimitsInUse({ functions }: { readonly functions: readonly FunctionView[] }): ReactNode {
  const holding = functions
    .filter(({ figures, configuration }) => (figures?.queued ?? 0) > 0 && "concurrency" in configuration)
    .slice(0, functionsMax);
  const answers = useQueries({
    queries: holding.map(({ slug }) => limitsQuery(slug)),
  });
  const rows = answers
    .flatMap(({ data }, index) => {
      const one = holding[index];
      if (data === undefined || data === null || one === undefined) return [];
      return data.flatMap((limit) =>
        limit.keys.flatMap((key) =>
          key.running === undefined ? [] : [{ one, limit: limit.limit, key, running: key.running }],
        ),
      );
    })
    .sort(
      (left, right) =>
        right.running / right.limit - left.running / left.limit || right.key.queued - left.key.queued,
    )
    .slice(0, rowsMax);
  if (rows.length === 0) return null;
  return (
    <section aria-label="Limits in use">
      <h2 className="list-title">
        Limits in use <span className="n">fullest first</span>
      </h2>
      {rows.map(({ one, limit, key, running }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a lane has no other identity here
        <PageLink key={`${one.id}${index}`} className="tr limit-row" to={functionTo(one.slug)}>
          <span className="cut">
            <b className="b">
              <bdi>{one.name}</bdi>
            </b>{" "}
            <span className="muted">{one.app.name}</span>
          </span>
          <span className="soft cut">{key.value === undefined ? "all runs" : keyWords(key.value)}</span>
          <Gauge used={running} limit={limit} />
          <span className={key.queued > 0 ? "num held" : "num muted"}>{count(key.queued)}</span>
        </PageLink>
      ))}
    </section>
  );
}

function keyWords(value: LimitView["keys"][number]["value"]): string {
  return typeof value === "string" ? value : oneLine(value, 40);
}

export function NeedsYou({
  needs,
  now,
}: {
  readonly needs: readonly Need[];
  readonly now: number;
}): ReactNode {
  return (
    <section aria-label="Needs you">
      <h2 className="list-title">Needs you</h2>
      {needs.length === 0 ? <p className="list-empty">Nothing.</p> : null}
      {needs.slice(0, rowsMax).map((need) => (
        <PageLink key={need.id} className="tr need" to={need.to}>
          <span className={need.kind === "warning" ? "held" : "err"}>
            <Icon name={need.kind === "warning" ? "errored" : "failed"} />
          </span>
          <span className="cut">
            <b className="b">
              <bdi>{need.subject}</bdi>
            </b>{" "}
            <span className="soft">{need.words}</span>
          </span>
          <span className="muted nowrap">{need.since === undefined ? "" : moment(need.since, now)}</span>
        </PageLink>
      ))}
    </section>
  );
}

export function NextCrons({
  functions,
  now,
}: {
  readonly functions: readonly FunctionView[];
  readonly now: number;
}): ReactNode {
  const rows = functions
    .flatMap((one) =>
      one.triggers
        .filter(({ type, nextAt }) => type === "CRON" && (nextAt !== undefined || one.isPaused))
        .map((trigger) => ({
          one,
          trigger,
          next: trigger.nextAt === undefined ? Number.POSITIVE_INFINITY : at(trigger.nextAt),
        })),
    )
    .sort((left, right) => Number(left.one.isPaused) - Number(right.one.isPaused) || left.next - right.next)
    .slice(0, rowsMax);
  return (
    <section aria-label="Next crons">
      <h2 className="list-title">
        Next crons <span className="n">your time, UTC on hover</span>
      </h2>
      {rows.length === 0 ? <p className="list-empty">No function has a schedule.</p> : null}
      {rows.map(({ one, trigger, next }) => (
        <PageLink key={`${one.id}${trigger.value}`} className="tr cron" to={functionTo(one.slug)}>
          <span className="muted">
            <Icon name={one.isPaused ? "paused" : "clock"} />
          </span>
          <span className={one.isPaused ? "cut muted" : "cut"}>
            <bdi>{one.name}</bdi>
          </span>
          <code className="muted nowrap">{trigger.value}</code>
          <span className={one.isPaused ? "muted nowrap" : "nowrap"}>
            {one.isPaused || !Number.isFinite(next) ? (
              "paused"
            ) : (
              <Moment then={next} now={now} text={moment(next, now)} />
            )}
          </span>
        </PageLink>
      ))}
    </section>
  );
}
