// What the filter's completion knows of this installation.

import { type EventNameView, eventNamesPath } from "@stepwell/protocol/rest";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { appsQuery, functionsQuery, optional } from "../api/queries.ts";
import type { Learned } from "./completion.ts";

const eventNamesQuery = () =>
  queryOptions({
    queryKey: ["event-names"],
    queryFn: ({ signal }) => optional<readonly EventNameView[]>(eventNamesPath(), signal),
    staleTime: 30_000,
  });

export function useLearned(): Learned {
  const functions = useQuery(functionsQuery()).data;
  const apps = useQuery(appsQuery()).data;
  const events = useQuery(eventNamesQuery()).data;
  return useMemo(
    () => ({
      functions: (functions ?? []).map(({ slug, name, app }) => ({ slug, name, app: app.name })),
      apps: (apps ?? []).map(({ name }) => name).filter((name) => name !== ""),
      events: events ?? [],
    }),
    [functions, apps, events],
  );
}
