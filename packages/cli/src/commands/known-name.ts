// A function or an app that is not there: the nearest one that is, in the refusal's own sentence.

import { type AppView, appsPath, type FunctionView, functionsPath } from "@stepwell/protocol/rest";
import { RefusedError } from "../client/rest-client.ts";
import { nearest } from "../nearest.ts";
import type { Act } from "./client-command.ts";

/** @throws RefusedError that names the function which was perhaps meant. */
export async function knownFunction<T>(slug: string, act: Act, ask: () => Promise<T>): Promise<T> {
  return await known(ask, slug, () => slugs(act), "stepwell functions");
}

/** @throws RefusedError that names the app which was perhaps meant. */
export async function knownApp<T>(name: string, act: Act, ask: () => Promise<T>): Promise<T> {
  return await known(ask, name, () => appNames(act), "stepwell apps");
}

async function known<T>(
  ask: () => Promise<T>,
  name: string,
  names: () => Promise<readonly string[]>,
  list: string,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof RefusedError) || error.status !== 404) throw error;
    const hint = nearest(name, await names()) || ` See what there is with: ${list}`;
    throw new RefusedError(`${error.message}${hint}`, error);
  }
}

/** What to say of an empty list that was asked for by functions: the first of them that is not there. */
export async function unknownAmong(names: readonly string[] | undefined, act: Act): Promise<string> {
  if (names === undefined) return "";
  const { body } = await act.client.list<FunctionView>(functionsPath());
  const unknown = names.find((name) => !body.data.some(({ id, slug }) => id === name || slug === name));
  if (unknown === undefined) return "";
  const present = body.data.map(({ slug }) => slug);
  return `There is no function ${unknown}.${nearest(unknown, present)}\n`;
}

async function slugs({ client }: Act): Promise<readonly string[]> {
  const { body } = await client.list<FunctionView>(functionsPath());
  return body.data.map(({ slug }) => slug);
}

async function appNames({ client }: Act): Promise<readonly string[]> {
  const { body } = await client.list<AppView>(appsPath());
  return body.data.map(({ name }) => name).filter((name) => name !== "");
}
