// Node's requests and responses, and those that look like them, as web ones.

/** What is needed of an IncomingMessage; `body` is there when a framework has read it. */
export interface NodeRequest extends AsyncIterable<Uint8Array | string> {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly originalUrl?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly protocol?: string;
  readonly socket?: object | null;
}

export interface NodeResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  write(chunk: Uint8Array): unknown;
  end(): unknown;
}

export async function webRequest(request: NodeRequest): Promise<Request> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !name.startsWith(":"))
      headers.set(name, Array.isArray(value) ? value.join(", ") : String(value));
  }
  const forwarded = headers.get("x-forwarded-proto")?.split(",")[0];
  const scheme =
    forwarded ?? (isEncrypted(request.socket) || request.protocol === "https" ? "https" : "http");
  const host = headers.get("x-forwarded-host") ?? headers.get("host") ?? "localhost";
  const url = new URL(request.originalUrl ?? request.url ?? "/", `${scheme}://${host}`);
  const method = request.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(url, { method, headers, ...(hasBody ? { body: await bodyText(request) } : {}) });
}

function isEncrypted(socket: object | null | undefined): boolean {
  return socket !== null && socket !== undefined && "encrypted" in socket && socket.encrypted === true;
}

async function bodyText(request: NodeRequest): Promise<string> {
  const { body } = request;
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  if (body !== undefined && body !== null) return JSON.stringify(body);
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of request)
    text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

export async function sendResponse(response: Response, target: NodeResponse): Promise<void> {
  target.statusCode = response.status;
  for (const [name, value] of response.headers) target.setHeader(name, value);
  if (response.body !== null) {
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) target.write(part.value);
  }
  target.end();
}
