// What the newest events teach, for completion: their names and their fields. Both look at a bounded number of events.

import type { EventFilter } from "@stepwell/engine";
import { z } from "zod";
import { textField } from "../../http/query.ts";
import type { Route } from "../../http/route.ts";
import { eventFieldView, eventNameView } from "../../schemas/event.ts";
import { eventFields } from "../../views/event-fields.ts";
import { eventNames } from "../../views/event-names.ts";
import { restList, wholeList } from "./rest-route.ts";

/** The newest events, from which names and fields are taken. */
const lookedAtMax = 1000;

const nameField = textField.meta({ description: "A name, or a prefix that ends in `*`." });

export const eventSampleRoutes: readonly Route[] = [
  restList({
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
  }),
  restList({
    method: "get",
    path: "/event-fields",
    id: "listEventFields",
    tag: "Events",
    summary: "Fields that the last events have, with their types, shares and common values",
    query: z.object({ name: z.exactOptional(nameField) }),
    item: eventFieldView,
    async handle({ server, query }) {
      const filter = { ...named(query.name), limit: lookedAtMax };
      return wholeList(eventFields((await server.engine.reader.listEvents(filter)).rows));
    },
  }),
];

function named(name: string | undefined): Pick<EventFilter, "name" | "namePrefix" | "includeInternal"> {
  if (name === undefined) return {};
  if (name.endsWith("*")) return { namePrefix: name.slice(0, -1) };
  return { name, includeInternal: true };
}
