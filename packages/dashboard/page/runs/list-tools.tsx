// At the right of the filter: the time, keeping the list as a view, and the same list as a command.

import { type RunsQuery, runsPath } from "@stepwell/protocol/rest";
import { type ReactNode, useState } from "react";
import { Icon } from "../drawing/icon.tsx";
import { Snippet } from "../drawing/snippet.tsx";
import { useCommands } from "../frame/command.ts";
import { Dialog } from "../frame/dialog.tsx";
import { useKeys } from "../frame/keys.ts";
import { saveView } from "../frame/saved-views.ts";
import { useUrlState } from "../frame/url-state.ts";
import { asMcpCall, asStepwellCommand } from "./as-command.ts";
import { spanChoices, spanUsual } from "./query-time.ts";

export function ListTools({ query }: { readonly query: RunsQuery }): ReactNode {
  const [url, patchUrl] = useUrlState();
  const [open, setOpen] = useState<"save" | "command" | undefined>();
  const span = url["t"] ?? spanUsual;
  const isKnown = spanChoices.some(({ value }) => value === span);
  useKeys({ "mod+shift+c": () => setOpen("command") });
  useCommands([
    { title: "Save this list as a view…", icon: "star", run: () => setOpen("save") },
    { title: "This list as a command", icon: "term", keys: ["⌘", "⇧", "C"], run: () => setOpen("command") },
  ]);
  return (
    <span className="end row tools">
      <label className="pick">
        <Icon name="clock" small />
        <span className="sr">Time</span>
        <select
          value={span}
          onChange={({ target }) =>
            patchUrl({ t: target.value === spanUsual ? undefined : target.value }, "push")
          }
        >
          {isKnown ? null : <option value={span}>Chosen time</option>}
          {spanChoices.map(({ value, words }) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <button type="button" className="pick hide-s" onClick={() => setOpen("save")}>
        <Icon name="star" small />
        Save view
      </button>
      <button type="button" className="pick hide-s" onClick={() => setOpen("command")}>
        <Icon name="term" small />
        As command
      </button>
      {open === "save" ? <SaveView onClose={() => setOpen(undefined)} /> : null}
      {open === "command" ? <AsCommand query={query} onClose={() => setOpen(undefined)} /> : null}
    </span>
  );
}

function SaveView({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [name, setName] = useState("");
  return (
    <Dialog title="Save this list as a view" onClose={onClose}>
      <form
        className="confirm"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === "") return;
          saveView({ name: name.trim(), to: `${location.pathname}${location.search}` });
          onClose();
        }}
      >
        <h2>Save this list as a view</h2>
        <label className="field">
          <span>Name</span>
          <input
            className="input"
            data-focus=""
            value={name}
            maxLength={60}
            onChange={({ target }) => setName(target.value)}
          />
        </label>
        <p>It stands in the side, in this browser alone.</p>
        <div className="row buttons">
          <button type="button" className="btn end" onClick={onClose}>
            Do not save
          </button>
          <button type="submit" className="btn strong" disabled={name.trim() === ""}>
            Save view <kbd>↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function AsCommand({
  query,
  onClose,
}: {
  readonly query: RunsQuery;
  readonly onClose: () => void;
}): ReactNode {
  const forms = [
    ["curl", `curl '${location.origin}${runsPath(query)}'`],
    ["stepwell", asStepwellCommand(query, location.origin)],
    ["MCP", asMcpCall(query)],
  ] as const;
  return (
    <Dialog title="This list as a command" onClose={onClose} wide>
      <div className="confirm">
        <h2>This list as a command</h2>
        {forms.map(([form, text]) => (
          <div key={form} className="field">
            <span>{form}</span>
            <Snippet text={text} label={`Copy the ${form} form`} />
          </div>
        ))}
        <div className="row buttons">
          <button type="button" className="btn end" onClick={onClose}>
            Close
          </button>
        </div>
      </div>
    </Dialog>
  );
}
