// Words from a known list, in any case, with the nearest one named for what is none of them.

import { WrongUseError } from "../exit-code.ts";
import { nearest } from "../nearest.ts";

/**
 * @param texts each may hold several words, joined by commas.
 * @throws WrongUseError
 */
export function choices<T extends string>(
  texts: readonly string[] | undefined,
  flag: string,
  known: readonly T[],
): readonly T[] | undefined {
  if (texts === undefined) return undefined;
  return texts
    .flatMap((text) => text.split(","))
    .map((word) => {
      const choice = known.find((item) => item.toLowerCase() === word.trim().toLowerCase());
      if (choice !== undefined) return choice;
      const words = known.map((item) => item.toLowerCase());
      const hint = nearest(word.trim().toLowerCase(), words) || ` It may be: ${words.join(", ")}.`;
      throw new WrongUseError(`${flag} is ${JSON.stringify(word)}, which is none of its values.${hint}`);
    });
}
