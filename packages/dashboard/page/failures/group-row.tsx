// One group of failures in the list: what failed, where, how often in each hour, since when.

import type { FailureGroup } from "@stepwell/protocol/rest";
import { at, count, counted, moment, shortDuration } from "@stepwell/protocol/words";
import type { ReactNode } from "react";
import { Icon } from "../drawing/icon.tsx";
import { messageShape } from "./message-shape.ts";

export function GroupRow({
  group,
  now,
  isSelected,
  tag,
  onSelect,
}: {
  readonly group: FailureGroup;
  readonly now: number;
  readonly isSelected: boolean;
  /** Of its replay. */
  readonly tag: string | undefined;
  readonly onSelect: () => void;
}): ReactNode {
  return (
    <button
      type="button"
      className={isSelected ? "grp on" : "grp"}
      aria-pressed={isSelected}
      onClick={onSelect}
    >
      <span className="err">
        <Icon name="failed" />
      </span>
      <b className="b cut">
        <GroupTitle group={group} />
      </b>
      <Hours hours={group.hours ?? []} />
      <b className="b num grp-count">{count(group.count)}</b>
      <span />
      <span className="cut soft small">
        <bdi>{group.function.name}</bdi>{" "}
        <span className="muted">
          at {group.stepName === undefined ? "its own code" : <bdi>{group.stepName}</bdi>}
        </span>
        {tag === undefined ? null : <span className="tag replaying">{tag}</span>}
      </span>
      <span className="muted nowrap small">since {moment(at(group.firstAt), now)}</span>
      <span className="muted num nowrap small">{shortDuration(now - at(group.lastAt))} ago</span>
    </button>
  );
}

export function GroupTitle({ group }: { readonly group: FailureGroup }): ReactNode {
  const { name, message } = group.error;
  return (
    <bdi>
      {name === "" || name === "Error" ? "" : `${name}: `}
      {messageShape(message, group.count === 1).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one message have no identity but their place
        <span key={index} className={part.isValue ? "muted" : ""}>
          {part.text}
        </span>
      ))}
    </bdi>
  );
}

const barPx = 4;
const height = 18;

function Hours({ hours }: { readonly hours: readonly number[] }): ReactNode {
  if (hours.length === 0) return <span />;
  const most = Math.max(1, ...hours);
  const total = hours.reduce((sum, one) => sum + one, 0);
  return (
    <svg
      className="hours"
      viewBox={`0 0 ${hours.length * barPx} ${height}`}
      width={96}
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${counted(total, "failure")} over ${counted(hours.length, "hour")}, at most ${count(most)} in one`}
    >
      {hours.map((value, index) => {
        const tall = value === 0 ? 1 : Math.max(2, (value / most) * height);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its place
          <rect key={index} x={index * barPx} y={height - tall} width={barPx - 1} height={tall} />
        );
      })}
    </svg>
  );
}
