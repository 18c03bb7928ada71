// How much of a limit is in use (spec §5 Gauge): a bar, hatched when full, and `7 of 10`.

import { count } from "@stepwell/protocol/words";
import type { ReactNode } from "react";

export function Gauge({ used, limit }: { readonly used: number; readonly limit: number }): ReactNode {
  const share = limit === 0 ? 1 : Math.min(1, used / limit);
  return (
    <span className={used >= limit ? "gauge full" : "gauge"}>
      <span className="g" aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </span>
      <span>
        {count(used)} of {count(limit)}
      </span>
    </span>
  );
}
