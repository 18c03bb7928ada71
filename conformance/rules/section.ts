// The reference's numbered rules as plain lists: what each says in a few words, and whether a test must carry its
// number. A section's rules are numbered by their place; its rows are lines of a table that state behaviour.

/** A rule or row that no test of ours needs to carry, and why. */
export interface Excused {
  readonly says: string;
  readonly because: string;
}

export type Entry = string | Excused;

export interface Section {
  /** Letter and number, such as `A4`. */
  readonly id: string;
  readonly title: string;
  /** Sections of features that are still being built are reported, but not required. */
  readonly required: boolean;
  /** Rule n of the section is entry n - 1. */
  readonly rules: readonly Entry[];
  /** A row is covered by a test whose title names the section and contains the row's text. */
  readonly rows?: readonly Entry[];
}

/** An entry without a test, with the reason. */
export function excused(says: string, because: string): Excused {
  return { says, because };
}
