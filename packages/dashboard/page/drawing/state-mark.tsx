// A state as icon and word (spec §5 State).

import { type State, stateWords } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
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
    <span className={`st ${state}${big ? " big" : ""}`}>
      <Icon name={state === "retrying" ? "errored" : state} />
      <span className="w-word">{word}</span>
    </span>
  );
}
