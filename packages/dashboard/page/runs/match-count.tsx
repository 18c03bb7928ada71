// How many runs a filter would show, before it is put in.

import { counted } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { runFiguresQuery } from "../api/queries.ts";
import { serverNow } from "../api/server-clock.ts";
import { useUrlState } from "../frame/url-state.ts";
import { useLearned } from "./learned.ts";
import { parseQuery } from "./query-language.ts";
import { spanOf, within } from "./query-time.ts";

const restMs = 200;

export function MatchCount({
  text,
  isWanted,
}: {
  readonly text: string;
  readonly isWanted: boolean;
}): ReactNode {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), restMs);
    return () => clearTimeout(timer);
  }, [text]);
  const [url] = useUrlState();
  const learned = useLearned();
  const now = Math.floor(serverNow() / 60_000) * 60_000;
  const parsed = parseQuery(settled, { now, functions: learned.functions, apps: learned.apps });
  const query = parsed.kind === "parsed" ? parsed.query : {};
  const { from: _, until: __, ...rest } = query;
  const figures = useQuery({
    ...runFiguresQuery({ ...rest, ...within(query, spanOf(url["t"], now)) }),
    enabled: isWanted && parsed.kind === "parsed",
    retry: false,
  }).data;
  if (!isWanted || figures === undefined || figures === null) return null;
  const total = Object.values(figures.counts).reduce((sum, one) => sum + one, 0);
  return <span className="end">{counted(total, "run matches", "runs match")}</span>;
}
