// Names that are nearly the same as another: for "did you mean".

const shownMax = 3;

/** The candidates that differ in at most a quarter of the name's characters, but two in any case, nearest first. */
export function nearestNames(name: string, candidates: readonly string[]): readonly string[] {
  const most = Math.max(2, Math.floor(name.length / 4));
  return candidates
    .map((candidate) => ({
      candidate,
      distance: editDistance(name.toLowerCase(), candidate.toLowerCase(), most),
    }))
    .filter(({ distance }) => distance <= most)
    .sort((left, right) => left.distance - right.distance || (left.candidate < right.candidate ? -1 : 1))
    .slice(0, shownMax)
    .map(({ candidate }) => candidate);
}

/** Insertions, removals and replacements that lead from one text to the other; more than `most` is told as `most + 1`. */
function editDistance(left: string, right: string, most: number): number {
  if (Math.abs(left.length - right.length) > most) return most + 1;
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const replaced =
        (previous[column - 1] ?? 0) + (left.charAt(row - 1) === right.charAt(column - 1) ? 0 : 1);
      const removed = (previous[column] ?? 0) + 1;
      const inserted = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(replaced, removed, inserted));
    }
    previous = current;
  }
  return previous[right.length] ?? most + 1;
}
