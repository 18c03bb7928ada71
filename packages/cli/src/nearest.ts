// "Did you mean": the known word that is nearest to an unknown one.

import { nearestNames } from "@stepwell/server/nearest-names";

/** A sentence with a leading space, or nothing when no word is near. */
export function nearest(word: string, known: readonly string[]): string {
  const [best] = nearestNames(word, known);
  return best === undefined ? "" : ` Did you mean ${best}?`;
}
