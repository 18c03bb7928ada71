// The counts beside the places in the side; each is absent while nothing needs to be said.

import { count, counted } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import { useLiveRefresh } from "../api/live.tsx";
import { appsQuery, failuresQuery, functionsQuery, runFiguresQuery } from "../api/queries.ts";
import { stateOfGroup } from "../failures/group-state.ts";
import type { Place } from "./places.ts";

const openRuns = { status: ["QUEUED", "RUNNING"], buckets: 1 } as const;

export interface Badge {
  readonly text: string;
  readonly title: string;
  readonly isBad?: boolean;
}

export type Badges = Readonly<Partial<Record<Place["to"], Badge>>>;

export function useBadges(): Badges {
  const figures = useQuery(runFiguresQuery(openRuns)).data;
  const failures = useQuery(failuresQuery({})).data?.filter((group) => stateOfGroup(group) === "open");
  const functions = useQuery(functionsQuery()).data;
  const apps = useQuery(appsQuery()).data;
  useLiveRefresh(["run-figures"], (change) => change.kind === "run", 2000);
  useLiveRefresh(["failures"], (change) => change.kind === "run" && change.status === "FAILED", 2000);
  useLiveRefresh(["functions"], (change) => change.kind === "function" || change.kind === "app");
  useLiveRefresh(["apps"], (change) => change.kind === "app");
  const live = (figures?.counts.QUEUED ?? 0) + (figures?.counts.RUNNING ?? 0);
  const away =
    apps?.filter((app) => app.latestSync?.status === "FAILED" || app.isReachable === false).length ?? 0;
  const badges: Partial<Record<Place["to"], Badge>> = {};
  if (live > 0)
    badges["/runs"] = {
      text: `${count(live)} live`,
      title: `${counted(live, "run is", "runs are")} not finished`,
    };
  if (failures !== undefined && failures.length > 0)
    badges["/failures"] = {
      text: count(failures.length),
      title: `${counted(failures.length, "open group")} of failures`,
      isBad: true,
    };
  if (functions !== undefined && functions.length > 0)
    badges["/functions"] = { text: count(functions.length), title: counted(functions.length, "function") };
  if (apps !== undefined && away > 0)
    badges["/apps"] = {
      text: `${count(away)} of ${count(apps.length)}`,
      title: `${counted(away, "app is", "apps are")} not in sync`,
      isBad: true,
    };
  return badges;
}
