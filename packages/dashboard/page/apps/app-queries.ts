// What only the apps' view reads and does: checks, syncing, adding, removing.

import {
  type AddAppRequest,
  type AppChecks,
  appChecksPath,
  appPath,
  appSyncsPath,
  appsPath,
  type SyncAnswer,
} from "@stepwell/protocol/rest";
import { queryOptions } from "@tanstack/react-query";
import { change, RequestFailure } from "../api/request.ts";

/** Null where the server makes no checks. */
export const checksQuery = (appId: string) =>
  queryOptions({
    queryKey: ["app-checks", appId],
    queryFn: async (): Promise<AppChecks | null> => {
      try {
        return await change<AppChecks>("POST", appChecksPath(appId));
      } catch (cause) {
        if (cause instanceof RequestFailure && [404, 405, 501].includes(cause.status)) return null;
        throw cause;
      }
    },
    staleTime: 10_000,
  });

/** @throws RequestFailure */
export function syncApp(appId: string, url?: string): Promise<SyncAnswer> {
  return change<SyncAnswer>("POST", appSyncsPath(appId), url === undefined ? {} : { url });
}

/** @throws RequestFailure */
export function addApp(request: AddAppRequest): Promise<SyncAnswer> {
  return change<SyncAnswer>("POST", appsPath(), request);
}

/** @throws RequestFailure */
export function removeApp(appId: string): Promise<unknown> {
  return change("DELETE", appPath(appId));
}
