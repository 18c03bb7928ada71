// A state as icon and word (spec §5 State).

import type { ReactNode } from "react";
import { type State, stateWords } from "../words/run-state.ts";
import { Icon } from "./icon.tsx";

export function StateMark({
  state,
  word = stateWords[state],
  big = false,
}: {
  readonly state: State;
  readonly word?: string;
  readonly big?: boolean;
}): ReactNode {
  return (
    <span className={`st ${state === "errored" ? "failed" : state}${big ? " big" : ""}`}>
      <Icon name={state} />
      <span className="w-word">{word}</span>
    </span>
  );
}
