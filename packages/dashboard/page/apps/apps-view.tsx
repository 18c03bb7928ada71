// The apps: where they are, and how their last sync went.

import { type AppView, appSyncsPath } from "@stepwell/protocol/rest";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { appsQuery } from "../api/queries.ts";
import { change } from "../api/request.ts";
import { Empty, Failure, Skeleton } from "../drawing/notices.tsx";
import { counted } from "../words/number.ts";

export function AppsView(): ReactNode {
  const apps = useQuery({ ...appsQuery(), refetchInterval: 2000 });
  if (apps.error !== null) return <Failure error={apps.error} retry={() => void apps.refetch()} />;
  if (apps.data === undefined) return <Skeleton />;
  return (
    <div className="scroll">
      <div className="pad" style={{ padding: "14px 20px", display: "grid", gap: 14 }}>
        <h1 className="sentence">Apps</h1>
        {apps.data.map((app) => (
          <AppRow key={app.id} app={app} />
        ))}
        {apps.data.length === 0 ? (
          <Empty title="No app yet">
            <p>Apps on the usual ports are found by themselves. Give any other address with --sdk-url.</p>
          </Empty>
        ) : null}
      </div>
    </div>
  );
}

function AppRow({ app }: { readonly app: AppView }): ReactNode {
  const queries = useQueryClient();
  const sync = async (): Promise<void> => {
    await change("POST", appSyncsPath(app.id)).catch(() => undefined);
    await queries.invalidateQueries({ queryKey: ["apps"] });
  };
  const { latestSync } = app;
  return (
    <div>
      <b>{app.name || app.url}</b> {app.url} · {counted(app.functionCount, "function")}
      {latestSync?.sdkVersion === undefined
        ? ""
        : ` · ${latestSync.sdkLanguage ?? ""} ${latestSync.sdkVersion}`}{" "}
      <button type="button" className="btn" onClick={() => void sync()}>
        Sync
      </button>
      {latestSync?.error === undefined ? null : (
        <p className="err" role="alert">
          {latestSync.error}
        </p>
      )}
    </div>
  );
}
