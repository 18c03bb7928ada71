// One function (spec §6.4): sentence, figures, configuration in words, limits by key, expression tester, latest runs.

import type { FunctionView, LimitView, LiveChange } from "@stepwell/protocol/rest";
import { at, functionSentence, moment } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useLiveRefresh } from "../api/live.tsx";
import { functionQuery } from "../api/queries.ts";
import { useServerNow } from "../api/server-clock.ts";
import { Icon } from "../drawing/icon.tsx";
import { Failure, Skeleton } from "../drawing/notices.tsx";
import { Words } from "../drawing/words.tsx";
import { useCommands } from "../frame/command.ts";
import { Foot } from "../frame/foot.tsx";
import { useKeys } from "../frame/keys.ts";
import { useUrlState } from "../frame/url-state.ts";
import { View } from "../frame/view.tsx";
import { ExpressionTester } from "./expression-tester.tsx";
import { FunctionConfig } from "./function-config.tsx";
import { FunctionDialogs } from "./function-dialogs.tsx";
import { FunctionFigures } from "./function-figures.tsx";
import { limitsQuery } from "./function-queries.ts";
import { LatestRuns } from "./latest-runs.tsx";
import { Limits } from "./limits.tsx";

export function FunctionPage(): ReactNode {
  const { slug = "" } = useParams({ strict: false });
  const fn = useQuery(functionQuery(slug));
  const limits = useQuery(limitsQuery(slug));
  useLiveRefresh(["functions", slug], (change) => concerns(change, fn.data?.id), refreshMs);
  return (
    <View
      title={fn.data?.name ?? slug}
      crumbs={[{ text: "Functions", to: "/functions" }]}
      {...(fn.data === undefined ? {} : { tag: fn.data.app.name })}
    >
      {fn.error === null ? null : <Failure error={fn.error} retry={() => void fn.refetch()} />}
      {fn.isPending ? <Skeleton /> : null}
      {fn.data === undefined ? null : <Shown fn={fn.data} limits={limits.data ?? undefined} />}
    </View>
  );
}

/** Its figures count runs: more often than this nobody can read them. */
const refreshMs = 1000;

function concerns(change: LiveChange, functionId: string | undefined): boolean {
  if (change.kind !== "run" && change.kind !== "function") return false;
  return change.functionId === undefined || change.functionId === functionId;
}

/** What the first button does: `p`. */
function steering(fn: FunctionView): {
  readonly word: string;
  readonly deed: string;
  readonly isOn: boolean;
} {
  if (fn.isPaused) return { word: "Resume", deed: "resume", isOn: true };
  if (fn.drainingAt !== undefined) return { word: "End drain", deed: "undrain", isOn: true };
  return { word: "Pause…", deed: "pause", isOn: false };
}

interface ShownProps {
  readonly fn: FunctionView;
  /** Undefined where the server does not count them, or has not answered yet. */
  readonly limits: readonly LimitView[] | undefined;
}

function Shown({ fn, limits }: ShownProps): ReactNode {
  const [, patch] = useUrlState();
  const now = useServerNow();
  const { word, deed, isOn } = steering(fn);
  const invoke = (): void => patch({ do: "invoke" });
  const pause = (): void => patch({ do: deed });
  useKeys({ i: invoke, p: pause });
  useCommands([
    { title: `Invoke ${fn.name}`, icon: "play", keys: ["i"], run: invoke },
    { title: `${word.replace("…", "")} ${fn.name}`, icon: "paused", keys: ["p"], run: pause },
  ]);
  return (
    <>
      <div className="sec">
        <div className="row head-row">
          <p className="sentence grow">
            <Words parts={functionSentence(fn, limits ?? [], now)} />
          </p>
          <span className="row end">
            <button type="button" className="btn" onClick={pause}>
              <Icon name={isOn ? "play" : "paused"} />
              {word} <kbd>p</kbd>
            </button>
            <button type="button" className="btn strong" onClick={invoke}>
              <Icon name="play" />
              Invoke <kbd>i</kbd>
            </button>
          </span>
        </div>
      </div>
      <FunctionFigures fn={fn} />
      <div className="grid2 scroll function-parts">
        <div>
          <FunctionConfig fn={fn} />
          {limits === undefined || limits.length === 0 ? null : <Limits fn={fn} limits={limits} />}
        </div>
        <div>
          <ExpressionTester fn={fn} />
          <LatestRuns fn={fn} />
        </div>
      </div>
      <Foot
        keys={[
          { keys: "i", word: "invoke" },
          { keys: "p", word: "pause or resume" },
          { keys: "g r", word: "runs" },
        ]}
      >
        {fn.createdAt === undefined ? fn.slug : `${fn.slug}, known since ${moment(at(fn.createdAt), now)}`}
      </Foot>
      <FunctionDialogs fn={fn} limits={limits ?? []} />
    </>
  );
}
