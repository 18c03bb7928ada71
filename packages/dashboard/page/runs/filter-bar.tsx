// The filter (spec §5): what is in force stands as tokens, what is being typed is completed. Enter puts a token in,
// backspace steps into the last one, a wrong token is underlined and says what was expected.

import { type KeyboardEvent, type ReactNode, type RefObject, useId, useState } from "react";
import { Icon } from "../drawing/icon.tsx";
import { type Offer, offers } from "./completion.ts";
import { useLearned } from "./learned.ts";
import { MatchCount } from "./match-count.tsx";
import { type QueryProblem, tokensOfQuery } from "./query-language.ts";
import { type Token, without } from "./query-tokens.ts";

export interface FilterBarProps {
  readonly text: string;
  readonly problem: QueryProblem | undefined;
  /** What the server said against it. */
  readonly refusal: string | undefined;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onChange: (text: string) => void;
  readonly children?: ReactNode;
}

interface Typing {
  readonly text: string;
  readonly isOpen: boolean;
  readonly chosen: number;
}

const closed: Typing = { text: "", isOpen: false, chosen: -1 };

export function FilterBar({ text, problem, refusal, input, onChange, children }: FilterBarProps): ReactNode {
  const id = useId();
  const learned = useLearned();
  const [typing, setTyping] = useState(closed);
  const tokens = tokensOfQuery(text);
  const offered = typing.isOpen ? offers(typing.text, learned) : [];
  const chosen = Math.min(typing.chosen, offered.length - 1);
  const put = (part: string): void => {
    setTyping(closed);
    if (part.trim() !== "") onChange(`${text} ${part.trim()}`.trim());
  };
  const take = (offer: Offer): void => {
    if (offer.isOpen === true) setTyping({ text: offer.text, isOpen: true, chosen: -1 });
    else put(offer.text);
    input.current?.focus();
  };
  const stepInto = (token: Token): void => {
    onChange(without(text, token));
    setTyping({ text: text.slice(token.from, token.until), isOpen: true, chosen: -1 });
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const last = tokens[tokens.length - 1];
    const offer = offered[chosen];
    if (event.key === " " && event.ctrlKey) setTyping({ ...typing, isOpen: true, chosen: 0 });
    else if (event.key === "ArrowDown" && typing.isOpen)
      setTyping({ ...typing, chosen: Math.min(chosen + 1, offered.length - 1) });
    else if (event.key === "ArrowUp" && typing.isOpen)
      setTyping({ ...typing, chosen: Math.max(chosen - 1, -1) });
    else if (event.key === "Tab" && !event.shiftKey && offered.length > 0 && typing.text !== "")
      take(offer ?? (offered[0] as Offer));
    else if (event.key === "Enter") offer === undefined ? put(typing.text) : take(offer);
    else if (event.key === "Escape" && (typing.isOpen || typing.text !== "")) setTyping(closed);
    else if (event.key === "Escape") input.current?.blur();
    else if (event.key === "Backspace" && typing.text === "" && last !== undefined) stepInto(last);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const wrong = problem?.message ?? refusal;
  return (
    <>
      <div className={wrong === undefined ? "fbar" : "fbar wrong"}>
        <Icon name="filter" small />
        {tokens.map((token) => (
          <TokenChip
            key={`${token.from}${text.slice(token.from, token.until)}`}
            token={token}
            text={text.slice(token.from, token.until)}
            isWrong={problem?.from === token.from}
            onEdit={() => stepInto(token)}
            onRemove={() => onChange(without(text, token))}
          />
        ))}
        <input
          ref={input}
          className="typing"
          role="combobox"
          aria-label="Filter runs"
          aria-expanded={offered.length > 0}
          aria-controls={`${id}-offers`}
          aria-activedescendant={chosen < 0 ? undefined : `${id}-${chosen}`}
          aria-autocomplete="list"
          aria-invalid={wrong !== undefined}
          aria-describedby={wrong === undefined ? undefined : `${id}-wrong`}
          autoComplete="off"
          spellCheck={false}
          placeholder={
            tokens.length === 0
              ? "Add a filter: status:failed, fn:create-trial, event.data.plan == 'pro'"
              : ""
          }
          value={typing.text}
          onChange={({ target }) => setTyping({ text: target.value, isOpen: true, chosen: -1 })}
          onKeyDown={onKeyDown}
          onBlur={() => setTyping({ ...typing, isOpen: false })}
        />
        {children}
        <Offers id={id} offered={offered} chosen={chosen} typed={typing.text} text={text} onTake={take} />
      </div>
      {wrong === undefined ? null : (
        <p className="filter-wrong" id={`${id}-wrong`} role="alert">
          {wrong} The list shows the last filter that could be read.
        </p>
      )}
    </>
  );
}

function TokenChip({
  token,
  text,
  isWrong,
  onEdit,
  onRemove,
}: {
  readonly token: Token;
  readonly text: string;
  readonly isWrong: boolean;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}): ReactNode {
  const key = token.kind === "pair" ? `${token.isNot ? "-" : ""}${token.key}:` : "";
  return (
    <span className={isWrong ? "tok wrong" : "tok"}>
      <button type="button" className="tok-text" aria-label={`Edit ${text}`} title={text} onClick={onEdit}>
        <i>{key}</i>
        {text.slice(key.length)}
      </button>
      <button type="button" aria-label={`Remove ${text}`} onClick={onRemove}>
        ×
      </button>
    </span>
  );
}

function Offers({
  id,
  offered,
  chosen,
  typed,
  text,
  onTake,
}: {
  readonly id: string;
  readonly offered: readonly Offer[];
  readonly chosen: number;
  readonly typed: string;
  readonly text: string;
  readonly onTake: (offer: Offer) => void;
}): ReactNode {
  if (offered.length === 0) return null;
  const offer = offered[chosen];
  const would = offer === undefined ? typed : offer.isOpen === true ? "" : offer.text;
  return (
    <div className="complete">
      <div id={`${id}-offers`} role="listbox" aria-label="Completions">
        {offered.map((item, index) => (
          <div
            key={item.text}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={index === chosen ? "offer on" : "offer"}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onTake(item)}
          >
            <code className="cut">{item.text}</code>
            <span className="end muted cut">{item.note}</span>
          </div>
        ))}
      </div>
      <div className="hint">
        <span>
          <kbd>↓</kbd> choose <kbd>↵</kbd> put in
        </span>
        <MatchCount text={`${text} ${would}`.trim()} isWanted={would.trim() !== ""} />
      </div>
    </div>
  );
}
