// The functions: what starts them, and what they do at present.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { functionsQuery } from "../api/queries.ts";
import { Empty, Failure, Skeleton } from "../drawing/notices.tsx";
import { count } from "../words/number.ts";

const columns = { gridTemplateColumns: "minmax(140px, 1fr) minmax(0, 2fr) 90px 90px 90px" };

export function FunctionsView(): ReactNode {
  const functions = useQuery({ ...functionsQuery(), refetchInterval: 2000 });
  if (functions.error !== null)
    return <Failure error={functions.error} retry={() => void functions.refetch()} />;
  if (functions.data === undefined) return <Skeleton />;
  return (
    <>
      <div className="pad" style={{ display: "flex", alignItems: "center", height: 52 }}>
        <h1 className="sentence">Functions</h1>
      </div>
      <div className="scroll tbl">
        <div className="tr th" style={columns}>
          <span>Function</span>
          <span>Starts on</span>
          <span>App</span>
          <span>Queued</span>
          <span>Running</span>
        </div>
        {functions.data.map((fn) => (
          <Link key={fn.id} className="tr" style={columns} to="/runs" search={{ functionId: fn.slug }}>
            <span className="cut">{fn.name}</span>
            <span className="cut">
              {fn.triggers.map((trigger) => trigger.value).join(", ") || "invocation only"}
            </span>
            <span className="cut">{fn.app.name}</span>
            <span>{count(fn.figures?.queued ?? 0)}</span>
            <span>{count(fn.figures?.running ?? 0)}</span>
          </Link>
        ))}
        {functions.data.length === 0 ? (
          <Empty title="No function yet">
            <p>Start an app that serves functions at /api/inngest; the dev server finds it by itself.</p>
          </Empty>
        ) : null}
      </div>
    </>
  );
}
