// What is wrong with a function's registration. Every reason is collected, so that the author can mend all at once;
// each names function, field, value and rule (semantics C1).

import { compile, type ExpressionUse } from "../expression/index.ts";

export class Problems {
  readonly reasons: string[] = [];
  readonly #slug: string;

  constructor(slug: string) {
    this.#slug = slug;
  }

  add(field: string, reason: string): void {
    this.reasons.push(`Function ${this.#slug}: ${field} ${reason}`);
  }

  /** Checks that an expression compiles where it stands. */
  expression(field: string, source: string, use: ExpressionUse): void {
    const compiled = compile(source, use);
    if (compiled.kind === "invalid")
      this.add(field, `${JSON.stringify(source)} is invalid: ${compiled.reason}`);
  }
}
