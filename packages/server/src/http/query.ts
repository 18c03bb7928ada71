// The query of a request, read by the schema of its route. A key without a value counts as absent.

import type { Context } from "hono";
import { z } from "zod";
import { nearestNames } from "../views/nearest-names.ts";
import { Refusal } from "./refusal.ts";
import { problemOf, sentenceOf } from "./schema-problem.ts";

export function searchParams(context: Context): URLSearchParams {
  return new URL(context.req.url).searchParams;
}

/**
 * What the schema makes of the query. `isStrict` refuses keys that the schema does not have: a filter that is
 * mistyped must not answer with everything.
 *
 * @throws Refusal
 */
export function readQuery<T>(
  params: URLSearchParams,
  schema: z.ZodType<T> & Pick<z.ZodObject, "shape">,
  isStrict: boolean,
): T {
  const keys = Object.keys(schema.shape);
  if (isStrict) for (const key of params.keys()) assertKnown(key, keys);
  const given = keys.map((key) => [key, valuesOf(params, key)] as const);
  const result = schema.safeParse(Object.fromEntries(given.filter(([, value]) => value !== undefined)), {
    error: problemOf,
  });
  if (result.success) return result.data;
  // An entry of a list is told by the name of the list.
  for (const issue of result.error.issues) issue.path.splice(1);
  throw new Refusal("invalid_request", sentenceOf(result.error, "The query"));
}

function valuesOf(params: URLSearchParams, key: string): string | readonly string[] | undefined {
  const values = params.getAll(key).filter((value) => value !== "");
  return values.length > 1 ? values : values[0];
}

function assertKnown(key: string, known: readonly string[]): void {
  if (known.includes(key)) return;
  const [nearest] = nearestNames(key, known);
  const hint =
    nearest !== undefined
      ? ` Did you mean "${nearest}"?`
      : known.length === 0
        ? " This address has none."
        : ` There are: ${known.join(", ")}.`;
  throw new Refusal("invalid_request", `There is no query parameter ${JSON.stringify(key)}.${hint}`);
}

// What the fields of queries become. Where that is no text, the document is told so beside the schema.

export const textField = z.string({ error: "may be given only once" });

/** Several values: repeated, or joined by commas. */
export function listField<T extends string>(item: z.ZodType<T, string>): ListField<T> {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (Array.isArray(value) ? value : [value]).flatMap(splitList))
    .pipe(z.array(item));
}

type ListField<T> = z.ZodType<T[], string | string[]>;

const splitList = (text: string): string[] => text.split(",").filter((item) => item !== "");

/** One of some words, in any case of letters. */
export function choiceField<const T extends readonly string[]>(choices: T): z.ZodType<T[number], string> {
  const known: readonly string[] = choices;
  return z
    .string({ error: "may be given only once" })
    .transform((text) => known.find((choice) => choice.toLowerCase() === text.toLowerCase()) ?? text)
    .pipe(
      z.enum(choices, {
        error: ({ input }) => `has no value ${JSON.stringify(input)}. It may be: ${known.join(", ")}`,
      }),
    ) as unknown as z.ZodType<T[number], string>;
}

/** Unix ms of an RFC 3339 time, or of a bare number of ms. */
export const timeField = z
  .string({ error: "may be given only once" })
  .transform((text, context) => {
    const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
    if (Number.isFinite(at)) return at;
    const message = `must be a time such as 2026-11-24T14:02:00Z, not ${JSON.stringify(text)}`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  })
  .meta({ type: "string", description: "RFC 3339, or Unix time in ms.", examples: ["2026-11-24T14:02:00Z"] });

/** A whole number from 1 to `max`; a larger one is cut to `max`. */
export function limitField({ fallback, max }: { readonly fallback: number; readonly max: number }) {
  return wholeField(1, max)
    .default(fallback)
    .meta({ description: `A larger number is cut to ${max}.` });
}

/** A whole number from `min`; one above `max` is cut to it. */
export function wholeField(min: number, max: number) {
  return z
    .string({ error: "may be given only once" })
    .transform((text, context) => {
      const value = Number(text);
      if (Number.isInteger(value) && value >= min) return Math.min(value, max);
      const message = `must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    })
    .meta({ type: "integer", minimum: min });
}

export const flagField = z
  .enum(["true", "false"], {
    error: ({ input }) => `must be true or false, not ${JSON.stringify(input)}`,
  })
  .transform((text) => text === "true")
  .meta({ type: "boolean" });
