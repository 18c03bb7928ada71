// Asking a server's REST API. Answers are kept as the text that came, for `--json` prints that and nothing else.

import { type Answer, firstRestError, type Json, type ListAnswer, parseJson } from "@stepwell/protocol/rest";
import { UsageError } from "../usage-error.ts";
import type { Target } from "./target.ts";

export interface Reply<Body> {
  readonly text: string;
  readonly body: Body;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The server answered with an error. */
export class RefusedError extends UsageError {
  readonly status: number;
  readonly code: string;
  /** The answer as it came. */
  readonly text: string;

  constructor(
    message: string,
    details: { readonly status: number; readonly code: string; readonly text: string },
  ) {
    super(message);
    this.status = details.status;
    this.code = details.code;
    this.text = details.text;
  }
}

/** No server answered, or what answered is no Stepwell. */
export class UnreachableError extends UsageError {}

export class RestClient {
  readonly target: Target;
  readonly #fetch: (url: string, init: RequestInit) => Promise<Response>;

  constructor(target: Target, fetch: (url: string, init: RequestInit) => Promise<Response>) {
    this.target = target;
    this.#fetch = fetch;
  }

  /** @throws RefusedError, UnreachableError */
  async get<T>(path: string): Promise<Reply<Answer<T>>> {
    return await this.ask("GET", path);
  }

  /** @throws RefusedError, UnreachableError */
  async list<T>(path: string): Promise<Reply<ListAnswer<T>>> {
    return await this.ask("GET", path);
  }

  /** @throws RefusedError, UnreachableError */
  async post<T>(path: string, body?: Json): Promise<Reply<Answer<T>>> {
    return await this.ask("POST", path, body === undefined ? undefined : JSON.stringify(body));
  }

  /**
   * @param body JSON.
   * @throws RefusedError, UnreachableError
   */
  async ask<Body>(method: Method, path: string, body?: string): Promise<Reply<Body>> {
    const response = await this.#send(method, path, body);
    const text = await this.#read(response);
    const parsed = parseJson(text);
    if (!response.ok)
      throw refusal(response.status, text, parsed.kind === "parsed" ? parsed.value : undefined);
    if (parsed.kind === "invalid") {
      throw new UnreachableError(
        `${this.target.url} answered ${path} with something that is no JSON. Is it a Stepwell server? Name the right one with --url.`,
      );
    }
    // The server's own types describe what it answers; this is the boundary where that is believed.
    return { text, body: parsed.value as Body };
  }

  async #send(method: Method, path: string, body: string | undefined): Promise<Response> {
    const { url, authorization, timeoutMs } = this.target;
    const headers: Record<string, string> = { ...this.target.headers, accept: "application/json" };
    if (authorization !== undefined) headers["authorization"] = authorization;
    if (body !== undefined) headers["content-type"] = "application/json";
    try {
      return await this.#fetch(`${url}${path}`, {
        method,
        headers,
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { body }),
      });
    } catch (cause) {
      throw this.#unreachable(cause);
    }
  }

  async #read(response: Response): Promise<string> {
    try {
      return await response.text();
    } catch (cause) {
      throw this.#unreachable(cause);
    }
  }

  #unreachable(cause: unknown): UnreachableError {
    const { url, timeoutMs, isNamed } = this.target;
    if (cause instanceof Error && cause.name === "TimeoutError") {
      return new UnreachableError(
        `${url} did not answer within ${timeoutMs / 1000} s. Wait longer with --timeout 2m, or look at the server's log.`,
        { cause },
      );
    }
    const advice = isNamed
      ? "Check --url (or STEPWELL_URL), and that the server runs."
      : "Start one with: stepwell dev. Or name another with --url or STEPWELL_URL.";
    return new UnreachableError(`No server answers at ${url}: ${reasonOf(cause)}. ${advice}`, { cause });
  }
}

/** fetch hides the reason one level down. */
function reasonOf(error: unknown): string {
  const inner: unknown = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code: unknown = inner instanceof Error && "code" in inner ? inner.code : undefined;
  switch (code) {
    case "ECONNREFUSED":
      return "nothing listens there";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "there is no such host";
    case "ECONNRESET":
    case "UND_ERR_SOCKET":
      return "the connection was cut";
    default:
      return inner instanceof Error && inner.message !== "" ? inner.message : String(inner);
  }
}

function refusal(status: number, text: string, body: Json | undefined): RefusedError {
  const told = firstRestError(body);
  const code = told?.code ?? "internal_error";
  const message = told?.message ?? `The server answered with status ${status}.`;
  const advice =
    status === 401
      ? " Give the key with --signing-key or --api-key, or in STEPWELL_SIGNING_KEY or STEPWELL_API_KEY."
      : "";
  return new RefusedError(`${message}${advice}`, { status, code, text });
}
