// Standard Schema: the interface that zod, valibot, arktype and others implement, so that users bring their own.

export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export type SchemaOutput<S> = S extends StandardSchema<infer _I, infer O> ? O : never;

/** A schema that only types: nothing is checked at run time. */
export function staticSchema<T>(): StandardSchema<T, T> {
  return { "~standard": { version: 1, vendor: "stepwell", validate: (value) => ({ value: value as T }) } };
}

/** The issues of a value as one sentence, `path: message` joined by commas; undefined when it is valid. */
export async function schemaProblem(schema: StandardSchema, value: unknown): Promise<string | undefined> {
  if (value === undefined || value === null) return "data is required";
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return undefined;
  return result.issues.map(issueText).join(", ");
}

function issueText(issue: SchemaIssue): string {
  const path = (issue.path ?? []).map((part) => String(typeof part === "object" ? part.key : part)).join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}
