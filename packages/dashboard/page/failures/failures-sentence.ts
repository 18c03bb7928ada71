// The first words of the failures: what explains most of them, and since when.

import type { FailureGroup } from "@stepwell/protocol/rest";
import { at, count, counted, moment, name, type Sentence } from "@stepwell/protocol/words";

/** A group with at least this share of all failures is said to explain them. */
const mostShare = 0.5;

/**
 * @param groups the largest first.
 * @param time the time that is looked at, in words: `in the last 24 hours`.
 */
export function failuresSentence(groups: readonly FailureGroup[], time: string, now: number): Sentence {
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const [first] = groups;
  if (first === undefined) return [`Nothing failed ${time}.`];
  const since = moment(at(first.firstAt), now);
  const functionName = name(first.function.name, `/functions/${encodeURIComponent(first.function.slug)}`);
  if (groups.length === 1)
    return [
      "One cause explains ",
      name(total === 1 ? "the one failed run" : `all ${count(total)} failed runs`),
      ` ${time}: `,
      functionName,
      first.count === 1 ? ` failed at ${since}.` : ` has failed since ${since}.`,
    ];
  if (first.count / total >= mostShare)
    return [
      "One cause explains ",
      name(`${count(first.count)} of ${count(total)}`),
      ` failed runs ${time}: `,
      functionName,
      ` has failed since ${since}.`,
    ];
  return [
    name(counted(total, "run")),
    ` failed ${time}, in ${counted(groups.length, "group")}. The largest is `,
    functionName,
    `, ${counted(first.count, "run")} since ${since}.`,
  ];
}
