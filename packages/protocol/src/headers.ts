// Names of the headers and query keys of the wire (protocol §§2–5).

export const header = {
  signature: "x-inngest-signature",
  sdk: "x-inngest-sdk",
  env: "x-inngest-env",
  platform: "x-inngest-platform",
  framework: "x-inngest-framework",
  noRetry: "x-inngest-no-retry",
  requestVersion: "x-inngest-req-version",
  retryAfter: "retry-after",
  serverKind: "x-inngest-server-kind",
  expectedServerKind: "x-inngest-expected-server-kind",
  syncKind: "x-inngest-sync-kind",
  sdkHandled: "x-inngest-sdk-handled",
  eventIdSeed: "x-inngest-event-id-seed",
  runId: "x-run-id",
  stepId: "x-inngest-step-id",
  jobId: "x-inngest-job-id",
  generationId: "x-inngest-generation-id",
  requestId: "x-request-id",
} as const;

export const query = { functionId: "fnId", stepId: "stepId", probe: "probe", deployId: "deployId" } as const;

/** What a server says it is: `dev` switches the SDKs' signature checks off. */
export type ServerKind = "dev" | "cloud";
