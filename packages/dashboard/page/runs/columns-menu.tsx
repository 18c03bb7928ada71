// The menu in the head of the list: which columns are shown, in which order, and fields of events and outputs as further
// ones (spec §6.1). The order is changed by dragging, or by the buttons of each line.

import { type EventFieldView, eventFieldsPath } from "@stepwell/protocol/rest";
import { useQuery } from "@tanstack/react-query";
import {
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { optional } from "../api/queries.ts";
import { Icon } from "../drawing/icon.tsx";
import { useColumnDrag } from "./column-drag.ts";
import {
  addField,
  asUsual,
  type Column,
  type ColumnChoice,
  columnTitle,
  moveColumn,
  removeField,
  toggleColumn,
  usualChoice,
} from "./columns.ts";
import { fieldPath } from "./field-path.ts";

export function ColumnsMenu({ choice }: { readonly choice: ColumnChoice }): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const onPointerDown = ({ target }: PointerEvent): void => {
      if (target instanceof Node && !place.current?.contains(target)) setIsOpen(false);
    };
    document.addEventListener("pointerdown", onPointerDown);
    return () => document.removeEventListener("pointerdown", onPointerDown);
  }, [isOpen]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && isOpen) {
      setIsOpen(false);
      button.current?.focus();
    }
    // The list's own keys are off while the menu has the focus.
    if (isOpen && !event.metaKey && !event.ctrlKey) event.stopPropagation();
  };
  return (
    <div ref={place} className="columns-place" onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        className="btn ghost icon columns-button"
        aria-label="Columns"
        title="Columns"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        <Icon name="cols" small />
      </button>
      {isOpen ? <Menu choice={choice} /> : null}
    </div>
  );
}

function Menu({ choice }: { readonly choice: ColumnChoice }): ReactNode {
  const { columns, choose } = choice;
  const dragOf = useColumnDrag(choice);
  const list = useRef<HTMLUListElement>(null);
  const moved = useRef<string | undefined>(undefined);
  const [told, setTold] = useState("");
  // The browser takes the focus away from what is put to another place.
  useEffect(() => {
    if (moved.current === undefined) return;
    list.current?.querySelector<HTMLElement>(`[data-move="${CSS.escape(moved.current)}"]`)?.focus();
    moved.current = undefined;
  });
  const move = (id: string, by: 1 | -1): void => {
    const to = columns.findIndex((column) => column.id === id) + by;
    if (to < 0 || to >= columns.length) return;
    moved.current = `${id} ${by}`;
    choose((before) => moveColumn(before, id, to));
    setTold(`${columnTitle(id)} is column ${to + 1} of ${columns.length}`);
  };
  return (
    <div className="over columns-menu" role="dialog" aria-label="Columns">
      <ul ref={list}>
        {columns.map((column) => (
          <li key={column.id} className="column-line" data-line={column.id} {...dragOf(column.id)}>
            <Line column={column} choice={choice} move={move} />
          </li>
        ))}
      </ul>
      <AddField choice={choice} />
      <div className="row columns-end">
        <p className="muted">Kept in this browser.</p>
        <button type="button" className="pick end" onClick={() => choose(() => usualChoice)}>
          As usual
        </button>
      </div>
      <p className="sr" role="status">
        {told}
      </p>
    </div>
  );
}

interface LineProps {
  readonly column: Column;
  readonly choice: ColumnChoice;
  readonly move: (id: string, by: 1 | -1) => void;
}

function Line({ column: { id, isShown }, choice: { columns, choose }, move }: LineProps): ReactNode {
  const title = columnTitle(id);
  const index = columns.findIndex((column) => column.id === id);
  const isOnlyOne = isShown && columns.filter((column) => column.isShown).length === 1;
  return (
    <>
      <label className="row grow">
        <input
          type="checkbox"
          className="box"
          checked={isShown}
          disabled={isOnlyOne}
          onChange={() => choose((before) => toggleColumn(before, id))}
        />
        <span className="cut" title={title}>
          <bdi>{title}</bdi>
        </span>
      </label>
      {asUsual(id) === undefined ? (
        <LineButton
          label={`Remove ${title}`}
          icon="x"
          onClick={() => choose((all) => removeField(all, id))}
        />
      ) : null}
      <LineButton
        label={`Move ${title} up`}
        icon="up"
        move={`${id} -1`}
        isOff={index === 0}
        onClick={() => move(id, -1)}
      />
      <LineButton
        label={`Move ${title} down`}
        icon="down"
        move={`${id} 1`}
        isOff={index === columns.length - 1}
        onClick={() => move(id, 1)}
      />
    </>
  );
}

interface LineButtonProps {
  readonly label: string;
  readonly icon: "x" | "up" | "down";
  readonly move?: string;
  /** It keeps the focus, so it is not disabled for the browser. */
  readonly isOff?: boolean;
  readonly onClick: () => void;
}

function LineButton({ label, icon, move, isOff = false, onClick }: LineButtonProps): ReactNode {
  return (
    <button
      type="button"
      className="btn ghost icon"
      aria-label={label}
      title={label}
      aria-disabled={isOff}
      data-move={move}
      onClick={onClick}
    >
      <Icon name={icon} small />
    </button>
  );
}

const problemWords =
  "Write a field as an expression has it: event.data.plan, event.user.id, event.ts or output.total.";

/** Names a field; those that the last events have are offered. */
function AddField({ choice }: { readonly choice: ColumnChoice }): ReactNode {
  const id = useId();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const fields = useQuery({
    queryKey: ["event-fields"],
    queryFn: ({ signal }) => optional<readonly EventFieldView[]>(eventFieldsPath(), signal),
    staleTime: 30_000,
  }).data;
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    const field = text.trim();
    if (fieldPath(field) === undefined) {
      setProblem(problemWords);
      return;
    }
    choice.choose((before) => addField(before, field));
    setText("");
  };
  return (
    <form className="columns-add" onSubmit={onSubmit}>
      <label className="sr" htmlFor={id}>
        Field of the event or output
      </label>
      <input
        id={id}
        className="input mono"
        placeholder="event.data.plan"
        list={`${id}-fields`}
        autoComplete="off"
        spellCheck={false}
        value={text}
        aria-invalid={problem !== ""}
        aria-describedby={`${id}-problem`}
        onChange={({ target }) => {
          setText(target.value);
          setProblem("");
        }}
      />
      <datalist id={`${id}-fields`}>
        {(fields ?? []).map(({ path }) => (
          <option key={path} value={path} />
        ))}
      </datalist>
      <button type="submit" className="btn">
        <Icon name="plus" small />
        Add
      </button>
      <p id={`${id}-problem`} className="err problem" role="status">
        {problem}
      </p>
    </form>
  );
}
