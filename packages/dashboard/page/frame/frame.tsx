// The frame around every view: places at the side, the live switch at the top (spec §2).

import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useLive } from "../api/live.tsx";
import { healthQuery } from "../api/queries.ts";
import { useServerNow } from "../api/server-clock.ts";
import { durationWords } from "../words/number.ts";

const places = [
  ["/runs", "Runs"],
  ["/events", "Events"],
  ["/functions", "Functions"],
  ["/apps", "Apps"],
] as const;

export function Frame(): ReactNode {
  const health = useQuery(healthQuery());
  return (
    <div className="app">
      <nav className="side" aria-label="Places">
        <div className="brand">
          <img src="/favicon.svg" width={20} height={20} alt="" />
          Stepwell
          <span className="env">{health.data?.mode ?? "…"}</span>
        </div>
        <ul className="nav">
          {places.map(([to, label]) => (
            <li key={to}>
              <Link to={to} activeProps={{ "aria-current": "page" }}>
                {label}
              </Link>
            </li>
          ))}
        </ul>
        <div className="side-foot">
          <div className="engine">
            {health.data === undefined ? "" : `${health.data.store ?? ""} · ${health.data.version ?? ""}`}
          </div>
        </div>
      </nav>
      <header className="top">
        <LiveSwitch />
      </header>
      <main className="page">
        <Outlet />
      </main>
    </div>
  );
}

function LiveSwitch(): ReactNode {
  const { connection, held, setHeld, reconnect } = useLive();
  const now = useServerNow();
  if (connection.kind === "lost") {
    return (
      <button type="button" className="live" onClick={reconnect}>
        Stepwell has been away for {durationWords(now - connection.since)}. Try again
      </button>
    );
  }
  return (
    <button type="button" className="live" aria-pressed={!held} onClick={() => setHeld(!held)}>
      {held ? "Held" : connection.kind === "open" ? "Live" : "Connecting"}
    </button>
  );
}
