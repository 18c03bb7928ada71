// The workloads' functions, the same for both shapes: five steps, one step, and a sleep of an hour.

import { rec } from "./peers/lib.mjs";

export function benchFunctions(client) {
  const step = (tools, id, number) =>
    tools.run(`s${number}`, () => {
      const result = rec.step(id, number);
      rec.stepEnd(id, number);
      return result;
    });
  const define = (name, handler) =>
    client.createFunction({ id: name, triggers: [{ event: `bench/${name}` }] }, ({ event, step: tools }) =>
      handler(tools, event.data.id),
    );
  return [
    define("five", async (tools, id) => {
      for (let number = 0; number < 5; number += 1) await step(tools, id, number);
      rec.end(id);
      return { ok: true };
    }),
    define("one", async (tools, id) => {
      await step(tools, id, 0);
      rec.end(id);
      return { ok: true };
    }),
    define("park", async (tools) => {
      await tools.sleep("an-hour", "1h");
      return 1;
    }),
  ];
}

/** What every shape offers the harness: starting by events, parking, and ingest without a listener. */
export function adapterOf(client, rest) {
  const event = (name, id) => ({ name: `bench/${name}`, data: { id } });
  const unheard = { name: "bench/unheard", data: { text: "x".repeat(400) } };
  return {
    enqConc: 64,
    start: (name, id) => client.send(event(name, id)),
    startBatch: (name, ids) => client.send(ids.map((id) => event(name, id))),
    park: (ids) => client.send(ids.map((id) => event("park", id))),
    ingest: () => client.send(unheard),
    ingestBatch: (count) => client.send(Array.from({ length: count }, () => unheard)),
    w1n: Number(process.env.N ?? 2000),
    w4n: Number(process.env.PARK ?? 100_000),
    w4budget: 90_000,
    ...rest,
  };
}
