// Moves an app to another address: runs in flight follow it.

import type { AppView } from "@stepwell/protocol/rest";
import { counted } from "@stepwell/protocol/words";
import { type ReactNode, useState } from "react";
import { Dialog } from "../frame/dialog.tsx";
import { appTitle } from "../words/app-words.ts";
import { syncApp } from "./app-queries.ts";

export interface EditAddressProps {
  readonly app: AppView;
  readonly onClose: () => void;
  readonly onMoved: () => void;
}

export function EditAddress({ app, onClose, onMoved }: EditAddressProps): ReactNode {
  const [address, setAddress] = useState(app.url ?? "");
  const [refusal, setRefusal] = useState<string | undefined>();
  const [isMoving, setMoving] = useState(false);
  const open = app.openRuns ?? 0;
  const move = (): void => {
    setMoving(true);
    setRefusal(undefined);
    syncApp(app.id, address.trim())
      .then(
        (answer) => {
          onMoved();
          if (answer.status === "FAILED") setRefusal(answer.error ?? "It does not answer there either.");
          else onClose();
        },
        (error: Error) => setRefusal(error.message),
      )
      .finally(() => setMoving(false));
  };
  return (
    <Dialog title="Edit the address" onClose={onClose}>
      <form
        className="confirm"
        onSubmit={(submit) => {
          submit.preventDefault();
          move();
        }}
      >
        <h2>Where is {appTitle(app)} now?</h2>
        <p>
          {open === 0
            ? "It is synced from there."
            : `${counted(open, "run in flight goes", "runs in flight go")} on at the new address.`}
        </p>
        <label className="field">
          <span>Address</span>
          <input
            className="input"
            type="url"
            required
            data-focus=""
            value={address}
            spellCheck={false}
            onChange={({ target }) => setAddress(target.value)}
          />
        </label>
        <p className="err" role="alert">
          {refusal ?? ""}
        </p>
        <div className="row buttons">
          <button type="button" className="btn end" onClick={onClose}>
            Keep {app.url ?? "it"}
          </button>
          <button type="submit" className="btn strong" disabled={isMoving || address.trim() === app.url}>
            Move and sync <kbd>↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
