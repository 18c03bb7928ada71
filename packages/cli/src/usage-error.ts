// What the user asked for cannot be done: told as a sentence, without a stack.

export class UsageError extends Error {
  override readonly name = "UsageError";
}
