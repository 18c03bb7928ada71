// Assertions: what must hold if the rules are right. A failed one is a bug, never an operating error.

export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** @throws AssertionError with `message`, a sentence with the identifiers in it. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Closes a switch over a union: a kind that was forgotten does not compile. */
export function unreachable(value: never): never {
  throw new AssertionError(`This kind was never expected here: ${JSON.stringify(value)}`);
}
