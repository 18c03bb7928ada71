// What nobody looks after: open runs whose function is gone, and events that nobody listens to.

import {
  type EventNameView,
  eventNamesPath,
  type FunctionView,
  functionsPath,
  type RunView,
  runsPath,
} from "@stepwell/protocol/rest";
import { count, counted, harmless } from "@stepwell/protocol/words";
import { RefusedError } from "../../client/rest-client.ts";
import { nearest } from "../../nearest.ts";
import type { Act } from "../client-command.ts";
import type { Finding } from "./finding.ts";

export async function checkOrphans(act: Act): Promise<readonly Finding[]> {
  return [...(await runsWithoutFunction(act)), ...(await unheardEvents(act))];
}

/** Open runs that are looked at. */
const runsMax = 2000;

async function runsWithoutFunction({ client }: Act): Promise<readonly Finding[]> {
  const { body } = await client.list<FunctionView>(functionsPath());
  const present = new Set(body.data.filter(({ isArchived }) => !isArchived).map(({ id }) => id));
  const orphans = new Map<string, { count: number; readonly newest: string }>();
  let cursor: string | undefined;
  let looked = 0;
  do {
    const query = { status: ["QUEUED", "RUNNING"] as const, limit: 200, includeOutput: false };
    const page = await client.list<RunView>(
      runsPath({ ...query, ...(cursor === undefined ? {} : { cursor }) }),
    );
    for (const { id, function: of } of page.body.data) {
      looked += 1;
      if (present.has(of.id)) continue;
      const known = orphans.get(of.slug);
      if (known === undefined) orphans.set(of.slug, { count: 1, newest: id });
      else known.count += 1;
    }
    cursor = page.body.page.cursor;
  } while (cursor !== undefined && looked < runsMax);
  if (orphans.size === 0) {
    const which = cursor === undefined ? "Every open run" : `Each of the newest ${count(looked)} open runs`;
    return [{ subject: "open runs", status: "passed", message: `${which} has its function.` }];
  }
  return [...orphans].map(([slug, { count: open, newest }]) => ({
    subject: "open runs",
    status: "failed" as const,
    message: `${counted(open, "run")} of ${harmless(slug)}, which no app has any more.`,
    advice: `Bring the function back, or cancel them: stepwell cancel ${newest}${open > 1 ? " …" : ""}`,
  }));
}

const namesShown = 5;

async function unheardEvents({ client }: Act): Promise<readonly Finding[]> {
  const names = await eventNames(client);
  if (names === undefined) return [];
  const heard = names.filter(({ functions }) => functions > 0).map(({ name }) => name);
  const unheard = names.filter(({ functions, received = 0 }) => functions === 0 && received > 0);
  if (unheard.length === 0)
    return [{ subject: "events", status: "passed", message: "Somebody listens to every name sent lately." }];
  const shown = unheard.slice(0, namesShown).map(({ name, received = 0 }) => {
    const hint = nearest(name, heard);
    return `${harmless(name)} (${count(received)})${hint}`;
  });
  const more = unheard.length > namesShown ? `, and ${count(unheard.length - namesShown)} more` : "";
  return [
    {
      subject: "events",
      status: "warned",
      message: `Nobody listens to ${counted(unheard.length, "name")} sent lately: ${shown.join(", ")}${more}.`,
      advice: "Add a trigger, or send the name that is meant.",
    },
  ];
}

/** Undefined where the server has no such list. */
async function eventNames(client: Act["client"]): Promise<readonly EventNameView[] | undefined> {
  try {
    return (await client.list<EventNameView>(eventNamesPath())).body.data;
  } catch (error) {
    if (error instanceof RefusedError) return undefined;
    throw error;
  }
}
