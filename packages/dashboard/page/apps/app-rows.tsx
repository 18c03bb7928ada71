// The list of apps: state, address, SDK and framework, functions, last sync.

import type { AppView } from "@stepwell/protocol/rest";
import { appState, appStateWords, appTitle, at, count, moment, sdkWords } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
import { useServerNow } from "../api/server-clock.ts";
import { Cell, Grid, GridRow, type Title } from "../drawing/grid.tsx";
import { Icon, type IconName } from "../drawing/icon.tsx";
import { Moment } from "../drawing/moment.tsx";
import { useKeys } from "../frame/keys.ts";
import { useUrlState } from "../frame/url-state.ts";

export interface AppRowsProps {
  readonly apps: readonly AppView[];
  readonly chosen: string | undefined;
}

export function AppRows({ apps, chosen }: AppRowsProps): ReactNode {
  const [, patch] = useUrlState();
  const index = apps.findIndex((app) => app.id === chosen);
  const choose = (next: number): void => {
    const app = apps[Math.min(apps.length - 1, Math.max(0, next))];
    if (app !== undefined) patch({ sel: app.id });
  };
  useKeys({
    j: () => choose(index + 1),
    k: () => choose(index - 1),
    down: () => choose(index + 1),
    up: () => choose(index - 1),
  });
  return (
    <Grid label="Apps" className="app-rows" rowCount={apps.length} titles={titles}>
      {apps.map((app, row) => (
        <AppRow
          key={app.id}
          app={app}
          index={row}
          isChosen={app.id === chosen}
          isTabStop={app.id === chosen || (index < 0 && row === 0)}
          choose={() => choose(row)}
        />
      ))}
    </Grid>
  );
}

const titles: readonly Title[] = [
  { text: "State", isSilent: true },
  { text: "App" },
  { text: "SDK and framework" },
  { text: "Functions", isNumber: true },
  { text: "Last sync", isNumber: true },
];

interface AppRowProps {
  readonly app: AppView;
  readonly index: number;
  readonly isChosen: boolean;
  readonly isTabStop: boolean;
  readonly choose: () => void;
}

function AppRow({ app, index, isChosen, isTabStop, choose }: AppRowProps): ReactNode {
  const now = useServerNow();
  const state = appState(app);
  const { icon, tone } = marks[state.kind];
  const synced = app.latestSync?.syncedAt;
  return (
    <GridRow
      index={index}
      isCursor={isChosen}
      className={isChosen ? "sel" : ""}
      data={{ "data-app": app.name, "data-state": state.kind }}
    >
      <Cell className={`row ink-${tone}`}>
        <Icon name={icon} />
      </Cell>
      <Cell className="cut two-lines">
        <button
          type="button"
          className="row-link plain-button b"
          tabIndex={isTabStop ? 0 : -1}
          onClick={choose}
        >
          <bdi>{appTitle(app)}</bdi>
        </button>{" "}
        <span className={state.kind === "in-sync" ? "muted" : `ink-${tone}`}>{appStateWords(state)}</span>
        <br />
        <code className="muted">{app.method === "CONNECT" ? "connect" : app.url}</code>
      </Cell>
      <Cell className="soft cut c-sdk">{sdkWords(app.latestSync)}</Cell>
      <Cell className="num">{count(app.functionCount)}</Cell>
      <Cell className="num soft c-sync">
        {synced === undefined ? (
          "never"
        ) : (
          <Moment then={at(synced)} now={now} text={moment(at(synced), now)} />
        )}
      </Cell>
    </GridRow>
  );
}

export const marks: Readonly<
  Record<
    ReturnType<typeof appState>["kind"],
    { readonly icon: IconName; readonly tone: "completed" | "failed" | "queued" | "cancelled" }
  >
> = {
  "in-sync": { icon: "check", tone: "completed" },
  away: { icon: "failed", tone: "failed" },
  refused: { icon: "errored", tone: "failed" },
  pending: { icon: "queued", tone: "queued" },
  removed: { icon: "cancelled", tone: "cancelled" },
};
