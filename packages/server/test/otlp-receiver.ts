// A receiver of OTLP over HTTP: reads what an exporter posts, as JSON or as protobuf, into plain spans.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { onTestFinished } from "vitest";

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** 2 is an error. */
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly events: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface OtlpReceiver {
  /** The collector's address. */
  readonly url: string;
  readonly spans: ReceivedSpan[];
  /** Paths and headers of the requests. */
  readonly requests: { readonly path: string; readonly headers: Readonly<Record<string, unknown>> }[];
  /** What it answers with; anything but 200 keeps nothing. */
  status: number;
  /** Resolves once a span for which this is true has come. */
  spanWhere(isIt: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan>;
}

export async function otlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const requests: OtlpReceiver["requests"] = [];
  let look = (): void => {};
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    requests.push({ path: request.url ?? "", headers: request.headers });
    const { status } = receiver;
    const isJson = request.headers["content-type"] === "application/json";
    if (status === 200) spans.push(...(isJson ? spansOfJson(body) : spansOfProtobuf(body)));
    response.writeHead(status, { "content-type": isJson ? "application/json" : "application/x-protobuf" });
    response.end(isJson ? "{}" : "");
    look();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const receiver: OtlpReceiver = {
    status: 200,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    requests,
    spanWhere: (isIt) =>
      new Promise((resolve) => {
        look = () => {
          const found = spans.find(isIt);
          if (found !== undefined) resolve(found);
        };
        look();
      }),
  };
  return receiver;
}

type Loose = ReturnType<typeof JSON.parse>;

function spansOfJson(body: Buffer): ReceivedSpan[] {
  const value = (any: Loose): unknown =>
    any.stringValue ?? any.boolValue ?? Number(any.intValue ?? any.doubleValue);
  const attributes = (list: readonly Loose[] = []): Record<string, unknown> =>
    Object.fromEntries(list.map((pair) => [pair.key, value(pair.value)]));
  return JSON.parse(body.toString()).resourceSpans.flatMap((group: Loose) =>
    group.scopeSpans.flatMap((scope: Loose) =>
      scope.spans.map((span: Loose) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? "",
        name: span.name,
        kind: span.kind,
        startMs: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
        endMs: Number(BigInt(span.endTimeUnixNano) / 1_000_000n),
        attributes: attributes(span.attributes),
        statusCode: span.status?.code ?? 0,
        statusMessage: span.status?.message ?? "",
        events: (span.events ?? []).map((event: Loose) => ({
          name: event.name,
          attributes: attributes(event.attributes),
        })),
        links: (span.links ?? []).map(({ traceId, spanId }: Loose) => ({ traceId, spanId })),
        resource: attributes(group.resource.attributes),
      })),
    ),
  );
}

/** A message's fields by number, each with its values in order: numbers for varints, else bytes. */
type Fields = ReadonlyMap<number, readonly (Buffer | bigint)[]>;

function fieldsOf(message: Buffer): Fields {
  const fields = new Map<number, (Buffer | bigint)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at] ?? 0;
      at += 1;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = Number(varint());
    const value = nextValue(tag & 7);
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;

  function nextValue(type: number): Buffer | bigint {
    if (type === 0) return varint();
    const length = type === 1 ? 8 : type === 5 ? 4 : Number(varint());
    at += length;
    return message.subarray(at - length, at);
  }
}

const parts = (fields: Fields, number: number): readonly Buffer[] => (fields.get(number) ?? []) as Buffer[];
const bytes = (fields: Fields, number: number): Buffer => parts(fields, number)[0] ?? Buffer.alloc(0);
const text = (fields: Fields, number: number): string => bytes(fields, number).toString();
const number = (fields: Fields, at: number): number => Number(fields.get(at)?.[0] ?? 0);

function anyValue(fields: Fields): unknown {
  if (fields.has(1)) return text(fields, 1);
  if (fields.has(2)) return number(fields, 2) === 1;
  return fields.has(3) ? number(fields, 3) : bytes(fields, 4).readDoubleLE();
}

function attributesOf(pairs: readonly Buffer[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map(fieldsOf).map((pair) => [text(pair, 1), anyValue(fieldsOf(bytes(pair, 2)))]),
  );
}

/** ExportTraceServiceRequest, by the field numbers of opentelemetry/proto/trace/v1/trace.proto. */
function spansOfProtobuf(body: Buffer): ReceivedSpan[] {
  return parts(fieldsOf(body), 1)
    .map(fieldsOf)
    .flatMap((group) => {
      const resource = attributesOf(parts(fieldsOf(bytes(group, 1)), 1));
      return parts(group, 2)
        .map(fieldsOf)
        .flatMap((scope) => parts(scope, 2).map((span) => spanOf(fieldsOf(span), resource)));
    });
}

function spanOf(span: Fields, resource: Readonly<Record<string, unknown>>): ReceivedSpan {
  const status = fieldsOf(bytes(span, 15));
  const ms = (at: number): number => Number(bytes(span, at).readBigUInt64LE() / 1_000_000n);
  return {
    traceId: bytes(span, 1).toString("hex"),
    spanId: bytes(span, 2).toString("hex"),
    parentSpanId: bytes(span, 4).toString("hex"),
    name: text(span, 5),
    kind: number(span, 6),
    startMs: ms(7),
    endMs: ms(8),
    attributes: attributesOf(parts(span, 9)),
    statusCode: number(status, 3),
    statusMessage: text(status, 2),
    events: parts(span, 11)
      .map(fieldsOf)
      .map((event) => ({ name: text(event, 2), attributes: attributesOf(parts(event, 3)) })),
    links: parts(span, 13)
      .map(fieldsOf)
      .map((link) => ({ traceId: bytes(link, 1).toString("hex"), spanId: bytes(link, 2).toString("hex") })),
    resource,
  };
}
