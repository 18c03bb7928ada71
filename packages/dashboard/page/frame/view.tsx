// One view: the bar with its name above, the sheet with its content below. Every view is wrapped in this.

import { preciseClock } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
import { useLive } from "../api/live.tsx";
import { useServerNow } from "../api/server-clock.ts";
import { Icon } from "../drawing/icon.tsx";
import { Bar, type BarProps } from "./bar.tsx";

export function View({ children, ...bar }: BarProps & { readonly children: ReactNode }): ReactNode {
  return (
    <>
      <Bar {...bar} />
      <main className="page" id="page" tabIndex={-1}>
        <LostNotice />
        {children}
      </main>
    </>
  );
}

/** What is shown is old, and since when (spec §6 lost). */
function LostNotice(): ReactNode {
  const { connection } = useLive();
  return connection.kind === "lost" ? (
    <Lost since={connection.since} nextTryAt={connection.nextTryAt} />
  ) : null;
}

function Lost({ since, nextTryAt }: { readonly since: number; readonly nextTryAt: number }): ReactNode {
  const { reconnect } = useLive();
  const now = useServerNow(500);
  const seconds = Math.max(1, Math.ceil((nextTryAt - now) / 1000));
  return (
    <div className="notice lost-notice" role="alert">
      <Icon name="errored" />
      <span className="grow">
        No connection to Stepwell since {preciseClock(since).slice(0, 8)}. What you see is from then. Trying
        again in <span aria-hidden="true">{seconds} s</span>
        <span className="sr">a moment</span>.
      </span>
      <button type="button" className="btn" onClick={reconnect}>
        Try now
      </button>
    </div>
  );
}
