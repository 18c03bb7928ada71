// Regular expressions in bounds. The language promises RE2, which never blows up; JavaScript's engine can, so patterns
// that could are refused, and the others are bounded in what they read.

import { EvaluationError } from "./value.ts";

const patternLengthMax = 500;
const textLengthMax = 10_000;
/** With two or more unbounded repetitions matching may cost the square of the length and more. */
const repeatedTextLengthMax = 1000;
const repetitionsMax = 3;
const cacheMax = 1000;
const cache = new Map<string, RegExp>();

/** @throws EvaluationError when the pattern is invalid or refused, or the text too long for it. */
export function matchesPattern(text: string, pattern: string): boolean {
  const regular = compilePattern(pattern);
  const limit = countRepetitions(pattern) > 1 ? repeatedTextLengthMax : textLengthMax;
  if (text.length > limit) {
    throw new EvaluationError(
      `the text has ${text.length} characters; matches() with this pattern reads at most ${limit}`,
    );
  }
  return regular.test(text);
}

function compilePattern(pattern: string): RegExp {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const refusal = refusalOf(pattern);
  if (refusal !== undefined) throw new EvaluationError(`the pattern ${JSON.stringify(pattern)} ${refusal}`);
  // RE2 writes flags in front, JavaScript behind.
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  try {
    const regular = new RegExp(
      flags === null ? pattern : pattern.slice(flags[0].length),
      `u${flags?.[1] ?? ""}`,
    );
    if (cache.size >= cacheMax) cache.clear();
    cache.set(pattern, regular);
    return regular;
  } catch {
    throw new EvaluationError(`the pattern ${JSON.stringify(pattern)} is not valid`);
  }
}

function refusalOf(pattern: string): string | undefined {
  if (pattern.length > patternLengthMax) return `is longer than ${patternLengthMax} characters`;
  const bare = pattern.replace(/\\\\/g, "").replace(/\[(?:\\.|[^\]\\])*\]/g, "c");
  if (/\\[1-9]|\\k</.test(bare)) return "has a back reference, which is not supported";
  if (/\(\?(=|!|<=|<!)/.test(bare)) return "looks around, which is not supported";
  if (/\([^()]*([*+|]|\{\d)[^()]*\)([*+]|\{\d)/.test(bare))
    return "repeats a group that repeats or branches inside, which could take for ever";
  if (/\)\s*([*+]|\{\d+,)/.test(bare) && /\([^()]*\(/.test(bare))
    return "repeats nested groups, which could take for ever";
  if (countRepetitions(pattern) > repetitionsMax)
    return `has more than ${repetitionsMax} unbounded repetitions`;
  return undefined;
}

function countRepetitions(pattern: string): number {
  const bare = pattern.replace(/\\./g, "e").replace(/\[(?:\\.|[^\]\\])*\]/g, "c");
  return bare.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0;
}
