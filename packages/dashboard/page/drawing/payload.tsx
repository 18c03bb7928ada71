// A payload (spec §5): a tree that folds past three levels, raw JSON, or what differs from its like elsewhere. Long
// texts are cut with their size.

import type { Json } from "@stepwell/protocol/rest";
import { bytes, count, plainKey } from "@stepwell/protocol/words";
import { type ReactNode, useMemo, useState } from "react";
import type { PayloadSource } from "../api/compare-query.ts";
import { Compare } from "./compare.tsx";
import { CopyButton } from "./copy-button.tsx";

const openLevels = 3;
const itemsAtOnce = 50;
const textMax = 2000;

type View = "Tree" | "Raw" | "Compare";

export function Payload({
  title,
  value,
  size,
  source,
}: {
  readonly title: string;
  readonly value: Json;
  /** Bytes, where the server said so. */
  readonly size?: number;
  /** Where it comes from; without it there is nothing to compare it with. */
  readonly source?: PayloadSource;
}): ReactNode {
  const [view, setView] = useState<View>("Tree");
  const views: readonly View[] = source === undefined ? ["Tree", "Raw"] : ["Tree", "Raw", "Compare"];
  const text = useMemo(() => JSON.stringify(value, null, 2), [value]);
  return (
    <>
      <h2 className="h2">
        {title}{" "}
        <span className="n">{bytes(size ?? new TextEncoder().encode(JSON.stringify(value)).length)}</span>
        <span className="end seg">
          {views.map((item) => (
            <button key={item} type="button" aria-pressed={item === view} onClick={() => setView(item)}>
              {item}
            </button>
          ))}
        </span>
        <CopyButton text={text} label={`Copy ${title.toLowerCase()}`} />
      </h2>
      {view === "Compare" && source !== undefined ? (
        <Compare value={value} source={source} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className="code" tabIndex={0} aria-label={title}>
          {view === "Raw" ? text : <Value value={value} level={0} comma={false} />}
        </section>
      )}
    </>
  );
}

interface ValueProps {
  readonly name?: string;
  readonly value: Json | undefined;
  readonly level: number;
  readonly comma: boolean;
}

function Value({ name, value, level, comma }: ValueProps): ReactNode {
  const key =
    name === undefined ? null : (
      <>
        <span className="k">{plainKey(name)}</span>:{" "}
      </>
    );
  const end = comma ? "," : "";
  if (value === null || value === undefined || typeof value === "boolean")
    return (
      <Line level={level}>
        {key}
        <span className="l">{String(value ?? null)}</span>
        {end}
      </Line>
    );
  if (typeof value === "number")
    return (
      <Line level={level}>
        {key}
        <span className="d">{value}</span>
        {end}
      </Line>
    );
  if (typeof value === "string") return <Text {...{ keyPart: key, value, level, end }} />;
  return <Members {...{ keyPart: key, value, level, end }} />;
}

function Line({ level, children }: { readonly level: number; readonly children: ReactNode }): ReactNode {
  return <div style={{ paddingLeft: level * 14 }}>{children}</div>;
}

function Text({
  keyPart,
  value,
  level,
  end,
}: {
  readonly keyPart: ReactNode;
  readonly value: string;
  readonly level: number;
  readonly end: string;
}): ReactNode {
  const [whole, setWhole] = useState(false);
  const cut = value.length > textMax && !whole;
  return (
    <Line level={level}>
      {keyPart}
      <span className="s">{JSON.stringify(cut ? `${value.slice(0, 80)}…` : value)}</span>
      {cut ? (
        <button type="button" className="unfold" onClick={() => setWhole(true)}>
          {bytes(value.length)}, show
        </button>
      ) : null}
      {end}
    </Line>
  );
}

function Members({
  keyPart,
  value,
  level,
  end,
}: {
  readonly keyPart: ReactNode;
  readonly value: readonly Json[] | { readonly [key: string]: Json | undefined };
  readonly level: number;
  readonly end: string;
}): ReactNode {
  const isList = Array.isArray(value);
  const members: readonly (readonly [string, Json | undefined])[] = Object.entries(value);
  const [open, setOpen] = useState(level < openLevels);
  const [shown, setShown] = useState(itemsAtOnce);
  const [left, right] = isList ? ["[", "]"] : ["{", "}"];
  if (members.length === 0)
    return (
      <Line level={level}>
        {keyPart}
        {left}
        {right}
        {end}
      </Line>
    );
  const fold = (
    <button type="button" className="unfold" aria-expanded={open} onClick={() => setOpen(!open)}>
      {open ? left : `${left} ${count(members.length)} ${isList ? "items" : "fields"} ${right}`}
    </button>
  );
  if (!open)
    return (
      <Line level={level}>
        {keyPart}
        {fold}
        {end}
      </Line>
    );
  return (
    <>
      <Line level={level}>
        {keyPart}
        {fold}
      </Line>
      {members.slice(0, shown).map(([name, member], index) => (
        <Value
          key={name}
          {...(isList ? {} : { name })}
          value={member}
          level={level + 1}
          comma={index < members.length - 1}
        />
      ))}
      {members.length > shown ? (
        <Line level={level + 1}>
          <button type="button" className="unfold" onClick={() => setShown(shown + itemsAtOnce)}>
            {count(members.length - shown)} more
          </button>
        </Line>
      ) : null}
      <Line level={level}>
        {right}
        {end}
      </Line>
    </>
  );
}
