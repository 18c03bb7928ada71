// The palette, ⌘K (spec §5): first what fits the page that is shown, then places, functions, apps, recent runs, and a
// pasted id.

import type { RunDetailView } from "@stepwell/protocol/rest";
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useMemo, useState } from "react";
import { appsQuery, functionsQuery } from "../api/queries.ts";
import { Icon } from "../drawing/icon.tsx";
import { shortId } from "../words/short-id.ts";
import { offeredCommands } from "./command.ts";
import { Dialog } from "./dialog.tsx";
import { type Entry, grouped, isId, matching } from "./palette-search.ts";
import { places } from "./places.ts";
import { applyTheme } from "./theme.ts";
import { readSearch } from "./url-state.ts";

const shownMax = 14;
const recentMax = 5;

type Go = (to: string) => void;

function idEntries(text: string, go: Go): readonly Entry[] {
  const id = text.trim();
  if (!isId(id)) return [];
  return [
    { group: "This id", title: `Open run ${id}`, icon: "runs", run: () => go(`/runs/${id}`) },
    { group: "This id", title: `Open event ${id}`, icon: "events", run: () => go(`/events/${id}`) },
  ];
}

/** Runs that were opened before in this tab, newest first. */
function recentRuns(client: QueryClient, go: Go): readonly Entry[] {
  return client
    .getQueriesData<RunDetailView>({ queryKey: ["run"] })
    .flatMap(([, run]) => (run === undefined ? [] : [run]))
    .reverse()
    .slice(0, recentMax)
    .map((run) => ({
      group: "Recent runs",
      title: run.function.name,
      note: shortId(run.id),
      icon: "runs",
      run: () => go(`/runs/${run.id}`),
    }));
}

function useEntries(search: string): readonly Entry[] {
  const navigate = useNavigate();
  const client = useQueryClient();
  const functions = useQuery(functionsQuery()).data;
  const apps = useQuery(appsQuery()).data;
  const here = useMemo(() => offeredCommands(), []);
  return useMemo(() => {
    const go: Go = (to) => {
      const [path = "/", query = ""] = to.split("?", 2);
      void navigate({ to: path, search: readSearch(query) as never });
    };
    const all: readonly Entry[] = [
      ...here.map((command) => ({ ...command, group: "Here" })),
      ...places.map((place) => ({
        group: "Places",
        title: place.title,
        icon: place.icon,
        keys: ["g", place.key],
        run: () => go(place.to),
      })),
      ...recentRuns(client, go),
      ...(functions ?? []).map((item) => ({
        group: "Functions",
        title: item.name,
        note: item.app.name,
        icon: "functions" as const,
        run: () => go(`/functions/${encodeURIComponent(item.slug)}`),
      })),
      ...(apps ?? []).map((app) => ({
        group: "Apps",
        title: app.name === "" ? (app.url ?? app.id) : app.name,
        icon: "apps" as const,
        run: () => go(`/apps?sel=${encodeURIComponent(app.id)}`),
      })),
      ...(["system", "light", "dark"] as const).map((theme) => ({
        group: "Settings",
        title: `Theme: ${theme}`,
        icon: "theme" as const,
        run: () => applyTheme(theme),
      })),
    ];
    const ids = idEntries(search, go);
    return ids.length > 0 ? ids : matching(all, search).slice(0, shownMax);
  }, [search, functions, apps, here, client, navigate]);
}

export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [search, setSearch] = useState("");
  const [at, setAt] = useState(0);
  const entries = useEntries(search);
  const chosen = Math.min(at, entries.length - 1);
  const run = (entry: Entry | undefined): void => {
    onClose();
    entry?.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setAt(Math.min(chosen + 1, entries.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(chosen - 1, 0));
    else if (event.key === "Enter") run(entries[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Search or run a command" onClose={onClose} className="palette">
      <div className="pal-in">
        <Icon name="search" />
        <input
          data-focus=""
          value={search}
          placeholder="Search or do…"
          role="combobox"
          aria-label="Search or run a command"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={chosen < 0 ? undefined : `palette-${chosen}`}
          onChange={(event) => {
            setSearch(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <kbd>esc</kbd>
      </div>
      <div id="palette-list" className="pal-list" role="listbox" aria-label="Commands">
        {grouped(entries).map(({ group, from, entries: members }) => (
          <div key={`${group}${from}`} role="group" aria-label={group}>
            <p className="pal-h" aria-hidden="true">
              {group}
            </p>
            {members.map((entry, index) => (
              <Option
                key={`${entry.title} ${entry.note ?? ""}`}
                entry={entry}
                index={from + index}
                isChosen={from + index === chosen}
                onPoint={() => setAt(from + index)}
                onRun={() => run(entry)}
              />
            ))}
          </div>
        ))}
      </div>
      {entries.length === 0 ? <p className="pal-h">Nothing fits.</p> : null}
    </Dialog>
  );
}

function Option({
  entry,
  index,
  isChosen,
  onPoint,
  onRun,
}: {
  readonly entry: Entry;
  readonly index: number;
  readonly isChosen: boolean;
  readonly onPoint: () => void;
  readonly onRun: () => void;
}): ReactNode {
  return (
    <div
      id={`palette-${index}`}
      role="option"
      aria-selected={isChosen}
      className={isChosen ? "pal-r on" : "pal-r"}
      onMouseMove={onPoint}
      onClick={onRun}
    >
      <Icon name={entry.icon} />
      <span className="cut">{entry.title}</span>
      <span className="muted nowrap">{entry.note}</span>
      <span className="end row keys">
        {entry.keys?.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </span>
    </div>
  );
}
