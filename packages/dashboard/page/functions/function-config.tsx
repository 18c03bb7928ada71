// What a function does, in words; the same as code beside it.

import type { FunctionView } from "@stepwell/protocol/rest";
import type { ReactNode } from "react";
import { Icon } from "../drawing/icon.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { Snippet } from "../drawing/snippet.tsx";
import { Words } from "../drawing/words.tsx";
import { useUrlState } from "../frame/url-state.ts";
import { configWords } from "../words/config-words.ts";

export function FunctionConfig({ fn }: { readonly fn: FunctionView }): ReactNode {
  const [url, patch] = useUrlState();
  const asCode = url.show === "code";
  return (
    <div className="sec">
      <h2>
        What it does, in words
        <span className="end seg">
          <button type="button" aria-pressed={!asCode} onClick={() => patch({ show: undefined })}>
            Words
          </button>
          <button type="button" aria-pressed={asCode} onClick={() => patch({ show: "code" })}>
            Code
          </button>
        </span>
      </h2>
      {asCode ? (
        <Snippet label="Copy the configuration" text={configText(fn)} />
      ) : (
        <ul className="words">
          {configWords(fn).map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of one configuration have no identity but their place
            <li key={index}>
              <Icon name={line.icon} />
              <span>
                <Words parts={line.words} />
              </span>
            </li>
          ))}
          {fn.failureHandler === undefined ? null : (
            <li>
              <Icon name="failures" />
              <span>
                When a run fails,{" "}
                <PageLink className="link" to={`/functions/${encodeURIComponent(fn.failureHandler.slug)}`}>
                  {fn.failureHandler.name}
                </PageLink>{" "}
                runs.
              </span>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

/** As the app registered it. */
function configText(fn: FunctionView): string {
  const triggers = fn.triggers.map((trigger) =>
    trigger.type === "CRON"
      ? { cron: trigger.value }
      : {
          event: trigger.value,
          ...(trigger.expression === undefined ? {} : { if: trigger.expression }),
        },
  );
  return JSON.stringify({ id: fn.slug, triggers, ...fn.configuration }, null, 2);
}
