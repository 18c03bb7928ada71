// Which of the port's errors a thread's failure is to the engine.

import {
  CommitUnknownError,
  EpochLostError,
  RowRefusedError,
  StoreUnavailableError,
} from "@stepwell/engine/store";
import type { FailureCode } from "./failure.ts";

export function portError(code: FailureCode, message: string): Error {
  switch (code) {
    case "EPOCH_LOST":
      return new EpochLostError(message);
    case "ROW_REFUSED":
      return new RowRefusedError(message);
    case "COMMIT_UNKNOWN":
      return new CommitUnknownError(message);
    case "STORE_UNAVAILABLE":
    case "TOO_SLOW":
      return new StoreUnavailableError(message);
    case "BAD_CURSOR":
      return new RangeError(message);
  }
}
