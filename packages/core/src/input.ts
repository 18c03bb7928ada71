// Inputs: everything that can make the engine decide. A timer is a job that is due.

import type {
  AppId,
  BulkId,
  CallAnswer,
  EventId,
  EventInput,
  FunctionId,
  JobId,
  JsonObject,
  Op,
  RunId,
  SyncRequest,
  TraceContext,
} from "@stepwell/protocol";
import type { BulkRequest } from "./model/bulk.ts";
import type { FailureMark } from "./model/failure-group.ts";
import type { ControlCommand } from "./sync/control.ts";

export type Input =
  | {
      readonly kind: "ingest";
      readonly events: readonly { readonly id: EventId; readonly event: EventInput }[];
      /** The same request may have been accepted before: look for its events first. */
      readonly mayBeKnown: boolean;
      /** The trace that the events are sent in. */
      readonly trace?: TraceContext;
    }
  | {
      readonly kind: "invoke";
      readonly functionId: string;
      readonly payload: {
        /** The id that handlers see and that deduplicates; default the internal one. */
        readonly id?: string;
        readonly data: JsonObject;
        readonly user?: JsonObject;
        readonly v?: string;
        readonly meta?: JsonObject;
      };
      /** The id of the event that it becomes; given from outside, so that deciding again sends no second one. */
      readonly eventId: EventId;
      readonly mayBeKnown: boolean;
      readonly trace?: TraceContext;
    }
  | { readonly kind: "job-due"; readonly jobId: JobId; readonly runId?: RunId }
  | {
      readonly kind: "start-call";
      readonly jobId: JobId;
      readonly runId: RunId;
      readonly functionId: FunctionId;
      readonly lane?: string;
    }
  | {
      readonly kind: "answer";
      readonly queueItemId: string;
      readonly jobId: JobId;
      readonly runId: RunId;
      readonly answer: CallAnswer;
    }
  | {
      readonly kind: "checkpoint";
      readonly queueItemId: string;
      readonly jobId: JobId;
      readonly runId: RunId;
      readonly ops: readonly Op[];
    }
  | { readonly kind: "cancel-run"; readonly runId: RunId }
  | {
      readonly kind: "rerun";
      readonly runId: RunId;
      readonly newRunId: RunId;
      readonly fromStep?: RestartPoint;
      readonly mayBeKnown: boolean;
    }
  | {
      readonly kind: "start-bulk";
      readonly bulkId: BulkId;
      readonly request: BulkRequest;
      /** How many runs the selection means, where they could be counted. */
      readonly total?: number;
      readonly mayBeKnown: boolean;
    }
  | { readonly kind: "steer-bulk"; readonly bulkId: BulkId; readonly steer: BulkSteer }
  | { readonly kind: "signal"; readonly name: string; readonly data: string }
  | {
      readonly kind: "sync";
      readonly request: SyncRequest;
      readonly checksum: string;
      readonly syncId: string;
    }
  | { readonly kind: "sync-failed"; readonly appUrl: string; readonly reason: string }
  | { readonly kind: "remove-app"; readonly appId: AppId }
  | { readonly kind: "control"; readonly functionId: FunctionId; readonly command: ControlCommand }
  | {
      readonly kind: "mark-failure";
      readonly group: string;
      readonly mark: FailureMark["kind"];
      /** Whether the mark is set or taken back. */
      readonly isOn: boolean;
      readonly by?: string;
    }
  | { readonly kind: "set-aside"; readonly input: Input; readonly reason: string };

/** Where a run begins that repeats another one from one of its steps (semantics C15.2). */
export interface RestartPoint {
  /** The author's id of the step, or its key. */
  readonly stepId: string;
  /** JSON text of an array: the arguments of the step's function in place of the former ones. */
  readonly input?: string;
}

/** `hold` can be taken back by `resume`; `stop` cannot; `remove` stops it and takes its row away. */
export type BulkSteer = "hold" | "resume" | "stop" | "remove";

/** The run that an input concerns: inputs of one run are decided in order. */
export function runOf(input: Input): RunId | undefined {
  switch (input.kind) {
    case "job-due":
    case "start-call":
    case "answer":
    case "checkpoint":
    case "cancel-run":
    case "rerun":
      return input.runId;
    case "set-aside":
      return runOf(input.input);
    default:
      return undefined;
  }
}
