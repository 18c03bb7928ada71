// How tools reach the server: over its own REST API, in this process, with the credentials of whoever called the
// tool. So a tool may do what its caller may, and there is one implementation of everything.

import { type Answer, firstRestError, type Json, parseJson } from "@stepwell/protocol/rest";

/** A refusal of the API, as a sentence for the agent. */
export class ToolError extends Error {
  override readonly name = "ToolError";
}

export interface RestCaller {
  /** @throws ToolError */
  get<T>(path: string): Promise<Answer<T>>;
  /** @throws ToolError */
  post<T>(path: string, body?: Json): Promise<Answer<T>>;
}

/** @param authorization the header as the caller sent it. */
export function restCaller(
  fetch: (request: Request) => Response | Promise<Response>,
  authorization: string | null,
): RestCaller {
  const ask = async <T>(method: string, path: string, body?: Json): Promise<Answer<T>> => {
    const headers = new Headers({ accept: "application/json" });
    if (authorization !== null) headers.set("authorization", authorization);
    if (body !== undefined) headers.set("content-type", "application/json");
    const response = await fetch(
      new Request(new URL(path, "http://localhost"), {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const answer = parseJson(await response.text());
    const value = answer.kind === "parsed" ? answer.value : undefined;
    if (response.ok && value !== undefined) return value as unknown as Answer<T>;
    const error = firstRestError(value);
    throw new ToolError(
      error === undefined
        ? `${method} ${path} answered with status ${response.status}.`
        : `${error.code}: ${error.message}`,
    );
  };
  return {
    get: (path) => ask("GET", path),
    post: (path, body) => ask("POST", path, body),
  };
}
