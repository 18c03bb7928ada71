// Who this SDK is on the wire.

export const version = "0.1.0";

/** The value of `x-inngest-sdk` on answers and requests. */
export const sdkHeader = `stepwell:v${version}`;
