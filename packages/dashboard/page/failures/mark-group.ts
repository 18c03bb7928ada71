// Closing, reopening and muting a group of failures.

import { type FailureGroup, failureMarkPath } from "@stepwell/protocol/rest";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { change } from "../api/request.ts";
import { useToast } from "../frame/toast.tsx";

export type Verb = Parameters<typeof failureMarkPath>[1];

const done: Readonly<Record<Verb, string>> = {
  close: "The group is closed. It opens again by itself if it fails again.",
  reopen: "The group is open again.",
  mute: "The group is muted: it needs nobody any more.",
  unmute: "The group is no longer muted.",
};

export function useMarkGroup(): (group: FailureGroup, verb: Verb) => void {
  const client = useQueryClient();
  const toast = useToast();
  return useCallback(
    (group, verb) => {
      change<FailureGroup>("POST", failureMarkPath(group.id, verb)).then(
        () => {
          toast({ kind: "done", text: done[verb] });
          return client.invalidateQueries({ queryKey: ["failures"] });
        },
        (error: unknown) =>
          toast({ kind: "refused", text: error instanceof Error ? error.message : "The server refused." }),
      );
    },
    [client, toast],
  );
}
