// Asks before something that cannot be taken back (spec §5 Confirm): the title is the question with the count, the
// safe button says what stays, the other names the deed. For very many, the number has to be typed.

import { count } from "@stepwell/protocol/words";
import { type ReactNode, useState } from "react";
import { Dialog } from "./dialog.tsx";

export interface ConfirmProps {
  readonly title: string;
  readonly children?: ReactNode;
  /** The safe button: what stays. */
  readonly keep: string;
  /** The other button: the deed with its count. */
  readonly deed: string;
  readonly danger?: boolean;
  /** When given, this number has to be typed before the deed can be done. */
  readonly typed?: number | undefined;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

export function Confirm(props: ConfirmProps): ReactNode {
  const { title, children, keep, deed, danger = false, typed, onClose, onConfirm } = props;
  const [text, setText] = useState("");
  const mayGo = typed === undefined || text.replaceAll(/[,\s]/g, "") === String(typed);
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="confirm"
        onSubmit={(event) => {
          event.preventDefault();
          if (!mayGo) return;
          onClose();
          onConfirm();
        }}
      >
        <h2>{title}</h2>
        {children}
        {typed === undefined ? null : (
          <label className="field">
            <span>Type {count(typed)} to go on</span>
            <input
              className="input"
              inputMode="numeric"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </label>
        )}
        <div className="row buttons">
          <button type="button" className="btn end" onClick={onClose}>
            {keep}
          </button>
          <button
            type="submit"
            className={danger ? "btn danger strong" : "btn strong"}
            disabled={!mayGo}
            data-focus={typed === undefined ? "" : undefined}
          >
            {deed} <kbd>↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
