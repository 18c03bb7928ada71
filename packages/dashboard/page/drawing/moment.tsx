// A moment: short in place, every form of it (relative, local, UTC, ISO) in the title.

import type { ReactNode } from "react";
import { age, everyForm } from "../words/clock-time.ts";

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
