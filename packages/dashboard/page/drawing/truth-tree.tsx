// An expression taken apart (spec §5 Truth): a tree of all of, any of, not; each part with its truth and the value
// that it found.

import type { Truth } from "@stepwell/protocol/rest";
import { foundWords, joinWords } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";

const indentPx = 18;

export function TruthTree({ truth }: { readonly truth: Truth }): ReactNode {
  return (
    <div className="truth-place">
      <table className="truth">
        <caption className="sr">Truth of each part of the filter</caption>
        <tbody>
          {flat(truth, 0).map(({ part, level, place }) => (
            <tr key={place}>
              <td style={{ paddingLeft: level * indentPx }}>
                <TruthMark value={part.value} />
              </td>
              {part.join === undefined ? (
                <>
                  <td>
                    <bdi>{part.text}</bdi>
                  </td>
                  <td className="muted">
                    <Found part={part} />
                  </td>
                </>
              ) : (
                <td colSpan={2}>
                  <b className="b">{joinWords(part.join)}</b>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface Line {
  readonly part: Truth;
  readonly level: number;
  /** Where it stands in the tree: `0.1.0`. */
  readonly place: string;
}

function flat(part: Truth, level: number, place = "0"): readonly Line[] {
  const below = part.parts?.flatMap((inner, index) => flat(inner, level + 1, `${place}.${index}`)) ?? [];
  return [{ part, level, place }, ...below];
}

function Found({ part }: { readonly part: Truth }): ReactNode {
  const words = foundWords(part);
  // What was found says more than the error that follows from it.
  if (part.message !== undefined && (words === undefined || words.note === "")) return part.message;
  if (words === undefined) return null;
  return (
    <>
      {words.lead}
      {words.value === undefined ? null : <span className={`found-${words.kind}`}>{words.value}</span>}
      {words.note}
    </>
  );
}

export function TruthMark({ value }: { readonly value: Truth["value"] }): ReactNode {
  switch (value) {
    case "true":
      return (
        <span className="tv t">
          <Icon name="check" />
          true
        </span>
      );
    case "false":
      return (
        <span className="tv f">
          <Icon name="x" />
          false
        </span>
      );
    case "error":
      return (
        <span className="tv f">
          <Icon name="errored" />
          error
        </span>
      );
    case "not-reached":
      return <span className="tv n">not reached</span>;
  }
}
