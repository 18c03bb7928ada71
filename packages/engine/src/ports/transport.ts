// The way to an app: one call, one answer.

import type { CallAnswer, CallRequest } from "@stepwell/protocol";

export interface Transport {
  /** Makes a call and waits for its answer. Never rejects: what goes wrong on the way is a failed answer. */
  call(request: CallRequest): Promise<CallAnswer>;
}
