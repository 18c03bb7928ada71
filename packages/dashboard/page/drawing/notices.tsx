// What stands in a view's place while it loads, when it fails, and when there is nothing (spec §6, §10).

import { type ReactNode, useEffect, useState } from "react";
import { Icon } from "./icon.tsx";

/** Grey row shapes, after 150 ms: what comes faster than that needs none. */
export function Skeleton({ rows = 8 }: { readonly rows?: number }): ReactNode {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <div role="status" aria-label="Loading" className="skeleton">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the shapes are all alike
        <div key={row} className="tr" style={{ gridTemplateColumns: "14px 90px 1fr 2fr 90px" }}>
          {Array.from({ length: 5 }, (_, cell) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the shapes are all alike
            <span key={cell} className="skel" style={{ width: `${100 - ((row * 7 + cell * 13) % 40)}%` }} />
          ))}
        </div>
      ))}
    </div>
  );
}

export function Failure({ error, retry }: { readonly error: Error; readonly retry: () => void }): ReactNode {
  return (
    <div className="notice-place">
      <div className="notice" role="alert">
        <Icon name="errored" />
        <span className="grow">{error.message}</span>
        <button type="button" className="btn" onClick={retry}>
          Try again
        </button>
      </div>
    </div>
  );
}

export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="empty">
      <h3>{title}</h3>
      {children}
    </div>
  );
}
