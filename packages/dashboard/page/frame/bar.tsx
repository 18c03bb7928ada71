// The bar above the sheet: crumbs with a copyable id, search, live switch, theme (spec §2).

import { type ReactNode, useState } from "react";
import { useLive } from "../api/live.tsx";
import { CopyButton } from "../drawing/copy-button.tsx";
import { Icon } from "../drawing/icon.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { cutMiddle, shortId } from "../words/short-id.ts";
import { openPalette } from "./palette-door.ts";
import { applyTheme, currentTheme, nextTheme } from "./theme.ts";

export interface Crumb {
  readonly text: string;
  readonly to: string;
}

export interface BarProps {
  readonly title: string;
  /** The places above this one. */
  readonly crumbs?: readonly Crumb[];
  /** A word beside the title, such as the app's name. */
  readonly tag?: string;
  /** Shown short, copied whole. */
  readonly id?: string;
}

export function Bar({ crumbs = [], title, tag, id }: BarProps): ReactNode {
  return (
    <header className="top">
      <title>{`${title} · Stepwell`}</title>
      <div className="crumb">
        {crumbs.map((crumb) => (
          <span key={crumb.to} className="row crumb-step">
            <PageLink to={crumb.to}>{crumb.text}</PageLink>
            <Icon name="right" small />
          </span>
        ))}
        <h1 title={title} className="cut">
          <bdi>{cutMiddle(title, 60)}</bdi>
        </h1>
        {tag === undefined ? null : <span className="tag hide-s">{tag}</span>}
        {id === undefined ? null : (
          <span className="row hide-s">
            <code className="muted nowrap">{shortId(id)}</code>
            <CopyButton text={id} label="Copy id" />
          </span>
        )}
      </div>
      <button type="button" className="find" aria-label="Search or do… ⌘ K" onClick={openPalette}>
        <Icon name="search" small />
        <span>Search or do…</span>
        <span className="end row keys">
          <kbd>⌘</kbd>
          <kbd>K</kbd>
        </span>
      </button>
      <LiveSwitch />
      <ThemeSwitch />
    </header>
  );
}

function LiveSwitch(): ReactNode {
  const { connection, held, setHeld } = useLive();
  const kind = connection.kind === "lost" ? "lost" : held ? "held" : "";
  const word = connection.kind === "lost" ? "Lost" : held ? "Held" : "Live";
  return (
    <button
      type="button"
      className={`live ${kind}`}
      aria-pressed={!held}
      title={
        held ? "Updates are held. Press . to let them in." : "Updates arrive live. Press . to hold them."
      }
      onClick={() => setHeld(!held)}
    >
      <span>{word}</span>
    </button>
  );
}

function ThemeSwitch(): ReactNode {
  const [theme, setTheme] = useState(currentTheme);
  const next = nextTheme(theme);
  return (
    <button
      type="button"
      className="btn ghost icon hide-s"
      aria-label={`Theme: ${theme}. Change to ${next}`}
      title={`Theme: ${theme}`}
      onClick={() => {
        applyTheme(next);
        setTheme(next);
      }}
    >
      <Icon name="theme" />
    </button>
  );
}
