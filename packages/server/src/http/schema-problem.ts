// What a schema found wrong, in a sentence that names the place.

import type { z } from "zod";

/** @param subject what was read, for problems of the whole; such as `The request's body`. */
export function sentenceOf(error: z.ZodError, subject: string): string {
  const [first] = error.issues;
  if (first === undefined) return `${subject} is not valid.`;
  const issue = innermost(first);
  const place = issue.path.map(String).join(".");
  const message = issue.message.replace(/\.$/, "");
  if (place === "") return /^[A-Z]/.test(message) ? `${message}.` : `${subject} ${message}.`;
  return /^[A-Z]/.test(message) ? `${place}: ${message}.` : `${place} ${message}.`;
}

/** Where one of several forms may be given: what is wrong with the one that was perhaps meant. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union") return issue;
  const branches = issue.errors.flatMap(([first]) => (first === undefined ? [] : [innermost(first)]));
  branches.sort((left, right) => right.path.length - left.path.length);
  const [nearest] = branches;
  return nearest === undefined ? issue : { ...nearest, path: [...issue.path, ...nearest.path] };
}

/** Whether what is wrong is that a field is not there. */
export function isMissingField(error: z.ZodError): boolean {
  const [first] = error.issues;
  if (first === undefined) return false;
  const issue = innermost(first);
  return issue.code === "invalid_type" && issue.message.endsWith("is missing");
}

/** What to say where a schema says nothing itself: words for people, after the name of the field. */
export function problemOf(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type") {
    if (issue.input === undefined) return "is missing";
    const article = /^[aeio]/.test(String(issue.expected)) ? "an" : "a";
    return `must be ${article} ${String(issue.expected)}, not ${nameOf(issue.input)}`;
  }
  if (issue.code === "unrecognized_keys")
    return `has no field ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`;
  if (issue.code === "invalid_value") return `must be one of: ${issue.values.map(String).join(", ")}`;
  return undefined;
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`.replace(/^a o/, "an o");
}
