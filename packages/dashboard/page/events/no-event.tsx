// What stands where there is no event: none chosen, none that matches, none at all (spec §10).

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { functionsQuery } from "../api/queries.ts";
import { Empty } from "../drawing/notices.tsx";
import { Snippet } from "../drawing/snippet.tsx";
import { useUrlState } from "../frame/url-state.ts";
import { readEventsFilter } from "./events-filter.ts";

/** The name of an event that a function waits for, so that the snippet does something. */
function useListenedName(): string {
  const functions = useQuery(functionsQuery());
  const triggers = functions.data?.flatMap((item) => item.triggers) ?? [];
  return (
    triggers.find((trigger) => trigger.type === "EVENT" && !trigger.value.includes("*"))?.value ??
    "user/signup.completed"
  );
}

export function NoEventChosen(): ReactNode {
  return (
    <div className="empty">
      <h3>No event chosen</h3>
      <p>
        Choose an event to see which functions it started, which it did not, and why. <kbd>j</kbd> and{" "}
        <kbd>k</kbd> move through the list.
      </p>
    </div>
  );
}

export function NoEvents(): ReactNode {
  const [url, patch] = useUrlState();
  const name = useListenedName();
  const filter = readEventsFilter(url.q ?? "");
  const isFiltered = filter.name !== undefined || filter.query !== undefined || url.name !== undefined;
  if (isFiltered || url.t !== undefined) {
    return (
      <Empty title="No event matches">
        <p>
          {isFiltered ? "The filter leaves none." : "None was received in this time."}{" "}
          <button
            type="button"
            className="btn"
            onClick={() => patch({ q: undefined, name: undefined, t: undefined })}
          >
            Show all
          </button>
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="No events yet">
      <p>Events start functions. They appear here as soon as they are received, each with what it did.</p>
      <Snippet label="Copy the code" text={`await inngest.send({\n  name: "${name}",\n  data: { },\n});`} />
      <button type="button" className="btn strong" onClick={() => patch({ send: "new" })}>
        Send one from here <kbd>n</kbd>
      </button>
    </Empty>
  );
}
