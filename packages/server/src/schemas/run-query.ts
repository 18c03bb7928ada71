// The query of lists of runs, and of figures over them.

import { runStatuses, runsLimit } from "@stepwell/protocol/rest";
import { z } from "zod";
import {
  choiceField,
  flagField,
  limitField,
  listField,
  textField,
  timeField,
  wholeField,
} from "../http/query.ts";

const tookField = wholeField(0, Number.MAX_SAFE_INTEGER).meta({
  description: "From queued to ended, in ms; runs that have not ended do not match.",
});

/** Which runs are meant. Lists inside a field are *or*; fields are joined by *and*. */
export const runFilterFields = {
  status: z.exactOptional(listField(choiceField(runStatuses))),
  functionId: z.exactOptional(listField(z.string()).meta({ description: "Ids or slugs of functions." })),
  appId: z.exactOptional(listField(z.string()).meta({ description: "Ids or names of apps." })),
  eventName: z.exactOptional(textField.meta({ description: "Name of the event that started the run." })),
  timeField: z.exactOptional(
    choiceField(["queuedAt", "startedAt", "endedAt"] as const).meta({
      description: "Which time `from`, `until` and the order speak of. Default `queuedAt`.",
    }),
  ),
  from: z.exactOptional(timeField),
  until: z.exactOptional(timeField),
  query: z.exactOptional(
    textField.meta({
      description: "Free words, searched in ids and error messages; a run's or event's id finds its runs.",
    }),
  ),
  expression: z.exactOptional(
    textField.meta({
      description: "An expression over `event` and `output`; a run for which it errs does not match.",
      examples: ['event.data.plan == "pro" && output.total > 100'],
    }),
  ),
  tookFromMs: z.exactOptional(tookField),
  tookUntilMs: z.exactOptional(tookField),
  replayId: z.exactOptional(textField.meta({ description: "The replay that started them." })),
  parentRunId: z.exactOptional(
    textField.meta({
      description: "Runs that an invoke step of this run started; only `status` filters them.",
    }),
  ),
  originalRunId: z.exactOptional(
    textField.meta({ description: "Runs that repeat this one; only `status` filters them." }),
  ),
  failureGroup: z.exactOptional(textField.meta({ description: "The id of a failure group." })),
};

const isInOrder = ({ from, until }: { readonly from?: number; readonly until?: number }): boolean =>
  from === undefined || until === undefined || from < until;

/** Refuses a time that ends before it begins. */
export function inOrder<T extends z.ZodObject>(schema: T): T {
  const isFine = (value: object): boolean => isInOrder(value);
  return schema.refine(isFine, { error: "from must be before until", path: [] });
}

export const runsQuery = inOrder(
  z.object({
    ...runFilterFields,
    order: z.exactOptional(choiceField(["newest", "oldest"] as const)),
    cursor: z.exactOptional(textField.meta({ description: "The `page.cursor` of the page before." })),
    limit: limitField(runsLimit),
    includeOutput: z.exactOptional(
      flagField.meta({ description: "Whether return values are shown, up to 2 KB each. Default true." }),
    ),
    includeEvent: z.exactOptional(
      flagField.meta({
        description: "Whether the first triggering event is shown, its data up to 2 KB each. Default false.",
      }),
    ),
    isDeferred: z.exactOptional(
      flagField.meta({ description: "Only deferred runs, or only others. There are no deferred runs." }),
    ),
  }),
);
