// What each sync changed, and what failed since; newest first.

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useServerNow } from "../api/server-clock.ts";
import { Moment } from "../drawing/moment.tsx";
import { StateMark } from "../drawing/state-mark.tsx";
import { Words } from "../drawing/words.tsx";
import { syncLine } from "../words/app-words.ts";
import { at, moment } from "../words/clock-time.ts";
import { plainText } from "../words/part.ts";
import { syncsQuery } from "./app-queries.ts";

export function SyncHistory(): ReactNode {
  const syncs = useQuery(syncsQuery());
  const now = useServerNow();
  if (syncs.data === undefined || syncs.data === null || syncs.data.length === 0) return null;
  return (
    <div className="sec last">
      <h2>
        Sync history <span className="n">what each sync changed</span>
      </h2>
      <ul className="tbl sync-rows">
        {syncs.data.map((sync) => {
          const words = syncLine(sync);
          return (
            <li key={sync.id} className="tr">
              <span className="muted">
                <Moment then={at(sync.at)} now={now} text={moment(at(sync.at), now)} />
              </span>
              <b className="b cut">
                <bdi>{sync.appName}</bdi> {sync.appVersion ?? ""}
              </b>
              <span className="cut soft" title={plainText(words)}>
                <Words parts={words} />
              </span>
              {sync.status === "SUCCESS" ? (
                <StateMark state="completed" word="OK" />
              ) : (
                <StateMark state="failed" word="Failed" />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
