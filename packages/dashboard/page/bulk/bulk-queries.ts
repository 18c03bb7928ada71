// Bulk operations: the list, one of them, and steering it. One that runs is read again each second.

import { type BulkView, bulkPath, bulkSteerPath, bulksPath, isBulkFinished } from "@stepwell/protocol/rest";
import { queryOptions } from "@tanstack/react-query";
import { data } from "../api/queries.ts";
import { change, readList } from "../api/request.ts";

const everyMs = 1000;

export const bulksQuery = () =>
  queryOptions({
    queryKey: ["bulks"],
    queryFn: ({ signal }) => readList<BulkView>(bulksPath({ limit: 100 }), signal),
    refetchInterval: (query) =>
      query.state.data?.data.some((bulk) => bulk.status === "RUNNING") === true ? everyMs : 5 * everyMs,
  });

export const bulkQuery = (id: string) =>
  queryOptions({
    queryKey: ["bulks", id],
    queryFn: ({ signal }) => data<BulkView>(bulkPath(id), signal),
    refetchInterval: (query) => {
      const status = query.state.data?.status;
      return status === undefined || isBulkFinished(status) ? false : everyMs;
    },
  });

/** @throws RequestFailure */
export function steerBulk(id: string, steer: "hold" | "resume" | "stop"): Promise<BulkView> {
  return change<BulkView>("POST", bulkSteerPath(id, steer));
}
