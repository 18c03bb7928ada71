// What a handler throws to answer with an error: told in the envelope of the address that was asked.

import type { RestErrorCode } from "@stepwell/protocol/rest";

/** An expected failure of a request. `message` is a sentence for the one who asked. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RestErrorCode;

  constructor(code: RestErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
