// An error (spec §5): name and message, frames of the user's own code lit, others folded with a count, the causes.

import { type ErrorView, isJsonObject, type Json } from "@stepwell/protocol/rest";
import { counted, errorLine } from "@stepwell/protocol/words";
import { type ReactNode, useState } from "react";

/** Frames of the runtime, of dependencies and of the SDK itself. */
function isForeign(frame: string): boolean {
  return /node_modules|node:|\(internal\/|stepwell\/dist/.test(frame);
}

type FrameGroup =
  | { readonly kind: "own"; readonly frame: string }
  | { readonly kind: "foreign"; readonly frames: readonly string[] };

/** The frames of a stack in order, foreign ones gathered. */
export function stackGroups(stack: string): readonly FrameGroup[] {
  const frames = stack
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("at ") || /^[^ ]+@/.test(line));
  const groups: FrameGroup[] = [];
  for (const frame of frames) {
    const last = groups[groups.length - 1];
    if (!isForeign(frame)) groups.push({ kind: "own", frame });
    else if (last?.kind === "foreign")
      groups[groups.length - 1] = { kind: "foreign", frames: [...last.frames, frame] };
    else groups.push({ kind: "foreign", frames: [frame] });
  }
  return groups;
}

export function ErrorDetail({ error }: { readonly error: ErrorView }): ReactNode {
  const groups = error.stack === undefined ? [] : stackGroups(error.stack);
  return (
    <div className="code">
      <span className="err">{errorLine(error)}</span>
      {groups.map((group) =>
        group.kind === "own" ? (
          <span key={group.frame} className="hl">
            {"  "}
            {group.frame}
          </span>
        ) : (
          <Foreign key={group.frames[0]} frames={group.frames} />
        ),
      )}
      <Causes cause={error.cause} />
    </div>
  );
}

function Foreign({ frames }: { readonly frames: readonly string[] }): ReactNode {
  const [open, setOpen] = useState(false);
  if (open) return <span className="m">{frames.map((frame) => `\n  ${frame}`).join("")}</span>;
  return (
    <div>
      {"  "}
      <button type="button" className="unfold" onClick={() => setOpen(true)}>
        {counted(frames.length, "frame")} of libraries hidden
      </button>
    </div>
  );
}

function Causes({ cause }: { readonly cause: Json | undefined }): ReactNode {
  if (cause === undefined || cause === null) return null;
  const line = isJsonObject(cause)
    ? errorLine({
        name: String(cause["name"] ?? ""),
        message: String(cause["message"] ?? JSON.stringify(cause)),
      })
    : String(cause);
  return (
    <>
      <div>
        Caused by <span className="err">{line}</span>
      </div>
      {isJsonObject(cause) ? <Causes cause={cause["cause"]} /> : null}
    </>
  );
}
