// Bulk operations as the page reads them.

import { type BulkView, bulkPath, bulksPath } from "@stepwell/protocol/rest";
import { queryOptions } from "@tanstack/react-query";
import { data, optional } from "./queries.ts";

const watchedMs = 2000;

/** The newest ones; null where the server has none to offer. Watched while one of them runs. */
export const bulksQuery = () =>
  queryOptions({
    queryKey: ["bulks"],
    queryFn: ({ signal }) => optional<readonly BulkView[]>(bulksPath({ limit: 50 }), signal),
    refetchInterval: ({ state }) =>
      state.data?.some((bulk) => bulk.status === "RUNNING") ? watchedMs : 15_000,
  });

export const bulkQuery = (id: string) =>
  queryOptions({
    queryKey: ["bulks", id],
    queryFn: ({ signal }) => data<BulkView>(bulkPath(id), signal),
    refetchInterval: ({ state }) => (state.data?.status === "RUNNING" ? watchedMs / 2 : false),
  });
