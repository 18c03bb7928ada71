import { manualClock } from "@stepwell/engine/testing";
import {
  asRunId,
  asStepKey,
  type CallAnswer,
  type CallRequest,
  canonicalJson,
  stepKey,
  verifySignature,
} from "@stepwell/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import { createOutbound, type OutboundOptions } from "../src/outbound/outbound.ts";
import { type HttpTransportOptions, httpTransport } from "../src/outbound/transport.ts";
import { deadUrl, httpServer, socketServer } from "./loopback.ts";

const sdk = {
  "content-type": "application/json",
  "x-inngest-sdk": "js:v4.24.0",
  "x-inngest-req-version": "2",
};

function callTo(appUrl: string, parts: Partial<CallRequest> = {}): CallRequest {
  return {
    functionId: "00000000-0000-4000-8000-000000000001",
    functionSlug: "app-f",
    appUrl,
    appName: "app",
    runId: asRunId("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    stepId: "step",
    attempt: 0,
    maxAttempts: 5,
    requestVersion: -1,
    disableImmediateExecution: false,
    events: ['{"name":"a","data":{"z":1,"b":"ü"},"user":{},"id":"e","ts":1}'],
    steps: [{ key: asStepKey(stepKey("one")), text: '{"data":1}' }],
    inputs: [],
    stackCurrent: 0,
    queueItemId: "0.1.1.job",
    jobId: "job",
    generation: 7,
    requestId: "request",
    useApi: false,
    trace: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "vendor=x" },
    ...parts,
  };
}

async function call(
  url: string,
  options: HttpTransportOptions & { readonly network?: OutboundOptions } = {},
  parts: Partial<CallRequest> = {},
): Promise<CallAnswer> {
  const { network, ...rest } = options;
  const outbound = createOutbound(network);
  onTestFinished(() => outbound.close());
  return await httpTransport({ outbound, ...rest }).call(callTo(url, parts));
}

describe("protocol §4.1 the request", () => {
  test("goes to the function's address with run, step, version, job and generation", async () => {
    const app = await httpServer((_, response) => void response.writeHead(200, sdk).end('{"ok":true}'));
    const answer = await call(`${app.url}/api/inngest?own=1`);
    expect(answer).toEqual({ kind: "returned", output: '{"ok":true}', requestVersion: 2 });
    const [request] = app.received;
    expect(request).toMatchObject({ method: "POST", url: "/api/inngest?own=1&fnId=app-f&stepId=step" });
    expect(request?.headers).toMatchObject({
      "content-type": "application/json",
      "x-run-id": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
      "x-inngest-req-version": "-1",
      "x-inngest-step-id": "step",
      "x-inngest-generation-id": "7",
      "x-inngest-job-id": "job",
      "x-request-id": "request",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      tracestate: expect.stringMatching(/^inngest@app=[0-9a-f-]{36},inngest@fn=[0-9a-f-]{36},vendor=x$/),
    });
    expect(request?.headers["x-inngest-signature"]).toBeUndefined();
    expect(request?.headers["x-inngest-server-kind"]).toBeUndefined();
    expect(JSON.parse(request?.body ?? "")).toMatchObject({
      ctx: { fn_id: "00000000-0000-4000-8000-000000000001", qi_id: "0.1.1.job" },
      use_api: false,
    });
  });

  test("protocol §4.4 is signed over canonical bytes when there is a key", async () => {
    const app = await httpServer((_, response) => void response.writeHead(200, sdk).end("null"));
    const clock = manualClock(1_700_000_000_000);
    await call(app.url, { signingKey: "signkey-test-abcd", clock });
    const [request] = app.received;
    const signature = request?.headers["x-inngest-signature"];
    const body = request?.body ?? "";
    expect(canonicalJson(JSON.parse(body))).toBe(body);
    expect(verifySignature(String(signature), body, "signkey-test-abcd", clock.now())).toEqual({
      kind: "valid",
    });
  });

  test("a redirect is followed with method, body and headers", async () => {
    const target = await httpServer((_, response) => void response.writeHead(200, sdk).end("1"));
    for (const status of [301, 302, 303, 307, 308]) {
      const from = await httpServer(
        (_, response) => void response.writeHead(status, { location: `${target.url}/new` }).end("moved"),
      );
      expect(await call(from.url)).toMatchObject({ kind: "returned", output: "1" });
      const last = target.received.at(-1);
      expect(last).toMatchObject({ method: "POST", url: "/new" });
      expect(last?.body).toBe(from.received[0]?.body);
      expect(last?.headers["x-run-id"]).toBe("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    }
  });

  test("connections are used again", async () => {
    const app = await httpServer((_, response) => void response.writeHead(200, sdk).end("1"));
    const outbound = createOutbound();
    onTestFinished(() => outbound.close());
    const transport = httpTransport({ outbound });
    for (let count = 0; count < 10; count += 1) await transport.call(callTo(app.url));
    // The second one opens while the first is being handed back.
    expect(app.connections()).toBeLessThanOrEqual(2);
  });
});

describe("whatever goes wrong is a failed answer whose sentence says what, where and what to do", () => {
  const failed = async (answer: Promise<CallAnswer>): Promise<Extract<CallAnswer, { kind: "failed" }>> => {
    const result = await answer;
    if (result.kind !== "failed") throw new Error(`The answer is ${result.kind}.`);
    return result;
  };

  test("nothing listens there", async () => {
    const url = await deadUrl();
    const { error, retry } = await failed(call(`${url}/api/inngest`));
    expect(error.name).toBe("unreachable");
    expect(error.message).toBe(
      `The call to ${url}/api/inngest failed: nothing listens there (connection refused). Check that the app is running and that this server can reach it.`,
    );
    expect(retry).toEqual({ kind: "backoff" });
  });

  test("the name cannot be resolved", async () => {
    const { error } = await failed(call("http://no-such-host.invalid/api/inngest"));
    expect(error.message).toContain("its name cannot be resolved");
  });

  test("the connection is cut before and within the answer", async () => {
    const before = await socketServer((socket) => socket.on("data", () => socket.destroy()));
    expect((await failed(call(before))).error).toMatchObject({
      name: "connection_lost",
      message: expect.stringContaining("closed before the answer was complete"),
    });
    const within = await socketServer((socket) =>
      socket.on("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nx-inngest-sdk: js\r\ncontent-length: 100\r\n\r\nhalf");
        setImmediate(() => socket.destroy());
      }),
    );
    expect((await failed(call(within))).error.message).toContain("closed before the answer was complete");
  });

  test("what answers speaks no HTTP", async () => {
    const url = await socketServer((socket) => socket.on("data", () => socket.end("220 smtp ready\r\n")));
    expect((await failed(call(url))).error.message).toContain("no valid HTTP");
  });

  test("the other side speaks no TLS", async () => {
    const app = await httpServer((_, response) => void response.end());
    const { error } = await failed(call(app.url.replace("http:", "https:")));
    expect(error.name).toBe("tls");
    expect(error.message).toContain("TLS");
  });

  test("the app hangs: before its headers, and within its body", async () => {
    const silent = await httpServer(() => {});
    const { error } = await failed(call(silent.url, { callTimeoutMs: 50 }));
    expect(error.name).toBe("timeout");
    expect(error.message).toContain("no complete answer within 50 ms");
    const slow = await httpServer((_, response) => {
      response.writeHead(200, sdk);
      response.write("[");
    });
    expect((await failed(call(slow.url, { callTimeoutMs: 50 }))).error.name).toBe("timeout");
  });

  test("C2.11 a call may take two hours, unless it was said otherwise", async () => {
    const given: number[] = [];
    const network = createOutbound();
    onTestFinished(() => network.close());
    const outbound = {
      ...network,
      request: (request: Parameters<typeof network.request>[0]) => {
        given.push(request.timeoutMs);
        return network.request(request);
      },
    };
    const app = await httpServer((_, response) => void response.writeHead(200, sdk).end("1"));
    await httpTransport({ outbound }).call(callTo(app.url));
    await httpTransport({ outbound, callTimeoutMs: 5000 }).call(callTo(app.url));
    expect(given).toEqual([2 * 3_600_000, 5000]);
  });

  test("an error page in HTML", async () => {
    const app = await httpServer(
      (_, response) =>
        void response
          .writeHead(502, { "content-type": "text/html; charset=utf-8" })
          .end("<h1>Bad gateway</h1>"),
    );
    const { error } = await failed(call(`${app.url}/api/inngest`));
    expect(error.name).toBe("Server returned a fatal error");
    expect(error.message).toBe(
      `Your server returned HTTP 502 before the SDK responded: ${app.url}/api/inngest answered HTTP 502 with text/html. Look at the app's own log.`,
    );
    expect(error.stack).toContain("Bad gateway");
  });

  test("a page that is there but is no SDK", async () => {
    const app = await httpServer(
      (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<h1>Hello</h1>"),
    );
    const { error } = await failed(call(`${app.url}/`));
    expect(error.name).toBe("not_sdk");
    expect(error.message).toContain("The response did not come from an Inngest SDK");
    expect(error.message).toContain(app.url);
  });

  test("nothing at that path", async () => {
    const app = await httpServer((_, response) => void response.writeHead(404).end());
    expect((await failed(call(app.url))).error.message).toContain("HTTP 404");
  });

  test("an answer that is larger than 8 MiB", async () => {
    const app = await httpServer((_, response) => {
      response.writeHead(200, sdk);
      response.end("x".repeat(8 * 1024 * 1024 + 1));
    });
    const { error } = await failed(call(app.url));
    expect(error.name).toBe("output_too_large");
    expect(error.message).toContain("larger than 8388608 bytes");
  });

  test("a redirect without end", async () => {
    const app = await httpServer((_, response) => void response.writeHead(302, { location: "/again" }).end());
    expect((await failed(call(app.url))).error.message).toContain("redirects more than 5 times");
  });

  test("an answer that is not what it should be", async () => {
    const app = await httpServer((_, response) => void response.writeHead(206, sdk).end("<html>"));
    expect((await failed(call(app.url))).error.message).toContain("206");
  });

  test("ops that are nested too deeply to be read", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const app = await httpServer(
      (_, response) => void response.writeHead(206, sdk).end(`[{"op":"StepRun","id":"a","data":${deep}}]`),
    );
    expect((await failed(call(app.url))).error.name).toBe("InvalidAnswer");
  });

  test("an address that is none", async () => {
    expect((await failed(call("embedded:app"))).error.message).toContain("no http or https address");
    expect((await failed(call("nonsense"))).error.message).toContain("is no URL");
  });

  test("what the SDK says about retrying is kept", async () => {
    const app = await httpServer(
      (_, response) =>
        void response
          .writeHead(500, { ...sdk, "retry-after": "30" })
          .end('{"name":"Error","message":"boom"}'),
    );
    expect(await failed(call(app.url))).toMatchObject({
      error: { message: "boom" },
      retry: { kind: "after", delayMs: 30_000 },
    });
  });
});

describe("forbidden addresses", () => {
  const forbidden: readonly string[] = [
    "http://169.254.169.254/latest/meta-data",
    "http://2852039166/latest/meta-data",
    "http://0xa9fea9fe/",
    "http://[fd00:ec2::254]/",
    "http://[::ffff:169.254.169.254]/",
    "http://100.100.100.200/",
  ];
  test.each(forbidden)("a cloud's metadata service is never called: %s", async (url) => {
    const answer = await call(url);
    expect(answer).toMatchObject({
      kind: "failed",
      error: { name: "forbidden_address", message: expect.stringContaining("metadata") },
    });
  });

  test("nor is it by a redirect", async () => {
    const app = await httpServer(
      (_, response) => void response.writeHead(307, { location: "http://169.254.169.254/" }).end(),
    );
    expect(await call(app.url)).toMatchObject({ kind: "failed", error: { name: "forbidden_address" } });
  });

  test("further ranges may be forbidden, by address and by name", async () => {
    const app = await httpServer((_, response) => void response.writeHead(200, sdk).end("1"));
    const network = { forbidden: ["127.0.0.0/8", "::1"] };
    expect(await call(app.url, { network })).toMatchObject({ error: { name: "forbidden_address" } });
    const named = app.url.replace("127.0.0.1", "localhost");
    expect(await call(named, { network })).toMatchObject({ error: { name: "forbidden_address" } });
    expect(app.received).toEqual([]);
    expect(await call(named)).toMatchObject({ kind: "returned" });
  });

  test("a range that is none is refused with a sentence", () => {
    for (const range of ["10.0.0.0/33", "example.com", "10.0.0/8", "::1/129"]) {
      expect(() => createOutbound({ forbidden: [range] })).toThrow(/neither an IP address nor a range/);
    }
  });
});
