// Compiled, never run: lines under ts-expect-error must not compile, all others must.

import {
  cron,
  type EventPayload,
  eventType,
  Inngest,
  invoke,
  type JsonForm,
  referenceFunction,
  staticSchema,
} from "stepwell";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(_proof?: T): void => {};

// H2.9: the type of an event, whole and in parts.
export const whole: EventPayload = {
  name: "billing/invoice.paid",
  data: { amount: 1 },
  id: "1",
  ts: 1,
  v: "1",
  user: {},
};
export const least: EventPayload = { name: "a" };
// @ts-expect-error ts is a number
export const wrongTs: EventPayload = { name: "a", ts: "x" };
// @ts-expect-error v is a text
export const wrongV: EventPayload = { name: "a", v: 1 };
// @ts-expect-error name is a text
export const wrongName: EventPayload = { name: 1 };

const client = new Inngest({ id: "app" });
const paid = eventType("order/paid", { schema: staticSchema<{ amount: number }>() });
const sent = eventType("order/sent", { schema: staticSchema<{ carrier: string }>() });

// A14.2: created payloads are typed.
paid.create({ amount: 1 });
// @ts-expect-error the amount is a number
paid.create({ amount: "1" });
// @ts-expect-error the amount is required
paid.create({});

// A14.6: the name narrows the data.
client.createFunction({ id: "f", triggers: [paid, sent] }, ({ event }) => {
  if (event.name === "order/paid") holds<Equal<typeof event.data, { amount: number }>>();
  else if (event.name === "order/sent") holds<Equal<typeof event.data.carrier, string>>();
  else holds<Equal<typeof event.data, { amount: number } | { carrier: string }>>();
});
client.createFunction({ id: "f", triggers: [{ event: paid }] }, ({ event }) =>
  holds<Equal<typeof event.data.amount, number>>(),
);
// A14.5: a plain name gives loose data.
client.createFunction({ id: "f", triggers: [{ event: "plain" }] }, ({ event }) => {
  holds<Equal<typeof event.name, "plain" | "inngest/function.invoked">>();
  return event.data["anything"].at.all;
});
client.createFunction({ id: "f", triggers: [cron("0 9 * * *")] }, ({ event }) =>
  event.name === "inngest/scheduled.timer" ? holds<Equal<typeof event.data.cron, string>>() : undefined,
);
client.createFunction({ id: "f", triggers: [invoke(staticSchema<{ n: number }>())] }, ({ event }) =>
  holds<Equal<typeof event.data.n, number>>(),
);

// A step's result is typed in its JSON form.
holds<Equal<JsonForm<{ at: Date; f: () => void; n: number | null }>, { at: string; n: number | null }>>();
client.createFunction({ id: "f", triggers: [paid] }, async ({ step }) => {
  const result = await step.run("s", () => ({ at: new Date(), ids: [1, 2] }));
  holds<Equal<typeof result.at, string>>();
  const nothing = await step.run("n", () => {});
  holds<Equal<typeof nothing, null>>();
  // @ts-expect-error a date does not survive
  result.at.getTime();
});

// step.invoke gives the function's result in its JSON form, also by reference.
const child = client.createFunction({ id: "child" }, async () => ({ at: new Date(), n: 1 }));
client.createFunction({ id: "f", triggers: [paid] }, async ({ step }) => {
  const direct = await step.invoke("i", { function: child, data: {} });
  holds<Equal<typeof direct, { at: string; n: number }>>();
  const byReference = await step.invoke("j", {
    function: referenceFunction<typeof child>({ functionId: "child" }),
  });
  holds<Equal<typeof byReference.at, string>>();
  // @ts-expect-error a name alone is no function
  await step.invoke("k", { function: "app-child" });
});

// A wait's result is the event or null.
client.createFunction({ id: "f", triggers: [paid] }, async ({ step }) => {
  const reply = await step.waitForEvent("w", { event: sent, timeout: "1h" });
  holds<Equal<typeof reply extends null ? true : false, false>>();
  // @ts-expect-error it may be null
  reply.data;
  const carrier: string | undefined = reply?.data.carrier;
  return carrier;
});
