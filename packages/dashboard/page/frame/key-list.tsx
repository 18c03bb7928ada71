// The list of all keys, opened by `?`, with the switch that turns single keys off.

import { type ReactNode, useState } from "react";
import { Dialog } from "./dialog.tsx";
import { KeyCaps } from "./foot.tsx";
import { setSingleKeys, singleKeysOn } from "./keys.ts";
import { places } from "./places.ts";

const groups: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    "Everywhere",
    [
      ["⌘ K", "search or run a command"],
      ["?", "these keys"],
      ["/", "filter"],
      ["esc", "out, one layer"],
      [".", "show new rows, or hold live updates"],
      ["[", "fold the side"],
      ["y", "copy the id"],
      ["⇧ Y", "copy the link"],
      ["⌘ ⇧ C", "as command"],
      ...places.map((place) => [`g ${place.key}`, place.title.toLowerCase()] as const),
      ["g b", "bulk actions"],
    ],
  ],
  [
    "Lists",
    [
      ["j k", "move"],
      ["g g", "first row"],
      ["⇧ G", "last row"],
      ["x", "select"],
      ["⇧ X", "select up to here"],
      ["⌘ A", "select all that match"],
      ["space", "peek"],
      ["↵", "open"],
      ["r", "replay the selected"],
      ["c", "cancel the selected"],
      ["← → ↵", "choose a time in the histogram"],
    ],
  ],
  [
    "Run",
    [
      ["j k", "step"],
      ["← →", "fold or open a branch"],
      ["t", "fold time"],
      ["+ −", "zoom"],
      ["0", "all of the time"],
      ["r", "rerun"],
      ["⇧ R", "rerun from the step"],
      ["c", "cancel"],
    ],
  ],
  [
    "Other",
    [
      ["n", "send an event, add an app"],
      ["e", "edit and send the event"],
      ["i", "invoke the function"],
      ["p", "pause or resume the function"],
      ["r", "sync the app, replay the group"],
      ["s", "runs of the group of failures"],
    ],
  ],
];

export function KeyList({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [on, setOn] = useState(singleKeysOn);
  return (
    <Dialog title="Keys" onClose={onClose} wide>
      <div className="confirm">
        <h2 tabIndex={-1} data-focus="">
          Keys
        </h2>
        <div className="key-groups">
          {groups.map(([title, keys]) => (
            <section key={title}>
              <h3>{title}</h3>
              <dl>
                {keys.map(([key, words]) => (
                  <div key={key} className="key-line">
                    <dt>
                      <KeyCaps keys={key} />
                    </dt>
                    <dd>{words}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
        <label className="row">
          <input
            type="checkbox"
            checked={on}
            onChange={(event) => {
              setSingleKeys(event.target.checked);
              setOn(event.target.checked);
            }}
          />
          Single keys are on
        </label>
        <div className="row">
          <button type="button" className="btn end" onClick={onClose}>
            Close
          </button>
        </div>
      </div>
    </Dialog>
  );
}
