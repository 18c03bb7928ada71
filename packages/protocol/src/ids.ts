// Branded identifiers, made in one place each: a run's id can never be passed where a job's is meant.

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** ULID of a run. Its time is the moment the run was queued. */
export type RunId = Branded<"RunId">;
/** Internal ULID of a stored event; never the id that the sender gave (semantics A2.1). */
export type EventId = Branded<"EventId">;
/** UUID of a function, derived from its slug, so that a re-sync keeps it. */
export type FunctionId = Branded<"FunctionId">;
/** UUID of an app, derived from its name. */
export type AppId = Branded<"AppId">;
/** Lower-case hex SHA-1 of a step's id with its repeat index (protocol §5.3). */
export type StepKey = Branded<"StepKey">;
/** Id of a unit of due work. */
export type JobId = Branded<"JobId">;
/** ULID of a bulk operation. Its time is the moment it was asked for. */
export type BulkId = Branded<"BulkId">;

export const asRunId = (text: string): RunId => text as RunId;
export const asEventId = (text: string): EventId => text as EventId;
export const asFunctionId = (text: string): FunctionId => text as FunctionId;
export const asAppId = (text: string): AppId => text as AppId;
export const asStepKey = (text: string): StepKey => text as StepKey;
export const asJobId = (text: string): JobId => text as JobId;
export const asBulkId = (text: string): BulkId => text as BulkId;
