// The side: brand, environment, the places with their counts, saved views, and one line on the engine (spec §2).

import type { HealthView } from "@stepwell/protocol/rest";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { healthQuery } from "../api/queries.ts";
import { BulkCards } from "../bulk/bulk-cards.tsx";
import { Icon } from "../drawing/icon.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { type Badge, type Badges, useBadges } from "./badges.ts";
import { type Place, places } from "./places.ts";
import { removeView, useSavedViews } from "./saved-views.ts";

export function Side(): ReactNode {
  const health = useQuery(healthQuery()).data;
  const badges = useBadges();
  return (
    <nav className="side" aria-label="Places">
      <Link className="brand" to="/overview" title="Stepwell">
        <Mark />
        <span className="label">Stepwell</span>
        {health?.mode === undefined ? null : <span className="env label">{health.mode}</span>}
      </Link>
      <ul className="nav">
        {places.map((place) => (
          <li key={place.to}>
            <PlaceLink place={place} badge={badges[place.to]} />
          </li>
        ))}
      </ul>
      <SavedViews />
      <div className="side-foot label">
        <BulkCards />
        <Engine health={health} />
      </div>
    </nav>
  );
}

function PlaceLink({
  place,
  badge,
}: {
  readonly place: Place;
  readonly badge: Badge | undefined;
}): ReactNode {
  return (
    <Link
      to={place.to}
      activeOptions={{ includeSearch: false }}
      activeProps={{ "aria-current": "page" }}
      title={`${place.title} (g ${place.key})`}
    >
      <Icon name={place.icon} />
      <span className="label">{place.title}</span>
      {badge === undefined ? null : (
        <span className={badge.isBad === true ? "n bad label" : "n label"} title={badge.title}>
          {badge.text}
        </span>
      )}
    </Link>
  );
}

function SavedViews(): ReactNode {
  const views = useSavedViews();
  if (views.length === 0) return null;
  return (
    <section aria-label="Saved views" className="label">
      <p className="nav-h">Saved views</p>
      <ul className="nav">
        {views.map((view) => (
          <li key={view.name} className="saved-view">
            <PageLink to={view.to}>
              <Icon name="star" />
              <span className="cut">
                <bdi>{view.name}</bdi>
              </span>
            </PageLink>
            <button
              type="button"
              className="btn ghost icon"
              aria-label={`Forget the view ${view.name}`}
              onClick={() => removeView(view.name)}
            >
              <Icon name="x" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Engine({ health }: { readonly health: HealthView | undefined }): ReactNode {
  if (health === undefined) return null;
  return (
    <div className="engine">
      <span className="dot-ok" />
      {health.store ?? "Engine"}
      {health.commitP95Ms === undefined ? "" : `, commit ${Number(health.commitP95Ms.toPrecision(2))} ms`}
      {health.version === undefined ? null : <span className="end">v{health.version}</span>}
    </div>
  );
}

export function Mark(): ReactNode {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path
        d="M1 4h4v4h3v4h4V8h3V4h4"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.8}
        strokeLinejoin="round"
      />
      <path d="M2.5 16.5h15" stroke="var(--accent)" strokeWidth={2.2} strokeLinecap="round" />
    </svg>
  );
}

/** On phones, at the bottom: five places; the apps are reached from their functions and the palette. */
export function Dock(): ReactNode {
  const badges: Badges = useBadges();
  return (
    <nav className="dock" aria-label="Places, short">
      {places
        .filter((place) => place.to !== "/apps")
        .map((place) => (
          <Link
            key={place.to}
            to={place.to}
            activeOptions={{ includeSearch: false }}
            activeProps={{ "aria-current": "page" }}
            title={badges[place.to]?.title}
          >
            <Icon name={place.icon} />
            {place.title}
          </Link>
        ))}
    </nav>
  );
}
