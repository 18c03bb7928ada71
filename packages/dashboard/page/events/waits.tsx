// The waits that an event ended and the runs that it cancelled.

import type { WaitOutcome } from "@stepwell/protocol/rest";
import { counted } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
import { Icon } from "../drawing/icon.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { shortId } from "../words/short-id.ts";

export function Waits({ waits }: { readonly waits: readonly WaitOutcome[] }): ReactNode {
  if (waits.length === 0) return null;
  return (
    <div className="sec">
      <h2>
        Resumed and cancelled <span className="n">{counted(waits.length, "run")} met it in a wait</span>
      </h2>
      <div className="why">
        {waits.map((wait) => (
          <div className="w" key={`${wait.runId} ${wait.stepName ?? ""}`}>
            <span className={`ink-${wait.kind === "resumed" ? "waiting" : "cancelled"}`}>
              <Icon name={wait.kind === "resumed" ? "waiting" : "cancelled"} />
            </span>
            <b className="cut" title={wait.function.slug}>
              <bdi>{wait.function.name}</bdi>
            </b>
            <span>
              {wait.kind === "resumed" ? "Resumed run " : "Cancelled run "}
              <PageLink className="link" to={`/runs/${wait.runId}`}>
                {shortId(wait.runId)}
              </PageLink>
              {wait.stepName === undefined ? null : (
                <>
                  {" "}
                  at <code>{wait.stepName}</code>
                </>
              )}
            </span>
            <span />
          </div>
        ))}
      </div>
    </div>
  );
}
