// Overrides the number of a limit: value, reason, until when (spec §6.4).

import {
  type FunctionView,
  type LimitView,
  type OverrideRequest,
  overridesPath,
} from "@stepwell/protocol/rest";
import { count, limitKind } from "@stepwell/protocol/words";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { change } from "../api/request.ts";
import { serverNow } from "../api/server-clock.ts";
import { Dialog } from "../frame/dialog.tsx";

const hour = 3_600_000;
const lengths = [
  ["1 hour", hour],
  ["8 hours", 8 * hour],
  ["24 hours", 24 * hour],
  ["7 days", 7 * 24 * hour],
  ["until I remove it", undefined],
] as const;

export interface OverrideDialogProps {
  readonly fn: FunctionView;
  readonly limit: LimitView;
  readonly onClose: () => void;
}

export function OverrideDialog({ fn, limit, onClose }: OverrideDialogProps): ReactNode {
  const [value, setValue] = useState(String(limit.limit));
  const [reason, setReason] = useState(limit.override?.reason ?? "");
  const [by, setBy] = useState(limit.override?.by ?? "");
  const [length, setLength] = useState(1);
  const [refusal, setRefusal] = useState<string | undefined>();
  const queries = useQueryClient();
  const number = Number(value);
  const isValid = Number.isInteger(number) && number >= 1;
  const set = (): void => {
    if (!isValid) return;
    const ms = lengths[length]?.[1];
    const request: OverrideRequest = {
      limit: limit.name,
      value: number,
      ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
      ...(by.trim() === "" ? {} : { by: by.trim() }),
      ...(ms === undefined ? {} : { until: new Date(serverNow() + ms).toISOString() }),
    };
    change("POST", overridesPath(fn.slug), request).then(
      () => {
        onClose();
        void queries.invalidateQueries({ queryKey: ["functions", fn.slug] });
      },
      (error: Error) => setRefusal(error.message),
    );
  };
  return (
    <Dialog title="Override a limit" onClose={onClose}>
      <form
        className="confirm"
        onSubmit={(submit) => {
          submit.preventDefault();
          set();
        }}
      >
        <h2>
          Override the {limitKind(limit)} of {fn.name}
        </h2>
        <p>
          The app registered {count(limit.registeredLimit)}
          {limit.key === undefined ? "" : ` for each ${limit.key}`}. The new number counts at once, without a
          deploy, and a sync does not undo it.
        </p>
        <label className="field">
          <span>New limit</span>
          <input
            className="input"
            inputMode="numeric"
            data-focus=""
            value={value}
            aria-invalid={!isValid}
            onChange={({ target }) => setValue(target.value)}
          />
        </label>
        <label className="field">
          <span>For how long</span>
          <select className="input" value={length} onChange={({ target }) => setLength(Number(target.value))}>
            {lengths.map(([words], index) => (
              <option key={words} value={index}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>
            Why <span className="muted">shown to whoever looks at the limit</span>
          </span>
          <input className="input" value={reason} onChange={({ target }) => setReason(target.value)} />
        </label>
        <label className="field">
          <span>By whom</span>
          <input
            className="input"
            value={by}
            autoComplete="name"
            onChange={({ target }) => setBy(target.value)}
          />
        </label>
        <p className="err" role="alert">
          {isValid
            ? (refusal ?? "")
            : "A limit is a whole number of at least 1. To stop all runs, pause the function."}
        </p>
        <div className="row buttons">
          <button type="button" className="btn end" onClick={onClose}>
            Keep {count(limit.limit)}
          </button>
          <button type="submit" className="btn strong" disabled={!isValid}>
            Override with {isValid ? count(number) : "…"} <kbd>↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
