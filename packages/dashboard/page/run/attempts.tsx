// The attempts of a step: each with its error, how long it ran, and what it waited for.

import type { AttemptView, TraceSpan } from "@stepwell/protocol/rest";
import { at, duration, durationWords, errorLine, moment } from "@stepwell/protocol/words";
import { type ReactNode, useState } from "react";
import { ErrorDetail } from "../drawing/error-view.tsx";
import { Icon } from "../drawing/icon.tsx";

export function Attempts({ span, now }: { readonly span: TraceSpan; readonly now: number }): ReactNode {
  const attempts = span.attempts ?? [];
  const lastFailed = attempts.findLast(({ error }) => error !== undefined);
  const [open, setOpen] = useState<number | undefined>(lastFailed?.attempt);
  if (attempts.length === 0) return null;
  return (
    <section className="sec">
      <h2>Attempts</h2>
      <div className="att">
        {attempts.map((attempt, index) => (
          <Attempt
            key={`${attempt.attempt}${attempt.startedAt ?? ""}`}
            attempt={attempt}
            before={attempts[index - 1]}
            now={now}
            isOpen={open === attempt.attempt}
            onToggle={() => setOpen(open === attempt.attempt ? undefined : attempt.attempt)}
          />
        ))}
      </div>
    </section>
  );
}

function Attempt({
  attempt,
  before,
  now,
  isOpen,
  onToggle,
}: {
  readonly attempt: AttemptView;
  readonly before: AttemptView | undefined;
  readonly now: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}): ReactNode {
  const { error, status, startedAt, endedAt } = attempt;
  const state = status === "FAILED" ? "failed" : status === "COMPLETED" ? "completed" : "running";
  const ran =
    startedAt === undefined ? "" : duration((endedAt === undefined ? now : at(endedAt)) - at(startedAt));
  const head = (
    <>
      <span className={`st ${state}`}>
        <Icon name={state} />
        <span className="w-word">{attempt.attempt + 1}</span>
      </span>
      <span className={error === undefined ? "cut grow soft" : "cut grow err"}>
        {error === undefined ? waitedWords(before, attempt) : errorLine(error)}
      </span>
      <span className="muted nowrap">{ran}</span>
    </>
  );
  if (error === undefined) return <div className="a">{head}</div>;
  return (
    <>
      <button type="button" className={isOpen ? "a open" : "a"} aria-expanded={isOpen} onClick={onToggle}>
        {head}
        <Icon name={isOpen ? "down" : "right"} small />
      </button>
      {isOpen ? (
        <>
          <ErrorDetail error={error} />
          {attempt.retryAt === undefined ? null : (
            <p className="att-next muted">Tried again {moment(at(attempt.retryAt), now)}.</p>
          )}
        </>
      ) : null}
    </>
  );
}

function waitedWords(before: AttemptView | undefined, attempt: AttemptView): string {
  if (before?.endedAt === undefined || attempt.startedAt === undefined) return "";
  return `after ${durationWords(at(attempt.startedAt) - at(before.endedAt))}`;
}
