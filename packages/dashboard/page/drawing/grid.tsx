// The parts of a list as assistive technology knows them (spec §9): a grid of rows and cells that looks like a list.
// The focus roves: one link or button of the cursor row is in the order of tabs.

import type { CSSProperties, ReactNode, Ref } from "react";

interface GridProps {
  readonly label: string;
  readonly className: string;
  readonly titles: readonly Title[];
  /** Rows in all, without the head; -1 when nobody knows. */
  readonly rowCount: number;
  readonly ref?: Ref<HTMLDivElement>;
  readonly children: ReactNode;
}

export interface Title {
  readonly text: string;
  readonly isNumber?: boolean;
  /** Said, not shown. */
  readonly isSilent?: boolean;
}

/** @param index counts from 1, the head included. */
const rowRole = (index: number) => ({ role: "row", "aria-rowindex": index });
const cell = { role: "gridcell" } as const;
const head = { role: "columnheader" } as const;

export function Grid({ label, className, titles, rowCount, ref, children }: GridProps): ReactNode {
  return (
    <div
      {...{ role: "grid", "aria-label": label, "aria-rowcount": rowCount < 0 ? -1 : rowCount + 1 }}
      ref={ref}
      className={`tbl ${className}`}
    >
      <div {...rowRole(1)} className="tr th">
        {titles.map((title) => (
          <span {...head} key={title.text} className={title.isNumber === true ? "num" : ""}>
            {title.isSilent === true ? <span className="sr">{title.text}</span> : title.text}
          </span>
        ))}
      </div>
      {children}
    </div>
  );
}

interface GridRowProps {
  /** Counts from 0, without the head. */
  readonly index: number;
  readonly isCursor: boolean;
  readonly isSelected?: boolean;
  readonly className?: string;
  readonly style?: CSSProperties;
  readonly onFocus?: () => void;
  readonly data?: Readonly<Record<`data-${string}`, string>>;
  readonly children: ReactNode;
}

export function GridRow(props: GridRowProps): ReactNode {
  const { index, isCursor, isSelected = isCursor, className = "", style, onFocus, data, children } = props;
  return (
    <div
      {...rowRole(index + 2)}
      {...{ "aria-selected": isSelected, onFocus }}
      {...data}
      className={`tr${isCursor ? " cur" : ""} ${className}`}
      style={style}
    >
      {children}
    </div>
  );
}

export function Cell({
  className = "",
  children,
}: {
  readonly className?: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <span {...cell} className={className}>
      {children}
    </span>
  );
}
