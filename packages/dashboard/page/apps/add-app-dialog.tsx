// Adds an app by its address, and says at once how its sync went.

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Dialog } from "../frame/dialog.tsx";
import { useUrlState } from "../frame/url-state.ts";
import { addApp } from "./app-queries.ts";

export function AddAppDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [, patch] = useUrlState();
  const queries = useQueryClient();
  const [address, setAddress] = useState("http://localhost:3000/api/inngest");
  const [refusal, setRefusal] = useState<string | undefined>();
  const [isAdding, setAdding] = useState(false);
  const add = (): void => {
    setAdding(true);
    setRefusal(undefined);
    addApp({ url: address.trim() })
      .then(
        (answer) => {
          if (answer.status === "FAILED")
            setRefusal(`It is added, but not in sync: ${answer.error ?? "no reason was given."}`);
          else patch({ do: undefined, sel: answer.appId });
        },
        (error: Error) => setRefusal(error.message),
      )
      .finally(() => {
        setAdding(false);
        for (const key of ["apps", "functions"]) void queries.invalidateQueries({ queryKey: [key] });
      });
  };
  return (
    <Dialog title="Add an app" onClose={onClose}>
      <form
        className="confirm"
        onSubmit={(submit) => {
          submit.preventDefault();
          add();
        }}
      >
        <h2>Add an app</h2>
        <p>
          The address at which it serves its functions. Stepwell asks it which functions it has, and calls it
          there.
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
            onFocus={({ target }) => target.select()}
            onChange={({ target }) => setAddress(target.value)}
          />
        </label>
        <p className="err" role="alert">
          {refusal ?? ""}
        </p>
        <div className="row buttons">
          <button type="button" className="btn end" onClick={onClose}>
            Close
          </button>
          <button type="submit" className="btn strong" disabled={isAdding}>
            {isAdding ? "Asking it" : "Add app"} <kbd>↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
