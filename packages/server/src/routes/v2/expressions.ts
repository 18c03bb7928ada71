// POST /api/v2/expressions/test: an expression over the last events of a name. It changes nothing.

import type { StoredEvent } from "@stepwell/core";
import type { EventFilter } from "@stepwell/engine";
import type { Route } from "../../http/route.ts";
import { expressionTestRequest, expressionTestView } from "../../schemas/expression-test.ts";
import type { ServerContext } from "../../server-context.ts";
import { expressionTest } from "../../views/expression-test.ts";
import { restRoute } from "./rest-route.ts";

const dayMs = 86_400_000;
/** The newest events that one test looks at: more would hold up the process for others. */
const testedMax = 5000;

export const expressionRoute: Route = restRoute({
  method: "post",
  path: "/expressions/test",
  id: "testExpression",
  tag: "Functions",
  summary: "What an expression would match among the last events, and where it differs from another",
  body: {
    schema: expressionTestRequest,
    missing: 'Name the events: {"eventName":"user/signup","edited":"event.data.plan == \'team\'"}.',
  },
  answer: expressionTestView,
  refusals: ["missing_field", "invalid_field_format", "validation_error"],
  async handle({ server, body }) {
    const from = body.from ?? server.clock.now() - dayMs;
    const { events, isPartial } = await eventsNamed(server, body.eventName, from, testedMax);
    return expressionTest(body, events, isPartial);
  },
});

/** The newest events of a name, or of a prefix that ends in `*`, since a time; at most `max`. */
export async function eventsNamed(
  server: ServerContext,
  name: string,
  from: number,
  max: number,
): Promise<{ readonly events: readonly StoredEvent[]; readonly isPartial: boolean }> {
  const filter: EventFilter = {
    ...(name.endsWith("*") ? { namePrefix: name.slice(0, -1) } : { name }),
    from,
    includeInternal: true,
    limit: 1000,
  };
  const events: StoredEvent[] = [];
  let cursor: string | undefined;
  do {
    const page = await server.engine.reader.listEvents({
      ...filter,
      ...(cursor === undefined ? {} : { cursor }),
    });
    events.push(...page.rows);
    cursor = page.next;
  } while (cursor !== undefined && events.length < max);
  return { events: events.slice(0, max), isPartial: cursor !== undefined || events.length > max };
}
