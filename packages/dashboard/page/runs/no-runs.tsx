// The list of runs when it is empty: what would fill it (spec §10).

import { restPath } from "@stepwell/protocol/rest";
import { counted } from "@stepwell/protocol/words";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { appsQuery, functionsQuery, runFiguresQuery } from "../api/queries.ts";
import { change } from "../api/request.ts";
import { Empty } from "../drawing/notices.tsx";
import { Snippet } from "../drawing/snippet.tsx";
import { useToast } from "../frame/toast.tsx";
import { useUrlState } from "../frame/url-state.ts";
import { tokensOfQuery } from "./query-language.ts";
import { without } from "./query-tokens.ts";
import type { RunsRequest } from "./use-runs.ts";

const appSnippet = `import { createServer } from "node:http";
import { Inngest } from "stepwell";
import { serve } from "stepwell/node";

const client = new Inngest({ id: "my-app", isDev: true });
const hello = client.createFunction(
  { id: "hello", triggers: [{ event: "demo/hello" }] },
  async ({ event, step }) => step.run("greet", () => \`Hello \${event.data.name}\`),
);
createServer(serve({ client, functions: [hello] })).listen(3000);`;

export function NoRuns({ request }: { readonly request: RunsRequest }): ReactNode {
  const all = useQuery(runFiguresQuery({})).data;
  const apps = useQuery(appsQuery()).data;
  const functions = useQuery(functionsQuery()).data;
  if (all === undefined || apps === undefined || functions === undefined) return null;
  const total = Object.values(all?.counts ?? {}).reduce((sum, one) => sum + one, 0);
  if (total > 0) return <NothingMatches request={request} />;
  if (functions.length === 0)
    return (
      <Empty title="No app found.">
        <p>
          Stepwell looks every few seconds at the usual ports. Start your app, or add its address under Apps.
          An app is as short as this:
        </p>
        <Snippet text={appSnippet} label="Copy the app" />
      </Empty>
    );
  const name = functions.flatMap(({ triggers }) => triggers).find(({ type }) => type === "EVENT")?.value;
  return <NoRunsYet eventName={name ?? "demo/hello"} apps={apps.length} functions={functions.length} />;
}

function NoRunsYet({
  eventName,
  apps,
  functions,
}: {
  readonly eventName: string;
  readonly apps: number;
  readonly functions: number;
}): ReactNode {
  const toast = useToast();
  const event = { name: eventName.replace(/\*$/, "example"), data: {} };
  const send = (): void => {
    change("POST", restPath("/events"), event).catch((error: unknown) =>
      toast({ kind: "refused", text: error instanceof Error ? error.message : "It was not sent." }),
    );
  };
  return (
    <Empty title="No runs yet.">
      <p>
        A run starts when an event meets a function. Stepwell found {counted(apps, "app")} with{" "}
        {counted(functions, "function")}. Send them their first event:
      </p>
      <Snippet
        text={`curl -d '${JSON.stringify(event)}' ${location.origin}/e/dev`}
        label="Copy the command"
      />
      <button type="button" className="btn strong" onClick={send}>
        Send it for me
      </button>
    </Empty>
  );
}

/** What stands in the way, with a button that takes it away. */
function NothingMatches({ request }: { readonly request: RunsRequest }): ReactNode {
  const [url, patchUrl] = useUrlState();
  const tokens = tokensOfQuery(request.text);
  const last = tokens[tokens.length - 1];
  return (
    <Empty title="No run matches.">
      {last === undefined ? (
        <p>There are runs, but none of this kind in this time.</p>
      ) : (
        <p>
          The last filter is <code>{request.text.slice(last.from, last.until)}</code>.
        </p>
      )}
      <div className="row">
        {last === undefined ? null : (
          <button type="button" className="btn" onClick={() => patchUrl({ q: without(request.text, last) })}>
            Remove it
          </button>
        )}
        {url["t"] === "all" ? null : (
          <button type="button" className="btn" onClick={() => patchUrl({ t: "all" })}>
            Look at all time
          </button>
        )}
        {request.tab === "all" ? null : (
          <button type="button" className="btn" onClick={() => patchUrl({ view: undefined })}>
            Look at all kinds
          </button>
        )}
      </div>
    </Empty>
  );
}
