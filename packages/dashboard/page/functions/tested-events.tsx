// The events of an expression test: the values that the expressions read, and what each of the two says.

import type { ExpressionTestRow, ExpressionTestView, Json, Verdict } from "@stepwell/protocol/rest";
import { at, moment, oneLine } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
import { useServerNow } from "../api/server-clock.ts";
import { Icon } from "../drawing/icon.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { useUrlState } from "../frame/url-state.ts";

export function TestedEvents({ test }: { readonly test: ExpressionTestView }): ReactNode {
  const [url] = useUrlState();
  const rows =
    url.order === "newest"
      ? [...test.rows].sort((left, right) => at(right.receivedAt) - at(left.receivedAt))
      : test.rows;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="card tested" aria-label="Tested events" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Event</th>
            {test.paths.map((path) => (
              <th scope="col" key={path} title={`event.${path}`}>
                {path.split(".").at(-1)}
              </th>
            ))}
            <th scope="col">Now</th>
            <th scope="col">Edited</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <TestedRow key={row.eventId} row={row} paths={test.paths} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function TestedRow({
  row,
  paths,
}: {
  readonly row: ExpressionTestRow;
  readonly paths: readonly string[];
}): ReactNode {
  const now = useServerNow(10_000);
  return (
    <tr className={row.current === row.edited ? "" : "sel"}>
      <th scope="row">
        <PageLink className="muted" to={`/events/${row.eventId}`}>
          {moment(at(row.receivedAt), now)}
        </PageLink>
      </th>
      {paths.map((path, index) => (
        <td key={path}>
          {row.missing?.includes(index) === true ? (
            <span className="muted">none</span>
          ) : (
            <Value value={row.values[index] ?? null} />
          )}
        </td>
      ))}
      <td>
        <VerdictMark verdict={row.current} />
      </td>
      <td>
        <VerdictMark verdict={row.edited} />
      </td>
    </tr>
  );
}

function Value({ value }: { readonly value: Json }): ReactNode {
  const kind = typeof value === "string" ? "text" : typeof value === "number" ? "number" : "other";
  return <code className={`cut found-${kind}`}>{oneLine(value, 28)}</code>;
}

function VerdictMark({ verdict }: { readonly verdict: Verdict }): ReactNode {
  switch (verdict) {
    case "match":
      return (
        <span className="tv t">
          <Icon name="check" />
          starts
        </span>
      );
    case "no-match":
      return (
        <span className="tv n">
          <Icon name="x" />
          no
        </span>
      );
    case "error":
      return (
        <span className="tv f">
          <Icon name="errored" />
          error
        </span>
      );
  }
}
