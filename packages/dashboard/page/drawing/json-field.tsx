// A field for JSON: plain text with its size, a button that formats it, and the first mistake told below.

import { type Json, parseJson } from "@stepwell/protocol/rest";
import { type ReactNode, useId } from "react";
import { jsonProblem } from "../words/json-problem.ts";

export interface JsonFieldProps {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly rows?: number;
  readonly hint?: string;
  /** A problem that the caller found in a text that is JSON. */
  readonly problem?: string | undefined;
  /** The dialog around it begins here. */
  readonly isFirst?: boolean;
}

export function JsonField(props: JsonFieldProps): ReactNode {
  const { label, text, onChange, rows = 10, hint, problem, isFirst = false } = props;
  const id = useId();
  const parsed = parseJson(text);
  const told = parsed.kind === "invalid" && text.trim() !== "" ? jsonProblem(text) : problem;
  return (
    <div className="field json-field">
      <div className="row">
        <label htmlFor={id}>{label}</label>
        {hint === undefined ? null : <span className="muted">{hint}</span>}
        <button
          type="button"
          className="pick end"
          disabled={parsed.kind === "invalid"}
          onClick={() => {
            if (parsed.kind === "parsed") onChange(JSON.stringify(parsed.value, null, 2));
          }}
        >
          Format
        </button>
      </div>
      <textarea
        id={id}
        className="input code"
        data-focus={isFirst ? "" : undefined}
        rows={rows}
        value={text}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={told !== undefined}
        aria-describedby={`${id}-problem`}
        onChange={({ target }) => onChange(target.value)}
      />
      <p id={`${id}-problem`} className="err problem" role="status">
        {told ?? ""}
      </p>
    </div>
  );
}

/** The value of a field's text; `undefined` while it is no JSON. */
export function jsonOf(text: string): Json | undefined {
  const parsed = parseJson(text);
  return parsed.kind === "parsed" ? parsed.value : undefined;
}
