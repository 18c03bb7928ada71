// Says to screen readers what arrived, politely and at most once in ten seconds: "37 new runs, 2 failed".

import { counted } from "@stepwell/protocol/words";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useLiveChanges } from "../api/live.tsx";

const everyMs = 10_000;

export function Announcer(): ReactNode {
  const fresh = useRef(new Set<string>());
  const failed = useRef(new Set<string>());
  const [words, setWords] = useState("");
  useLiveChanges((changes) => {
    for (const change of changes) {
      if (change.kind !== "run") continue;
      if (change.status === "QUEUED") fresh.current.add(change.runId);
      if (change.status === "FAILED") failed.current.add(change.runId);
    }
  });
  useEffect(() => {
    const timer = setInterval(() => {
      const parts = [
        ...(fresh.current.size === 0 ? [] : [counted(fresh.current.size, "new run")]),
        ...(failed.current.size === 0 ? [] : [counted(failed.current.size, "run failed", "runs failed")]),
      ];
      fresh.current.clear();
      failed.current.clear();
      if (parts.length > 0) setWords(parts.join(", "));
    }, everyMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="sr" aria-live="polite">
      {words}
    </div>
  );
}
