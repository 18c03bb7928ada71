// The numbers of a chart as a table: on demand, and where a chart cannot be drawn.

import { at, moment } from "@stepwell/protocol/words";
import type { ReactNode } from "react";

export interface ChartSeries {
  readonly word: string;
  /** Undefined: nothing to tell at that time. */
  readonly values: readonly (number | undefined)[];
  /** A token of the style sheet: `--failed-fill`. */
  readonly colour: string;
  readonly kind: "bar" | "line" | "dashed";
}

export interface ChartProps {
  readonly title: string;
  readonly note: string;
  /** Beginnings of the buckets, RFC 3339. */
  readonly times: readonly string[];
  /** Later series are drawn over earlier ones. */
  readonly series: readonly ChartSeries[];
  readonly isLogarithmic?: boolean;
  readonly write: (value: number) => string;
  /** One sentence that says what can be seen. */
  readonly summary: string;
  readonly marks: readonly { readonly at: string; readonly appName: string }[];
  readonly now: number;
}

export function ChartTable({ times, series, write, now, title }: ChartProps): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <div className="chart-table" tabIndex={0} role="region" aria-label={`${title} as a table`}>
      <table>
        <thead>
          <tr>
            <th scope="col">From</th>
            {series.map(({ word }) => (
              <th key={word} scope="col" className="num">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((time, index) => (
            <tr key={time}>
              <th scope="row">{moment(at(time), now)}</th>
              {series.map(({ word, values }) => {
                const value = values[index];
                return (
                  <td key={word} className="num">
                    {value === undefined ? "" : write(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** In the place of a chart that cannot be drawn. */
export function ChartAsTable(props: ChartProps): ReactNode {
  return (
    <section className="sec chart-place">
      <h2>
        {props.title} <span className="n">{props.note}</span>
      </h2>
      <ChartTable {...props} />
      <p className="chart-line muted">{props.summary}</p>
    </section>
  );
}
