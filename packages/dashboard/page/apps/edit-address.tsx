// Moves an app to another address: runs in flight follow it.

import type { AppView } from "@stepwell/protocol/rest";
import { appTitle, counted } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
import { AddressDialog } from "./address-dialog.tsx";
import { syncApp } from "./app-queries.ts";

export interface EditAddressProps {
  readonly app: AppView;
  readonly onClose: () => void;
  readonly onMoved: () => void;
}

export function EditAddress({ app, onClose, onMoved }: EditAddressProps): ReactNode {
  const open = app.openRuns ?? 0;
  const move = async (address: string): Promise<string | undefined> => {
    const answer = await syncApp(app.id, address);
    onMoved();
    if (answer.status === "FAILED") return answer.error ?? "It does not answer there either.";
    onClose();
    return undefined;
  };
  return (
    <AddressDialog
      title="Edit the address"
      question={`Where is ${appTitle(app)} now?`}
      words={
        open === 0
          ? "It is synced from there."
          : `${counted(open, "run in flight goes", "runs in flight go")} on at the new address.`
      }
      address={app.url ?? ""}
      keep={`Keep ${app.url ?? "it"}`}
      deed="Move and sync"
      takesSame={false}
      send={move}
      onClose={onClose}
    />
  );
}
