// Why it ran, why it did not (spec §5 Reasons): one line for each listening function; a false filter opens to its
// truth and, where there is one, the near miss.

import type { EventOutcomes, EventView, FunctionOutcome, NearMiss, RunView } from "@stepwell/protocol/rest";
import { count, counted, reasonLine, runState } from "@stepwell/protocol/words";
import { type ReactNode, useState } from "react";
import { useServerNow } from "../api/server-clock.ts";
import { Icon, type IconName } from "../drawing/icon.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { StateMark } from "../drawing/state-mark.tsx";
import { TruthTree } from "../drawing/truth-tree.tsx";
import { Words } from "../drawing/words.tsx";

export interface ReasonsProps {
  readonly event: EventView;
  readonly outcomes: EventOutcomes;
  readonly runs: readonly RunView[];
}

export function Reasons({ event, outcomes, runs }: ReasonsProps): ReactNode {
  const { functions } = outcomes;
  if (functions.length === 0) return null;
  return (
    <div className="sec">
      <h2>
        Why it ran, why it did not{" "}
        <span className="n">
          {counted(functions.length, "function listens", "functions listen")} to this name
        </span>
      </h2>
      <ul className="why">
        {functions.map((item) => (
          <Reason
            key={`${item.function.id} ${item.outcome.kind}`}
            item={item}
            event={event}
            run={runs.find((run) => item.outcome.kind === "run-created" && run.id === item.outcome.runId)}
          />
        ))}
      </ul>
    </div>
  );
}

const openWords: Readonly<Record<string, string>> = {
  filtered: "The filter was false",
  "expression-error": "The filter could not be evaluated",
};

interface ReasonProps {
  readonly item: FunctionOutcome;
  readonly event: EventView;
  readonly run: RunView | undefined;
}

function Reason({ item, event, run }: ReasonProps): ReactNode {
  const now = useServerNow();
  const { outcome } = item;
  const why = outcome.kind === "filtered" || outcome.kind === "expression-error" ? outcome : undefined;
  const hasTruth = why?.truth !== undefined;
  const [open, setOpen] = useState(hasTruth && why.nearMiss !== undefined);
  const { icon, tone } = markOf(outcome.kind);
  return (
    <li data-function={item.function.slug} data-outcome={outcome.kind}>
      <div className={open ? "w opened" : "w"}>
        <span className={`ink-${tone}`}>
          <Icon name={icon} />
        </span>
        <PageLink
          className="b cut plain-link"
          to={`/functions/${encodeURIComponent(item.function.slug)}`}
          title={item.function.slug}
        >
          <bdi>{item.function.name}</bdi>
        </PageLink>
        <span className="reason">
          {open ? (openWords[outcome.kind] ?? "") : <Words parts={reasonLine(item, now)} />}
        </span>
        {hasTruth ? (
          <button type="button" className="pick" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Hide" : "Why"}
            <Icon name={open ? "up" : "down"} small />
          </button>
        ) : (
          <Effect outcome={outcome.kind} run={run} />
        )}
      </div>
      {open && why?.truth !== undefined ? (
        <div className="open">
          <TruthTree truth={why.truth} />
          {why.nearMiss === undefined ? (
            <p>
              <TryIt item={item} event={event} expression={why.expression} />
            </p>
          ) : (
            <Near miss={why.nearMiss}>
              <TryIt item={item} event={event} expression={why.nearMiss.expression} />
            </Near>
          )}
        </div>
      ) : null}
    </li>
  );
}

function Near({ miss, children }: { readonly miss: NearMiss; readonly children: ReactNode }): ReactNode {
  const others = miss.othersToday ?? 0;
  return (
    <div className="near">
      <Icon name="bulb" />
      <span className="grow">
        <b>Near miss.</b> {miss.sentence} It would match as <code>{miss.part}</code>.
        {others === 0 ? "" : ` The same happened to ${counted(others, "other event")} today.`}
      </span>
      {children}
    </div>
  );
}

function TryIt({
  item,
  event,
  expression,
}: {
  readonly item: FunctionOutcome;
  readonly event: EventView;
  readonly expression: string;
}): ReactNode {
  const query = `trigger=${encodeURIComponent(event.name)}&expr=${encodeURIComponent(expression)}`;
  return (
    <PageLink className="btn" to={`/functions/${encodeURIComponent(item.function.slug)}?${query}`}>
      Try it
    </PageLink>
  );
}

function Effect({
  outcome,
  run,
}: {
  readonly outcome: FunctionOutcome["outcome"]["kind"];
  readonly run: RunView | undefined;
}): ReactNode {
  if (run === undefined) {
    if (outcome === "run-created" || outcome === "pending") return <span />;
    if (outcome === "debounced" || outcome === "batched")
      return <StateMark state="queued" word="Gathering" />;
    return <StateMark state="skipped" word="Not started" />;
  }
  const { activity } = run;
  if (activity?.kind === "running" && (activity.attempt ?? 0) > 0)
    return <StateMark state={runState(run)} word={`Attempt ${count((activity.attempt ?? 0) + 1)}`} />;
  return <StateMark state={runState(run)} />;
}

interface Mark {
  readonly icon: IconName;
  readonly tone: "completed" | "failed" | "cancelled" | "queued";
}

function markOf(kind: FunctionOutcome["outcome"]["kind"]): Mark {
  switch (kind) {
    case "run-created":
      return { icon: "check", tone: "completed" };
    case "filtered":
      return { icon: "x", tone: "failed" };
    case "expression-error":
      return { icon: "errored", tone: "failed" };
    case "debounced":
    case "batched":
    case "pending":
      return { icon: "queued", tone: "queued" };
    case "paused":
    case "draining":
      return { icon: "paused", tone: "cancelled" };
    case "deduplicated":
    case "rate-limited":
    case "singleton-skipped":
      return { icon: "skipped", tone: "cancelled" };
  }
}
