// What stands where there is no app: how to serve one (spec §10).

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { healthQuery } from "../api/queries.ts";
import { Empty } from "../drawing/notices.tsx";
import { Snippet } from "../drawing/snippet.tsx";
import { useUrlState } from "../frame/url-state.ts";

const snippet = `import { createServer } from "node:http";
import { serve } from "stepwell/node";
import { inngest, functions } from "./inngest.ts";

createServer(serve({ client: inngest, functions })).listen(3000);`;

export function NoApps(): ReactNode {
  const [, patch] = useUrlState();
  const health = useQuery(healthQuery());
  const ports = health.data?.discoveryPorts ?? [];
  return (
    <Empty title="No app found">
      <p>
        {ports.length === 0
          ? "An app appears here once it registers itself, or when you add its address."
          : `Stepwell looks every few seconds at the usual ports (${ports.slice(0, 4).join(", ")}${ports.length > 4 ? " and others" : ""}). Start your app, or add its address.`}
      </p>
      <Snippet text={snippet} label="Copy the code" />
      <button type="button" className="btn strong" onClick={() => patch({ do: "add" })}>
        Add an address <kbd>n</kbd>
      </button>
    </Empty>
  );
}
