// A moment: short in place, every form of it (relative, local, UTC, ISO) in the title.

import { age, everyForm } from "@stepwell/protocol/words";
import type { ReactNode } from "react";

export function Age({ then, now }: { readonly then: number; readonly now: number }): ReactNode {
  return (
    <time dateTime={new Date(then).toISOString()} title={everyForm(then, now)}>
      {age(then, now)}
    </time>
  );
}

export function Moment({
  then,
  now,
  text,
}: {
  readonly then: number;
  readonly now: number;
  readonly text: string;
}): ReactNode {
  return (
    <time dateTime={new Date(then).toISOString()} title={everyForm(then, now)}>
      {text}
    </time>
  );
}
