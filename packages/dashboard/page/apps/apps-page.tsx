// Apps (spec §6.5): whether each is in sync; the panel says why not and what to do.

import type { AppView } from "@stepwell/protocol/rest";
import { appState, appsSentence, counted } from "@stepwell/protocol/words";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLiveRefresh } from "../api/live.tsx";
import { appsQuery } from "../api/queries.ts";
import { Icon } from "../drawing/icon.tsx";
import { Failure, Skeleton } from "../drawing/notices.tsx";
import { Words } from "../drawing/words.tsx";
import { Foot } from "../frame/foot.tsx";
import { useKeys } from "../frame/keys.ts";
import { Split } from "../frame/split.tsx";
import { useToast } from "../frame/toast.tsx";
import { useUrlState } from "../frame/url-state.ts";
import { View } from "../frame/view.tsx";
import { AddAppDialog } from "./add-app-dialog.tsx";
import { AppPanel } from "./app-panel.tsx";
import { syncApp } from "./app-queries.ts";
import { AppRows } from "./app-rows.tsx";
import { NoApps } from "./no-apps.tsx";

export function AppsPage(): ReactNode {
  const [url, patch] = useUrlState();
  const apps = useQuery({ ...appsQuery(), refetchInterval: 10_000 });
  useLiveRefresh(["apps"], (change) => change.kind === "app");
  const rows = sorted((apps.data ?? []).filter((app) => !app.isArchived));
  const chosen = rows.find((app) => app.id === url.sel) ?? rows.find(needsHelp);
  useKeys({ n: () => patch({ do: "add" }) });
  return (
    <View title="Apps">
      <div className="sec">
        <div className="row head-row">
          <p className="sentence grow">
            {apps.data === undefined ? (
              "…"
            ) : rows.length === 0 ? (
              "No app found."
            ) : (
              <Words parts={appsSentence(rows)} />
            )}
          </p>
          <span className="row end">
            {rows.length === 0 ? null : <SyncAll apps={rows} />}
            <button type="button" className="btn strong" onClick={() => patch({ do: "add" })}>
              <Icon name="plus" />
              Add app <kbd>n</kbd>
            </button>
          </span>
        </div>
      </div>
      <Split
        view="apps"
        label="App"
        panel={chosen === undefined ? undefined : <AppPanel key={chosen.id} app={chosen} />}
        onClose={url.sel === undefined ? undefined : () => patch({ sel: undefined })}
      >
        <div className="scroll">
          {apps.error === null ? null : <Failure error={apps.error} retry={() => void apps.refetch()} />}
          {apps.isPending ? <Skeleton rows={3} /> : null}
          {apps.data !== undefined && rows.length === 0 ? <NoApps /> : null}
          {rows.length === 0 ? null : <AppRows apps={rows} chosen={chosen?.id} />}
        </div>
      </Split>
      <Foot
        keys={[
          { keys: "j k", word: "move" },
          { keys: "r", word: "sync" },
          { keys: "n", word: "add" },
        ]}
      >
        {counted(rows.length, "app")}
      </Foot>
      {url.do === "add" ? <AddAppDialog onClose={() => patch({ do: undefined })} /> : null}
    </View>
  );
}

function needsHelp(app: AppView): boolean {
  const { kind } = appState(app);
  return kind === "away" || kind === "refused";
}

/** Those that need somebody first, then by name. */
function sorted(apps: readonly AppView[]): readonly AppView[] {
  return [...apps].sort(
    (left, right) =>
      Number(needsHelp(right)) - Number(needsHelp(left)) || left.name.localeCompare(right.name),
  );
}

function SyncAll({ apps }: { readonly apps: readonly AppView[] }): ReactNode {
  const [isSyncing, setSyncing] = useState(false);
  const toast = useToast();
  const queries = useQueryClient();
  const sync = async (): Promise<void> => {
    setSyncing(true);
    const results = await Promise.allSettled(apps.map((app) => syncApp(app.id)));
    const failed = results.filter(
      (result) => result.status === "rejected" || result.value.status === "FAILED",
    ).length;
    toast(
      failed === 0
        ? { kind: "done", text: `${counted(apps.length, "app is", "apps are")} in sync.` }
        : { kind: "refused", text: `${counted(failed, "app")} of ${apps.length} could not be synced.` },
    );
    setSyncing(false);
    void queries.invalidateQueries({ queryKey: ["apps"] });
  };
  return (
    <button type="button" className="btn" disabled={isSyncing} onClick={() => void sync()}>
      <Icon name="rerun" />
      {isSyncing ? "Syncing" : "Sync all"}
    </button>
  );
}
