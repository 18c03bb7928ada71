// Compiled, never run: what holds for our types holds for those of the official packages. Lines under ts-expect-error
// must not compile, all others must.

import {
  cron,
  eventType,
  Inngest as Fourth,
  type EventPayload as FourthPayload,
  staticSchema,
} from "inngest";
import type { EventPayload as ThirdPayload } from "inngest-v3";
import {
  type EventPayload,
  Inngest,
  cron as ourCron,
  staticSchema as ourSchema,
  eventType as ourType,
} from "stepwell";

// H2.9: the complete type of an event, and what it refuses.
const whole = { name: "billing/invoice.paid", data: { amount: 1 }, id: "1", ts: 1, v: "1" };
export const ours: EventPayload = whole;
export const fourth: FourthPayload = whole;
export const third: ThirdPayload = whole;

// @ts-expect-error ts is a number
export const ourTs: EventPayload = { name: "a", ts: "x" };
// @ts-expect-error ts is a number
export const fourthTs: FourthPayload = { name: "a", ts: "x" };
// @ts-expect-error ts is a number
export const thirdTs: ThirdPayload = { name: "a", ts: "x" };
// @ts-expect-error v is a text
export const ourV: EventPayload = { name: "a", v: 1 };
// @ts-expect-error v is a text
export const fourthV: FourthPayload = { name: "a", v: 1 };
// @ts-expect-error v is a text
export const thirdV: ThirdPayload = { name: "a", v: 1 };
// @ts-expect-error name is a text
export const ourName: EventPayload = { name: 1 };
// @ts-expect-error name is a text
export const fourthName: FourthPayload = { name: 1 };
// @ts-expect-error name is a text
export const thirdName: ThirdPayload = { name: 1 };

// A14: one definition compiles with both, and its handler sees the same types.
const paid = eventType("order/paid", { schema: staticSchema<{ amount: number }>() });
const ourPaid = ourType("order/paid", { schema: ourSchema<{ amount: number }>() });

new Fourth({ id: "app" }).createFunction({ id: "f", triggers: [paid, cron("0 9 * * *")] }, ({ event }) => {
  if (event.name === "inngest/scheduled.timer") return event.data.cron;
  // An invocation brings what one of the events brings.
  return event.data.amount.toFixed(2);
});
new Inngest({ id: "app" }).createFunction(
  { id: "f", triggers: [ourPaid, ourCron("0 9 * * *")] },
  ({ event }) => {
    if (event.name === "inngest/scheduled.timer") return event.data.cron;
    // An invocation brings what one of the events brings.
    return event.data.amount.toFixed(2);
  },
);

// @ts-expect-error the amount is a number
paid.create({ amount: "1" });
// @ts-expect-error the amount is a number
ourPaid.create({ amount: "1" });

// C1: the options that both know have the same forms.
const options = {
  id: "f",
  triggers: [{ event: "go", if: "event.data.n == 1" }],
  retries: 3,
  idempotency: "event.data.id",
  concurrency: [{ limit: 5 }, { limit: 10, scope: "account", key: "'all'" }],
  throttle: { limit: 1, period: "1m", burst: 2, key: "event.data.u" },
  rateLimit: { limit: 1, period: "1h", key: "event.data.u" },
  debounce: { period: "10s", key: "event.data.u", timeout: "1m" },
  priority: { run: "event.data.p" },
  singleton: { mode: "skip", key: "event.data.u" },
  timeouts: { start: "10s", finish: "1h" },
  cancelOn: [{ event: "stop", match: "data.id", timeout: "1h" }],
  checkpointing: { bufferedSteps: 2, maxRuntime: "1m", maxInterval: "5s" },
  onFailure: () => null,
} as const satisfies Parameters<Inngest["createFunction"]>[0];
new Inngest({ id: "app" }).createFunction(options, () => 1);
new Fourth({ id: "app" }).createFunction(
  {
    ...options,
    triggers: [...options.triggers],
    concurrency: [{ ...options.concurrency[0] }, { ...options.concurrency[1] }],
    cancelOn: [...options.cancelOn],
  },
  () => 1,
);
new Inngest({ id: "app" }).createFunction(
  // @ts-expect-error at most two concurrency options
  { id: "f", concurrency: [{ limit: 1 }, { limit: 2 }, { limit: 3 }] },
  () => 1,
);
// @ts-expect-error a singleton skips or cancels
new Inngest({ id: "app" }).createFunction({ id: "f", singleton: { mode: "wait" } }, () => 1);
