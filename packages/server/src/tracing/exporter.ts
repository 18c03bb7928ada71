// The way to an OTLP collector. OpenTelemetry is loaded here and only when traces are asked for.

import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { Span } from "./run-spans.ts";

export type OtlpProtocol = "http/protobuf" | "http/json";

export interface TracingOptions {
  /** Where spans are posted, path and all. */
  readonly url: string;
  /** Sent with each request; they hold secrets and are never told to anyone else. */
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: OtlpProtocol;
  readonly version: string;
}

export interface Exporter {
  /** Resolves with what went wrong, undefined when the collector has the spans. */
  export(spans: readonly Span[]): Promise<string | undefined>;
  shutdown(): Promise<void>;
}

/** Certificates, compression and time limits are those of the standard OTEL_EXPORTER_OTLP_* variables. */
export async function openExporter(options: TracingOptions): Promise<Exporter> {
  const [exporter, resources, { readableSpan }] = await Promise.all([
    spanExporter(options),
    import("@opentelemetry/resources"),
    import("./readable-span.ts"),
  ]);
  const { resourceFromAttributes, detectResources, envDetector } = resources;
  const resource = resourceFromAttributes({
    "service.name": "stepwell",
    "service.version": options.version,
  }).merge(detectResources({ detectors: [envDetector] }));
  const send = (spans: ReadableSpan[]): Promise<string | undefined> =>
    new Promise((resolve) => {
      exporter.export(spans, ({ code, error }) =>
        resolve(code === 0 ? undefined : (error?.message ?? "the collector refused them")),
      );
    });
  return {
    export: (spans) => send(spans.map((span) => readableSpan(span, resource, options.version))),
    shutdown: () => exporter.shutdown(),
  };
}

async function spanExporter({ url, headers, protocol }: TracingOptions): Promise<SpanExporter> {
  const { OTLPTraceExporter } =
    protocol === "http/json"
      ? await import("@opentelemetry/exporter-trace-otlp-http")
      : await import("@opentelemetry/exporter-trace-otlp-proto");
  return new OTLPTraceExporter({ url, headers: { ...headers } });
}
