// The checks of an app in their order, made when the panel opens; they stop at the first that fails.

import type { AppView } from "@stepwell/protocol/rest";
import { at, checkTitles, shortDuration } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useServerNow } from "../api/server-clock.ts";
import { Icon } from "../drawing/icon.tsx";
import { checksQuery } from "./app-queries.ts";

const marks = {
  passed: { icon: "check", tone: "completed" },
  failed: { icon: "failed", tone: "failed" },
  "not-checked": { icon: "skipped", tone: "cancelled" },
} as const;

export function AppChecks({ app }: { readonly app: AppView }): ReactNode {
  const now = useServerNow();
  const checks = useQuery(checksQuery(app.id));
  if (checks.data === null || (checks.data === undefined && checks.error === null)) return null;
  return (
    <div className="sec">
      <h2>
        Checks{" "}
        <span className="n">
          {checks.data === undefined ? "" : `${shortDuration(now - at(checks.data.checkedAt))} ago`}
        </span>
        <button type="button" className="btn small-btn end" onClick={() => void checks.refetch()}>
          Check again
        </button>
      </h2>
      {checks.error === null ? null : <p className="err">{checks.error.message}</p>}
      <ul className="checks">
        {checks.data?.checks.map((check) => {
          const { icon, tone } = marks[check.status];
          return (
            <li key={check.name} data-check={check.name} data-status={check.status}>
              <span className={`row ink-${tone}`}>
                <Icon name={icon} />
              </span>
              <span className={check.status === "failed" ? "b" : check.status === "passed" ? "" : "muted"}>
                {checkTitles[check.name]}
              </span>
              <span className={`num ${check.status === "failed" ? "err" : "muted"}`}>{check.found}</span>
              {check.message === undefined ? null : <p className="soft">{check.message}</p>}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
