// The expression tester (spec §6.4): the function's own expression in grey, the edited one below it, run over the last
// events of the trigger's name. It never changes the function.

import type { FunctionView, TriggerView } from "@stepwell/protocol/rest";
import { count, duration } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useDeferredValue, useMemo } from "react";
import { serverNow } from "../api/server-clock.ts";
import { CopyButton } from "../drawing/copy-button.tsx";
import { Icon } from "../drawing/icon.tsx";
import { Failure } from "../drawing/notices.tsx";
import { useUrlState } from "../frame/url-state.ts";
import { type ExpressionTest, expressionTestQuery } from "./function-queries.ts";
import { TestedEvents } from "./tested-events.tsx";

const spans = { "1h": 3_600_000, "24h": 86_400_000, "7d": 7 * 86_400_000 } as const;
type Span = keyof typeof spans;
const spanWords: Readonly<Record<Span, string>> = { "1h": "last hour", "24h": "last 24 h", "7d": "last 7 d" };

export function ExpressionTester({ fn }: { readonly fn: FunctionView }): ReactNode {
  const [url, patch] = useUrlState();
  const triggers = fn.triggers.filter((trigger) => trigger.type === "EVENT");
  const chosen = triggers.find((trigger) => trigger.value === url.trigger) ?? triggers[0];
  if (chosen === undefined) return null;
  return (
    <div className="sec" id="tester">
      <h2>
        Expression tester <span className="n cut">changes nothing until you sync the code</span>
        <span className="row end">
          {triggers.length < 2 ? null : (
            <label className="pick">
              <span className="sr">Trigger</span>
              <select
                value={chosen.value}
                onChange={({ target }) => patch({ trigger: target.value, expr: undefined })}
              >
                {triggers.map((trigger) => (
                  <option key={trigger.value}>{trigger.value}</option>
                ))}
              </select>
            </label>
          )}
          <label className="pick">
            <span className="sr">Events of</span>
            <select
              value={spanOf(url.last)}
              onChange={({ target }) => patch({ last: target.value === "24h" ? undefined : target.value })}
            >
              {(Object.keys(spans) as Span[]).map((span) => (
                <option key={span} value={span}>
                  {spanWords[span]}
                </option>
              ))}
            </select>
          </label>
        </span>
      </h2>
      <Tester key={chosen.value} trigger={chosen} />
    </div>
  );
}

function spanOf(text: string | undefined): Span {
  return text === "1h" || text === "7d" ? text : "24h";
}

function Tester({ trigger }: { readonly trigger: TriggerView }): ReactNode {
  const [url, patch] = useUrlState();
  const current = trigger.expression ?? "";
  const edited = url.expr ?? current;
  const tested = useDeferredValue(edited);
  const span = spanOf(url.last);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new text is tested over the events up to now
  const from = useMemo(() => Math.floor(serverNow() / 60_000) * 60_000 - spans[span], [span, tested]);
  const test = useQuery(
    expressionTestQuery({ eventName: trigger.value, current, edited: tested, from, limit: 40 }),
  );
  const problem = test.data?.problem;
  return (
    <>
      <div className="tester code">
        <div className="m">- {current === "" ? "no filter: every event starts it" : current}</div>
        <textarea
          aria-label="Edited expression"
          aria-invalid={problem !== undefined}
          aria-describedby="tester-problem"
          rows={Math.min(6, Math.max(1, edited.split("\n").length, Math.ceil(edited.length / 72)))}
          value={edited}
          placeholder="event.data.plan == 'team'"
          spellCheck={false}
          autoComplete="off"
          onChange={({ target }) => patch({ expr: target.value === current ? undefined : target.value })}
        />
      </div>
      <p id="tester-problem" className="err problem" role="status">
        {problem === undefined ? "" : problemWords(tested, problem)}
      </p>
      {test.error === null ? null : <Failure error={test.error} retry={() => void test.refetch()} />}
      {test.data === null ? (
        <p className="muted">This server does not test expressions.</p>
      ) : test.data === undefined || problem !== undefined ? null : (
        <Result test={test.data} edited={edited} />
      )}
      <div className="row tester-foot">
        <label className="row soft small">
          <input
            type="checkbox"
            checked={url.order !== "newest"}
            onChange={({ target }) => patch({ order: target.checked ? undefined : "newest" })}
          />
          Differences first
        </label>
        {url.expr === undefined ? null : (
          <button type="button" className="btn ghost small-btn" onClick={() => patch({ expr: undefined })}>
            Start over
          </button>
        )}
        <span className="end row small soft">
          Copy expression
          <CopyButton text={edited} label="Copy expression" />
        </span>
      </div>
    </>
  );
}

function problemWords(text: string, problem: { readonly message: string; readonly at?: number }): string {
  const message = problem.message.charAt(0).toUpperCase() + problem.message.slice(1);
  if (problem.at === undefined) return message;
  const rest = text.slice(problem.at, problem.at + 12);
  return `${message} At ${rest === "" ? "the end" : JSON.stringify(rest)}.`;
}

function Result({ test, edited }: { readonly test: ExpressionTest; readonly edited: string }): ReactNode {
  const share = (part: number): string => `${test.tested === 0 ? 0 : (part / test.tested) * 100}%`;
  const kept = test.edited - test.more;
  return (
    <>
      <div className="row tester-counts" role="status">
        <span>
          Of <b className="b">{count(test.tested)}</b>
          {test.isPartial === true ? " of the last" : ""} events:
        </span>
        <span className="soft">{count(test.current)} now</span>
        <Icon name="arrow" small />
        <b className="b">{count(test.edited)}</b>
        <span className={test.more > 0 ? "tag ink-completed" : "tag"}>{count(test.more)} more</span>
        <span className={test.fewer > 0 ? "tag ink-failed" : "tag"}>{count(test.fewer)} fewer</span>
        <span className="end muted small">tested in {duration(test.tookMs)}</span>
      </div>
      <div className="bar tester-bar" aria-hidden="true">
        <i className="kept" style={{ width: share(kept) }} />
        <i className="more" style={{ width: share(test.more) }} />
        <i className="fewer" style={{ width: share(test.fewer) }} />
      </div>
      {test.tested === 0 ? (
        <p className="muted">No event of this name was received in this time.</p>
      ) : (
        <TestedEvents test={test} key={edited} />
      )}
    </>
  );
}
