// A payload held against its like in another run or event (spec §5 Payload, Compare): one line for each path that
// differs, with a word, a sign and both values, so that it reads without colour.

import type { Json } from "@stepwell/protocol/rest";
import { count, type Difference, differencesWords, jsonDiff, oneLine } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useMemo, useState } from "react";
import { type OtherValue, otherValueQuery, type PayloadSource } from "../api/compare-query.ts";
import { Words } from "./words.tsx";

const linesAtOnce = 50;
const valueLengthMax = 200;

export interface CompareProps {
  readonly value: Json;
  readonly source: PayloadSource;
}

export function Compare({ value, source }: CompareProps): ReactNode {
  const field = useId();
  const [text, setText] = useState(source.kind === "run-output" ? (source.originalRunId ?? "") : "");
  const id = idIn(text);
  const other = useQuery({ ...otherValueQuery(source, id ?? ""), enabled: id !== undefined });
  return (
    <div className="compare">
      <div className="field">
        <label htmlFor={field}>{source.kind === "event" ? "With event or run" : "With run"}</label>
        <input
          id={field}
          className="input mono"
          value={text}
          placeholder="Its id or address"
          spellCheck={false}
          autoComplete="off"
          aria-describedby={`${field}-told`}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      <div id={`${field}-told`} role="status">
        {id === undefined && text.trim() !== "" ? (
          <p className="err problem">An id has 26 capital letters and digits.</p>
        ) : null}
        {id !== undefined && other.error !== null ? (
          <p className="err problem">{other.error.message}</p>
        ) : null}
      </div>
      {id === undefined || other.data === undefined ? null : (
        <Compared key={id} value={value} other={other.data} />
      )}
    </div>
  );
}

/** The last id in what was typed or pasted, such as the address of a run's page. */
function idIn(text: string): string | undefined {
  return text.match(/(?<![0-9A-Za-z])[0-9A-HJKMNP-TV-Z]{26}(?![0-9A-Za-z])/g)?.at(-1);
}

function Compared({ value, other }: { readonly value: Json; readonly other: OtherValue }): ReactNode {
  const [shown, setShown] = useState(linesAtOnce);
  const differences = useMemo(
    () => (other.kind === "found" ? jsonDiff(other.value, value) : []),
    [value, other],
  );
  if (other.kind === "nothing")
    return (
      <p className="note">
        <Words parts={other.sentence} />
      </p>
    );
  return (
    <>
      <p className="note">
        Against <Words parts={other.where} />: {differencesWords(differences)}.
      </p>
      {differences.length === 0 ? null : (
        <ul className="diff">
          {differences.slice(0, shown).map((difference) => (
            <Line key={`${difference.kind} ${difference.path}`} difference={difference} />
          ))}
        </ul>
      )}
      {differences.length > shown ? (
        <button type="button" className="btn" onClick={() => setShown(shown + linesAtOnce)}>
          {count(differences.length - shown)} more
        </button>
      ) : null}
    </>
  );
}

function Line({ difference }: { readonly difference: Difference }): ReactNode {
  const { kind, path } = difference;
  return (
    <li data-difference={kind}>
      <span className="row">
        <span className="b">{kind}</span>
        <code>
          <bdi>{path === "" ? "the whole value" : path}</bdi>
        </code>
      </span>
      {kind === "added" ? null : <Side sign="−" name="there" value={difference.before} />}
      {kind === "removed" ? null : <Side sign="+" name="here" value={difference.after} />}
    </li>
  );
}

function Side({
  sign,
  name,
  value,
}: {
  readonly sign: "−" | "+";
  readonly name: "there" | "here";
  readonly value: Json;
}): ReactNode {
  return (
    <span className={`value ${name}`}>
      <span aria-hidden="true">{sign}</span>
      <span className="sr">{name}: </span>
      <bdi>{oneLine(value, valueLengthMax)}</bdi>
    </span>
  );
}
