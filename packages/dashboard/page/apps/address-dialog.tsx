// Asks for an app's address: for one that is new, and for one that has moved. What the server refuses is said in place.

import { type ReactNode, useState } from "react";
import { Dialog } from "../frame/dialog.tsx";

export interface AddressDialogProps {
  readonly title: string;
  /** The question, where the title is none. */
  readonly question?: string;
  readonly words: string;
  /** What the field holds at first. */
  readonly address: string;
  /** On the button that closes. */
  readonly keep: string;
  readonly deed: string;
  /** Whether the deed makes sense for an address that was not changed. */
  readonly takesSame: boolean;
  /** Answers with why it did not work; nothing when it did. */
  readonly send: (address: string) => Promise<string | undefined>;
  readonly onClose: () => void;
}

export function AddressDialog(props: AddressDialogProps): ReactNode {
  const { title, question = title, words, keep, deed, takesSame, send, onClose } = props;
  const [address, setAddress] = useState(props.address);
  const [refusal, setRefusal] = useState<string | undefined>();
  const [isSending, setSending] = useState(false);
  const submit = (): void => {
    setSending(true);
    setRefusal(undefined);
    send(address.trim())
      .then(setRefusal, (error: Error) => setRefusal(error.message))
      .finally(() => setSending(false));
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="confirm"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <h2>{question}</h2>
        <p>{words}</p>
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
            {keep}
          </button>
          <button
            type="submit"
            className="btn strong"
            disabled={isSending || (!takesSame && address.trim() === props.address)}
          >
            {isSending ? "Asking it" : deed} <kbd>↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
