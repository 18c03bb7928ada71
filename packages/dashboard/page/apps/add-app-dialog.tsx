// Adds an app by its address, and says at once how its sync went.

import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useUrlState } from "../frame/url-state.ts";
import { AddressDialog } from "./address-dialog.tsx";
import { addApp } from "./app-queries.ts";

export function AddAppDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [, patch] = useUrlState();
  const queries = useQueryClient();
  const add = async (url: string): Promise<string | undefined> => {
    try {
      const answer = await addApp({ url });
      if (answer.status === "FAILED")
        return `It is added, but not in sync: ${answer.error ?? "no reason was given."}`;
      patch({ do: undefined, sel: answer.appId });
      return undefined;
    } finally {
      for (const key of ["apps", "functions"]) void queries.invalidateQueries({ queryKey: [key] });
    }
  };
  return (
    <AddressDialog
      title="Add an app"
      words="The address at which it serves its functions. Stepwell asks it which functions it has, and calls it there."
      address="http://localhost:3000/api/inngest"
      keep="Close"
      deed="Add app"
      takesSame
      send={add}
      onClose={onClose}
    />
  );
}
