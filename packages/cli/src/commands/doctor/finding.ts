// One thing that the doctor looked at.

export interface Finding {
  /** What was looked at, in one or two words. */
  readonly subject: string;
  readonly status: "passed" | "warned" | "failed";
  /** What was found, as a sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
}
