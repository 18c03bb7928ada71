// The tabs over the list of runs, each with its count under the same filter.

import type { RunFigures } from "@stepwell/protocol/rest";
import { count } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { runFiguresQuery } from "../api/queries.ts";
import { PageLink } from "../drawing/page-link.tsx";
import { useUrlState, writeSearch } from "../frame/url-state.ts";
import { isEmptyQuery, type RunsRequest, tabs } from "./use-runs.ts";

export function RunsTabs({ request }: { readonly request: RunsRequest }): ReactNode {
  const [url] = useUrlState();
  const figures = useQuery({
    ...runFiguresQuery(request.base),
    enabled: !isEmptyQuery(request.base),
  }).data;
  return (
    <nav className="tabs" aria-label="Kinds of runs">
      {tabs.map((tab) => {
        const number = figures === undefined || figures === null ? undefined : countOf(figures, tab.statuses);
        const view = tab.id === "all" ? undefined : tab.id;
        return (
          <PageLink
            key={tab.id}
            to={`/runs${writeSearch({ ...url, view, sel: undefined })}`}
            {...(tab.id === request.tab ? { "aria-current": "page" } : {})}
          >
            {tab.word}
            {number === undefined ? null : (
              <span className={tab.id === "failed" && number > 0 ? "n err" : "n"}>{count(number)}</span>
            )}
          </PageLink>
        );
      })}
    </nav>
  );
}

function countOf(
  { counts }: RunFigures,
  statuses: readonly (keyof RunFigures["counts"])[] | undefined,
): number {
  if (statuses === undefined) return Object.values(counts).reduce((sum, one) => sum + one, 0);
  return statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
}
