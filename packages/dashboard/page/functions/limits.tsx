// Limits by key (spec §6.4): what is in use of each, what is held back, since when; and overrides.

import { type FunctionView, type LimitKeyView, type LimitView, overridePath } from "@stepwell/protocol/rest";
import {
  at,
  count,
  counted,
  isFull,
  keyWords,
  limitTitle,
  moment,
  overrideWords,
  shortDuration,
} from "@stepwell/protocol/words";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { change } from "../api/request.ts";
import { useServerNow } from "../api/server-clock.ts";
import { Gauge } from "../drawing/gauge.tsx";
import { Icon } from "../drawing/icon.tsx";
import { useToast } from "../frame/toast.tsx";
import { useUrlState } from "../frame/url-state.ts";

export function Limits({
  fn,
  limits,
}: {
  readonly fn: FunctionView;
  readonly limits: readonly LimitView[];
}): ReactNode {
  return limits.map((limit) => <Limit key={limit.name} fn={fn} limit={limit} />);
}

function Limit({ fn, limit }: { readonly fn: FunctionView; readonly limit: LimitView }): ReactNode {
  const [, patch] = useUrlState();
  const missing = limit.keys.find((key) => key.isMissing === true);
  const inMissing = (missing?.running ?? 0) + (missing?.queued ?? 0);
  return (
    <div className="sec" data-limit={limit.name}>
      <h2>
        {limit.key === undefined ? "Limit" : "Limits by key"}{" "}
        <span className="n cut">{limitTitle(limit)}</span>
        <button
          type="button"
          className="btn small-btn end"
          onClick={() => patch({ do: "override", limit: limit.name })}
        >
          Override…
        </button>
      </h2>
      {limit.override === undefined ? null : <Override fn={fn} limit={limit} />}
      <div className="card">
        <table className="limits">
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">{limit.name.startsWith("concurrency") ? "Running" : "Limit"}</th>
              <th scope="col" className="num">
                Held
              </th>
              <th scope="col" className="num">
                {limit.name === "throttle" ? "Next start" : "Oldest"}
              </th>
            </tr>
          </thead>
          <tbody>
            {limit.keys.map((key) => (
              <KeyRow key={`${keyWords(key)}${String(key.isMissing)}`} limit={limit} row={key} />
            ))}
            {limit.keys.length === 0 ? (
              <tr>
                <td colSpan={4} className="muted">
                  Nothing uses it at present. {count(limit.limit)}
                  {limit.name.startsWith("concurrency") ? " may run at once" : " may start in its period"}
                  {limit.key === undefined ? "." : " for each key."}
                </td>
              </tr>
            ) : null}
          </tbody>
        </table>
      </div>
      {limit.keyCount > limit.keys.length ? (
        <p className="muted small">
          The {counted(limit.keys.length, "fullest key")} of {count(limit.keyCount)}.
        </p>
      ) : null}
      {inMissing === 0 ? null : (
        <p className="muted small">
          {counted(inMissing, "run shares", "runs share")} one lane because the event has no{" "}
          <code>{limit.key?.replace(/^event\./, "")}</code>.
        </p>
      )}
    </div>
  );
}

function KeyRow({ limit, row }: { readonly limit: LimitView; readonly row: LimitKeyView }): ReactNode {
  const now = useServerNow();
  const words = keyWords(row);
  const next = row.nextStartAt;
  return (
    <tr data-key={words}>
      <th scope="row" className="cut" title={words}>
        {row.isMissing === true ? (
          <span className="row ink-queued">
            <Icon name="errored" small />
            no key
          </span>
        ) : (
          <bdi>{words}</bdi>
        )}
      </th>
      <td>
        {row.running === undefined ? (
          <span className={isFull(limit, row) ? "ink-queued" : "soft"}>{count(limit.limit)}</span>
        ) : (
          <Gauge used={row.running} limit={limit.limit} />
        )}
      </td>
      <td className={row.queued > 0 ? "num b" : "num muted"}>{count(row.queued)}</td>
      <td className="num soft">
        {limit.name === "throttle"
          ? next === undefined
            ? ""
            : at(next) <= now
              ? "now"
              : moment(at(next), now)
          : row.oldestQueuedAt === undefined
            ? ""
            : shortDuration(now - at(row.oldestQueuedAt))}
      </td>
    </tr>
  );
}

function Override({ fn, limit }: { readonly fn: FunctionView; readonly limit: LimitView }): ReactNode {
  const now = useServerNow();
  const toast = useToast();
  const queries = useQueryClient();
  const remove = (): void => {
    change("DELETE", overridePath(fn.slug, limit.name)).then(
      () => void queries.invalidateQueries({ queryKey: ["functions", fn.slug] }),
      (error: Error) => toast({ kind: "refused", text: error.message }),
    );
  };
  return (
    <p className="row small override">
      <Icon name="gauge" small />
      <span className="grow">
        Overridden: <b className="b">{overrideWords(limit, now)}</b>
        {limit.override?.reason === undefined ? "" : `. ${limit.override.reason}`}
      </span>
      <button type="button" className="btn small-btn" onClick={remove}>
        Remove
      </button>
    </p>
  );
}
