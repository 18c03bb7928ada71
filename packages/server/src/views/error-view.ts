// Errors as the REST API shows them.

import type { SerializedError } from "@stepwell/protocol";
import type { ErrorView } from "@stepwell/protocol/rest";

export function errorView(error: SerializedError): ErrorView {
  const { name, message, stack, code, data, cause } = error;
  return {
    name,
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(code === undefined ? {} : { code }),
    ...(data === undefined ? {} : { data }),
    ...(cause === undefined ? {} : { cause }),
  };
}
