// GET /api/v2/event-names: names of events, for completion and for sending.

import type { Route } from "../../http/route.ts";
import { eventNameView } from "../../schemas/event.ts";
import { eventNames } from "../../views/event-names.ts";
import { restList, wholeList } from "./rest-route.ts";

/** The newest events, from which names and samples are taken. */
const lookedAtMax = 1000;

export const eventNameRoute: Route = restList({
  method: "get",
  path: "/event-names",
  id: "listEventNames",
  tag: "Events",
  summary: "Names of events received lately or listened to, with the newest data of each",
  item: eventNameView,
  async handle({ server }) {
    const { rows } = await server.engine.reader.listEvents({ limit: lookedAtMax });
    return wholeList(eventNames(rows, await server.directory.read()));
  },
});
