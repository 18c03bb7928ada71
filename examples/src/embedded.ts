// The engine inside this process: no server, no HTTP. Run it again and nothing is lost.

import { embed } from "@stepwell/engine";
import { sqlite } from "@stepwell/store-sqlite";
import { Inngest } from "stepwell";

const client = new Inngest({ id: "shop" });
const ship = client.createFunction(
  { id: "ship-order", triggers: [{ event: "order/paid" }] },
  async ({ event, step }) => {
    const label = await step.run("print-label", () => `label for ${event.data["orderId"]}`);
    await step.sleep("pack", "1s");
    await step.run("hand-over", () => console.log(`handed over: ${label}`));
  },
);

const stepwell = await embed({
  client,
  functions: [ship],
  store: sqlite(process.argv[2] ?? ".stepwell/shop.db"),
});
await client.send({ name: "order/paid", data: { orderId: 42 } });
setTimeout(() => stepwell.stop(), 3000);
