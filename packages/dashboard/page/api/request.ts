// Requests to the server: one function for reading and one for changing. A failure is a RequestFailure whose message
// is the server's own sentence.

import { type Answer, firstRestError, type Json, type ListAnswer, parseJson } from "@stepwell/protocol/rest";
import { noteServerTime } from "./server-clock.ts";

/** The server refused, answered nonsense, or could not be reached (`status` 0). */
export class RequestFailure extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "RequestFailure";
    this.status = status;
    this.code = code;
  }
}

/** @throws RequestFailure */
export async function read<T>(path: string, signal?: AbortSignal): Promise<Answer<T>> {
  return answered<Answer<T>>(path, signal === undefined ? {} : { signal });
}

/** @throws RequestFailure */
export async function readList<T>(path: string, signal?: AbortSignal): Promise<ListAnswer<T>> {
  return answered<ListAnswer<T>>(path, signal === undefined ? {} : { signal });
}

/** @throws RequestFailure */
export async function change<T>(method: "POST" | "DELETE", path: string, body?: unknown): Promise<T> {
  const init: RequestInit =
    body === undefined
      ? { method }
      : { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return (await answered<Answer<T>>(path, init)).data;
}

async function answered<T extends Answer<unknown>>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(path, {
    ...init,
    headers: { accept: "application/json", ...init.headers },
  }).catch((cause: unknown) => {
    if (init.signal?.aborted === true) throw cause;
    throw new RequestFailure(0, "unreachable", "Stepwell cannot be reached.");
  });
  const parsed = parseJson(await response.text());
  const body: Json | undefined = parsed.kind === "parsed" ? parsed.value : undefined;
  const error = firstRestError(body);
  if (!response.ok || error !== undefined) {
    throw new RequestFailure(
      response.status,
      error?.code ?? "internal_error",
      error?.message ?? `Stepwell could not answer (${response.status}).`,
    );
  }
  if (body === undefined)
    throw new RequestFailure(response.status, "internal_error", "Stepwell's answer is no JSON.");
  // The server writes these types; the page trusts its own server and no one else.
  const answer = body as unknown as T;
  noteServerTime(answer.metadata.fetchedAt);
  return answer;
}
