// What only the events' views read: the names that are known.

import { type EventNameView, eventNamesPath } from "@stepwell/protocol/rest";
import { queryOptions } from "@tanstack/react-query";
import { optional } from "../api/queries.ts";

/** Null where the server does not keep names. */
export const eventNamesQuery = () =>
  queryOptions({
    queryKey: ["event-names"],
    queryFn: ({ signal }) => optional<readonly EventNameView[]>(eventNamesPath(), signal),
    staleTime: 10_000,
  });
