// Running again from a step (spec §6.2): which steps are kept and which run again, and the step's input to be edited
// beside the former one.

import {
  type Json,
  parseJson,
  type RerunRequest,
  type RunIdAnswer,
  rerunPath,
  type TraceSpan,
} from "@stepwell/protocol/rest";
import { counted } from "@stepwell/protocol/words";
import { type ReactNode, useId, useState } from "react";
import { change } from "../api/request.ts";
import { Dialog } from "../frame/dialog.tsx";

export interface RerunDialogProps {
  readonly runId: string;
  readonly span: TraceSpan;
  readonly steps: readonly TraceSpan[];
  readonly onClose: () => void;
  readonly onStarted: (runId: string) => void;
}

/** Steps that ended before this one was planned: their results are taken over. */
export function keptSteps(steps: readonly TraceSpan[], from: TraceSpan): readonly TraceSpan[] {
  const planned = Date.parse(from.queuedAt);
  return steps.filter(
    ({ id, status, endedAt }) =>
      id !== from.id && status === "COMPLETED" && endedAt !== undefined && Date.parse(endedAt) <= planned,
  );
}

/** The arguments as people edit them: the only one by itself, several as a list. */
function written(input: Json | undefined): string {
  const value = Array.isArray(input) && input.length === 1 ? input[0] : input;
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}

type Edited =
  | { readonly kind: "unchanged" }
  | { readonly kind: "input"; readonly input: readonly Json[] }
  | { readonly kind: "invalid"; readonly reason: string };

function editedInput(text: string, original: Json | undefined): Edited {
  if (text.trim() === written(original).trim()) return { kind: "unchanged" };
  if (text.trim() === "") return { kind: "input", input: [] };
  const json = parseJson(text);
  if (json.kind === "invalid") return { kind: "invalid", reason: `This is no JSON: ${json.reason}` };
  const wasList = Array.isArray(original) && original.length !== 1;
  return { kind: "input", input: wasList && Array.isArray(json.value) ? json.value : [json.value] };
}

export function RerunDialog({ runId, span, steps, onClose, onStarted }: RerunDialogProps): ReactNode {
  const id = useId();
  const hasInput = span.stepOp === undefined || span.stepOp === "RUN" || span.stepOp === "AI_GATEWAY";
  const [text, setText] = useState(() => written(span.input));
  const [problem, setProblem] = useState<string | undefined>();
  const edited = editedInput(text, span.input);
  const kept = keptSteps(steps, span).length;
  const start = (): void => {
    if (edited.kind === "invalid") return;
    const body: RerunRequest = {
      fromStep: { stepId: span.id, ...(edited.kind === "input" ? { input: edited.input } : {}) },
    };
    change<RunIdAnswer>("POST", rerunPath(runId), body).then(
      (answer) => {
        onClose();
        onStarted(answer.runId);
      },
      (error: unknown) => setProblem(error instanceof Error ? error.message : "It did not start."),
    );
  };
  const message = edited.kind === "invalid" ? edited.reason : problem;
  return (
    <Dialog title={`Rerun from ${span.name}`} onClose={onClose} wide>
      <form
        className="confirm"
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        <h2>
          Rerun from <bdi>{span.name}</bdi>?
        </h2>
        <p>
          {kept === 0 ? "Keeps nothing" : `Keeps ${counted(kept, "finished step")}`} and runs{" "}
          <code>{span.name}</code> and everything after it again, with the code of now. The old run stays.
        </p>
        {hasInput ? (
          <div className="edit-input">
            <label className="field" htmlFor={`${id}-input`}>
              <span>Input, as JSON</span>
              <textarea
                id={`${id}-input`}
                data-focus=""
                className="input"
                rows={10}
                spellCheck={false}
                value={text}
                aria-invalid={edited.kind === "invalid"}
                aria-describedby={message === undefined ? undefined : `${id}-problem`}
                onChange={({ target }) => setText(target.value)}
                onKeyDown={(event) => {
                  if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) start();
                }}
              />
            </label>
            <div className="field">
              <span>As it was</span>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
              <pre className="code" tabIndex={0}>
                {span.input === undefined ? "The step had no arguments." : written(span.input)}
              </pre>
            </div>
          </div>
        ) : null}
        {message === undefined ? null : (
          <p className="err" id={`${id}-problem`} role="alert">
            {message}
          </p>
        )}
        <div className="row buttons">
          <button type="button" className="btn end" onClick={onClose}>
            Do not rerun
          </button>
          <button type="submit" className="btn strong" disabled={edited.kind === "invalid"}>
            {edited.kind === "input" ? "Rerun with this input" : "Rerun from here"} <kbd>⌘↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
