// One app: the error in words, what to do, the checks in their order, its functions; sync, move and remove it.

import type { AppView } from "@stepwell/protocol/rest";
import {
  type AppState,
  appState,
  appStateWords,
  appTitle,
  at,
  count,
  counted,
  preciseMoment,
  sdkWords,
} from "@stepwell/protocol/words";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { functionsQuery } from "../api/queries.ts";
import { useServerNow } from "../api/server-clock.ts";
import { CopyButton } from "../drawing/copy-button.tsx";
import { Icon } from "../drawing/icon.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { useCommands } from "../frame/command.ts";
import { Confirm } from "../frame/confirm.tsx";
import { useKeys } from "../frame/keys.ts";
import { useToast } from "../frame/toast.tsx";
import { useUrlState } from "../frame/url-state.ts";
import { remedy } from "../words/app-remedy.ts";
import { AppChecks } from "./app-checks.tsx";
import { removeApp, syncApp } from "./app-queries.ts";
import { EditAddress } from "./edit-address.tsx";

export function AppPanel({ app }: { readonly app: AppView }): ReactNode {
  const [url, patch] = useUrlState();
  const toast = useToast();
  const queries = useQueryClient();
  const [isSyncing, setSyncing] = useState(false);
  const readAgain = (): void => {
    for (const key of ["apps", "app-checks", "functions"])
      void queries.invalidateQueries({ queryKey: [key] });
  };
  const sync = (): void => {
    setSyncing(true);
    syncApp(app.id)
      .then(
        (answer) =>
          toast(
            answer.status === "FAILED"
              ? { kind: "refused", text: answer.error ?? `${appTitle(app)} could not be synced.` }
              : {
                  kind: "done",
                  text:
                    answer.modified === false
                      ? `${appTitle(app)} was in sync; nothing changed.`
                      : `${appTitle(app)} is in sync.`,
                },
          ),
        (error: Error) => toast({ kind: "refused", text: error.message }),
      )
      .finally(() => {
        setSyncing(false);
        readAgain();
      });
  };
  const remove = (): void => {
    removeApp(app.id).then(
      () => {
        patch({ sel: undefined, do: undefined });
        readAgain();
      },
      (error: Error) => toast({ kind: "refused", text: error.message }),
    );
  };
  useKeys({ r: sync });
  useCommands([
    { title: `Sync ${appTitle(app)}`, icon: "rerun", keys: ["r"], run: sync },
    { title: `Remove ${appTitle(app)}…`, icon: "cancelled", run: () => patch({ sel: app.id, do: "remove" }) },
  ]);
  return (
    <div className="panel-body">
      <div className="sec">
        <div className="row">
          <b className="b panel-title cut">
            <bdi>{appTitle(app)}</bdi>
          </b>
          <span className="end row">
            <button type="button" className="btn" onClick={sync} disabled={isSyncing}>
              <Icon name="rerun" />
              {isSyncing ? "Syncing" : "Sync now"} <kbd>r</kbd>
            </button>
            <button
              type="button"
              className="btn ghost icon"
              aria-label={`Remove ${appTitle(app)}`}
              title="Remove…"
              onClick={() => patch({ sel: app.id, do: "remove" })}
            >
              <Icon name="x" />
            </button>
          </span>
        </div>
      </div>
      <Trouble app={app} sync={sync} />
      <AppChecks app={app} />
      <AppFacts app={app} />
      <AppFunctions app={app} />
      {url.do === "remove" ? (
        <RemoveDialog app={app} onClose={() => patch({ do: undefined })} onConfirm={remove} />
      ) : null}
      {url.do === "address" ? (
        <EditAddress app={app} onClose={() => patch({ do: undefined })} onMoved={readAgain} />
      ) : null}
    </div>
  );
}

function Trouble({ app, sync }: { readonly app: AppView; readonly sync: () => void }): ReactNode {
  const [, patch] = useUrlState();
  const now = useServerNow();
  const state = appState(app);
  if (state.kind !== "away" && state.kind !== "refused") return null;
  return (
    <div className="sec">
      <div className="notice" role="alert">
        <Icon name="failed" />
        <span>
          {(app.latestSync?.error ?? "It does not answer.").split("\n").map((line) => (
            <b className="b line" key={line}>
              {line}
            </b>
          ))}
          {troubleWords(app, state, now)}
        </span>
      </div>
      <h2 className="what-to-do">What to do</h2>
      <ol className="card stairs">
        {remedy(app, state, location.origin).map((step, index) => (
          <li className="stp" key={step.text}>
            <span className="dot">{index + 1}</span>
            <span>
              {step.text}
              {step.command === undefined ? null : (
                <>
                  <br />
                  <code>{step.command}</code>
                </>
              )}
            </span>
            {step.command !== undefined ? (
              <CopyButton text={step.command} label="Copy command" />
            ) : step.button === "edit-address" ? (
              <button type="button" className="btn" onClick={() => patch({ sel: app.id, do: "address" })}>
                <Icon name="edit" />
                Edit address
              </button>
            ) : step.button === "sync" ? (
              <button type="button" className="btn" onClick={sync}>
                <Icon name="rerun" />
                Sync
              </button>
            ) : (
              <span />
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

function troubleWords(app: AppView, state: AppState, now: number): string {
  const open = app.openRuns ?? 0;
  const waiting = open === 0 ? "" : `${counted(open, "run waits", "runs wait")}; nothing is lost. `;
  if (state.kind !== "away") return `${waiting}The version before keeps running.`;
  const synced = app.latestSync?.syncedAt;
  const last =
    synced === undefined || app.functionCount === 0
      ? ""
      : `The last good sync was at ${preciseMoment(at(synced), now)}. `;
  return `${waiting}${last}Stepwell tries again every few seconds.`;
}

function AppFacts({ app }: { readonly app: AppView }): ReactNode {
  const now = useServerNow();
  const synced = app.latestSync?.syncedAt;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["State", appStateWords(appState(app))],
    ["Address", app.url],
    ["SDK", sdkWords(app.latestSync) || undefined],
    ["Version", app.appVersion ?? app.latestSync?.appVersion],
    ["Last sync", synced === undefined ? "never" : preciseMoment(at(synced), now)],
    ["Known since", preciseMoment(at(app.createdAt), now)],
    ["Found by", foundWords(app.foundBy)],
  ];
  return (
    <div className="sec">
      <h2>Facts</h2>
      <dl className="kv">
        {facts.map(([term, value]) =>
          value === undefined ? null : (
            <div key={term} className="kv-pair">
              <dt>{term}</dt>
              <dd className="cut" title={value}>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ),
        )}
      </dl>
    </div>
  );
}

function foundWords(foundBy: AppView["foundBy"]): string | undefined {
  switch (foundBy) {
    case undefined:
      return undefined;
    case "discovery":
      return "looking at the usual ports";
    case "flag":
      return "--sdk-url";
    case "registration":
      return "its own registration";
    case "dashboard":
      return "this page";
  }
}

function AppFunctions({ app }: { readonly app: AppView }): ReactNode {
  const functions = useQuery(functionsQuery());
  const own = (functions.data ?? []).filter((fn) => fn.app.id === app.id && !fn.isArchived);
  if (own.length === 0) return null;
  return (
    <div className="sec last">
      <h2>
        Functions <span className="n">{count(own.length)}</span>
      </h2>
      <ul className="app-functions">
        {own.map((fn) => (
          <li key={fn.id} className="row">
            <PageLink
              className="b cut plain-link"
              to={`/functions/${encodeURIComponent(fn.slug)}`}
              title={fn.slug}
            >
              <bdi>{fn.name}</bdi>
            </PageLink>
            <span className="muted cut">{fn.triggers.map((trigger) => trigger.value).join(", ")}</span>
            <span className={`end nowrap ${(fn.figures?.queued ?? 0) > 0 ? "ink-queued" : "muted"}`}>
              {fn.isPaused ? "paused, " : ""}
              {count(fn.figures?.queued ?? 0)} held
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function RemoveDialog({
  app,
  onClose,
  onConfirm,
}: {
  readonly app: AppView;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}): ReactNode {
  const open = app.openRuns ?? 0;
  return (
    <Confirm
      title={`Remove ${appTitle(app)} with ${counted(app.functionCount, "function")}?`}
      keep="Keep"
      deed={open === 0 ? "Remove" : `Remove, and end ${counted(open, "run")}`}
      danger
      typed={open > 100 ? open : undefined}
      onClose={onClose}
      onConfirm={onConfirm}
    >
      <p>
        {open === 0
          ? "None of its runs is in flight."
          : `${counted(open, "run is", "runs are")} in flight and can never finish without the app.`}{" "}
        Finished runs and events stay. An app that still answers comes back when it is found again.
      </p>
    </Confirm>
  );
}
