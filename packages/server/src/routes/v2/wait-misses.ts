// GET /api/v2/runs/:id/steps/:step/misses: the last events that a wait was offered and that did not match it.

import type { Step } from "@stepwell/core";
import type { EventFilter, RunDetail } from "@stepwell/engine";
import type { WaitMiss } from "@stepwell/protocol/rest";
import { Refusal } from "../../http/refusal.ts";
import type { Route } from "../../http/route.ts";
import { waitMiss as missSchema } from "../../schemas/outcome.ts";
import type { ServerContext } from "../../server-context.ts";
import { waitCondition, waitMiss } from "../../views/wait-condition.ts";
import { type RestPage, restList } from "./rest-route.ts";
import { readRun } from "./runs.ts";

/** What a reader takes in; the list of events has the rest. */
const shownMax = 5;
/** Nearly every event of the name is a miss, for the first match ends the wait: few are looked at. */
const lookedAtMax = 100;
const chunk = 10;

export const waitMissesRoute: Route = restList({
  method: "get",
  path: "/runs/:id/steps/:step/misses",
  id: "listWaitMisses",
  tag: "Runs",
  summary: "The last events that a wait did not match, newest first, and why",
  description:
    "Events of the awaited name that were received from the registration of the wait to its end. At most five; `hasMore` tells whether others came before them.",
  params: { id: "The run's id.", step: "The step's key, as the trace has it in `id`." },
  item: missSchema,
  refusals: ["invalid_field_format", "not_found"],
  async handle({ server, param }) {
    const { detail } = await readRun(server, param("id"));
    return await missesOf(server, detail, waitOf(detail, param("step")));
  },
});

/** @throws Refusal */
function waitOf({ run, steps }: RunDetail, key: string): Step {
  const step = steps.find((one) => one.key === key);
  if (step === undefined) throw new Refusal("not_found", `Run ${run.id} has no step ${key}.`);
  if (step.kind === "wait-for-event") return step;
  throw new Refusal("not_found", `Step ${step.name} of run ${run.id} does not wait for an event.`);
}

async function missesOf(server: ServerContext, detail: RunDetail, step: Step): Promise<RestPage<WaitMiss>> {
  const { run, events } = detail;
  const trigger = events.find(({ id }) => id === run.eventIds[0]);
  const missOf = waitMiss(waitCondition(step, detail), trigger);
  const endedAt = step.endedAt ?? run.endedAt;
  const filter: EventFilter = {
    name: step.target ?? "",
    from: step.registeredAt,
    ...(endedAt === undefined ? {} : { until: endedAt + 1 }),
    includeInternal: true,
    limit: chunk,
  };
  const misses: WaitMiss[] = [];
  let looked = 0;
  let cursor: string | undefined;
  do {
    const page = await server.engine.reader.listEvents(cursor === undefined ? filter : { ...filter, cursor });
    misses.push(...page.rows.map(missOf).filter((miss) => miss !== undefined));
    looked += chunk;
    cursor = page.next;
  } while (cursor !== undefined && misses.length < shownMax && looked < lookedAtMax);
  const hasMore = cursor !== undefined || misses.length > shownMax;
  return { rows: misses.slice(0, shownMax), page: { hasMore, limit: shownMax } };
}
