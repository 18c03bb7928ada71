// A function that is not there: the nearest one that is, in the refusal's own sentence.

import { type FunctionView, functionsPath } from "@stepwell/protocol/rest";
import { RefusedError } from "../client/rest-client.ts";
import { nearest } from "../nearest.ts";
import type { Act } from "./client-command.ts";

/** @throws RefusedError that names the function which was perhaps meant. */
export async function knownFunction<T>(slug: string, act: Act, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof RefusedError) || error.status !== 404) throw error;
    const hint = nearest(slug, await slugs(act)) || " See what there is with: stepwell functions";
    throw new RefusedError(`${error.message}${hint}`, error);
  }
}

async function slugs({ client }: Act): Promise<readonly string[]> {
  const { body } = await client.list<FunctionView>(functionsPath());
  return body.data.map(({ slug }) => slug);
}
