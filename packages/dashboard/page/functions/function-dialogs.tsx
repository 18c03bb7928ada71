// The dialogs of a function's page, by the address: `?do=invoke`, `pause`, `resume`, `undrain`, `override`.

import { drainPath, type FunctionView, type LimitView, pausePath, resumePath } from "@stepwell/protocol/rest";
import { counted } from "@stepwell/protocol/words";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { change } from "../api/request.ts";
import { Confirm } from "../frame/confirm.tsx";
import { useToast } from "../frame/toast.tsx";
import { useUrlState } from "../frame/url-state.ts";
import { InvokeDialog } from "./invoke-dialog.tsx";
import { OverrideDialog } from "./override-dialog.tsx";

export interface FunctionDialogsProps {
  readonly fn: FunctionView;
  readonly limits: readonly LimitView[];
}

export function FunctionDialogs({ fn, limits }: FunctionDialogsProps): ReactNode {
  const [url, patch] = useUrlState();
  const close = (): void => patch({ do: undefined, limit: undefined });
  const deed = useDeed(fn, close);
  switch (url.do) {
    case "invoke":
      return <InvokeDialog fn={fn} onClose={close} />;
    case "pause":
      return <PauseDialog fn={fn} deed={deed} onClose={close} />;
    case "resume":
      return <ResumeDialog fn={fn} deed={deed} onClose={close} />;
    case "undrain":
      return <EndDrainDialog fn={fn} deed={deed} onClose={close} />;
    case "override": {
      const limit = limits.find((item) => item.name === url.limit) ?? limits[0];
      return limit === undefined ? null : <OverrideDialog fn={fn} limit={limit} onClose={close} />;
    }
    default:
      return null;
  }
}

type Deed = (path: string, body: unknown, done: string) => void;

/** Posts, closes, reads the function again; a refusal is told and changes nothing. */
function useDeed(fn: FunctionView, close: () => void): Deed {
  const toast = useToast();
  const queries = useQueryClient();
  return (path, body, done) => {
    change("POST", path, body).then(
      () => {
        close();
        toast({ kind: "done", text: done });
        void queries.invalidateQueries({ queryKey: ["functions", fn.slug] });
      },
      (error: Error) => toast({ kind: "refused", text: error.message }),
    );
  };
}

interface DialogProps {
  readonly fn: FunctionView;
  readonly deed: Deed;
  readonly onClose: () => void;
}

function openRuns(fn: FunctionView): number {
  return (fn.figures?.queued ?? 0) + (fn.figures?.running ?? 0);
}

type PauseChoice = "hold" | "cancel" | "drain";

function PauseDialog({ fn, deed, onClose }: DialogProps): ReactNode {
  const [choice, setChoice] = useState<PauseChoice>("hold");
  const open = openRuns(fn);
  const choices: readonly (readonly [PauseChoice, string, string])[] = [
    [
      "hold",
      `Hold ${counted(open, "run")} in flight`,
      "They stop before their next step and go on when you resume.",
    ],
    [
      "cancel",
      `Cancel ${counted(open, "run")} in flight`,
      "Steps that run now finish; nothing after them runs. This cannot be taken back.",
    ],
    ["drain", "Drain", `${counted(open, "run goes", "runs go")} on to the end; no new ones start.`],
  ];
  return (
    <Confirm
      title={`Pause ${fn.name}?`}
      keep="Keep running"
      deed={
        choice === "cancel"
          ? `Pause and cancel ${counted(open, "run")}`
          : choice === "drain"
            ? "Drain"
            : "Pause"
      }
      danger={choice === "cancel"}
      typed={choice === "cancel" && open > 100 ? open : undefined}
      onClose={onClose}
      onConfirm={() =>
        choice === "drain"
          ? deed(drainPath(fn.slug), { on: true }, `${fn.name} is draining.`)
          : deed(pausePath(fn.slug), { cancelRuns: choice === "cancel" }, `${fn.name} is paused.`)
      }
    >
      <p>
        Events are received as before, and each says that the function was paused. They start nothing, also
        not when you resume.
      </p>
      <fieldset className="choices">
        <legend className="sr">Runs in flight</legend>
        {choices.map(([value, title, words]) => (
          <label key={value} className="choice">
            <input type="radio" name="runs" checked={choice === value} onChange={() => setChoice(value)} />
            <span>
              <b className="b">{title}</b>
              <br />
              <span className="soft">{words}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </Confirm>
  );
}

function ResumeDialog({ fn, deed, onClose }: DialogProps): ReactNode {
  const open = openRuns(fn);
  const skipped = fn.skippedTriggers;
  return (
    <Confirm
      title={`Resume ${fn.name}?`}
      keep="Keep paused"
      deed="Resume"
      onClose={onClose}
      onConfirm={() => deed(resumePath(fn.slug), undefined, `${fn.name} runs again.`)}
    >
      <p>
        {open === 0 ? "No run is held." : `${counted(open, "held run goes", "held runs go")} on.`} New events
        start runs again.
        {skipped === undefined || skipped === 0
          ? ""
          : ` The ${counted(skipped, "trigger that was skipped starts", "triggers that were skipped start")} nothing.`}
      </p>
    </Confirm>
  );
}

function EndDrainDialog({ fn, deed, onClose }: DialogProps): ReactNode {
  return (
    <Confirm
      title={`End the drain of ${fn.name}?`}
      keep="Keep draining"
      deed="End drain"
      onClose={onClose}
      onConfirm={() => deed(drainPath(fn.slug), { on: false }, `${fn.name} takes events again.`)}
    >
      <p>New events start runs again. What was skipped starts nothing.</p>
    </Confirm>
  );
}
