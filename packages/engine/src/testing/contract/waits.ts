// How an event finds waits: shapes by the event's name, then waits by shape and values.

import { aWait, put, remove, runId, t0 } from "./rows.ts";
import type { ContractPart } from "./session.ts";

const all = { after: "", limit: 100 };

export function waitContract({ test, expect }: ContractPart): void {
  const byOrder = (values: string) => ({ shape: "data.order", values });
  const byUser = (values: string) => ({ shape: "data.user", values });

  test("shapes are told once each, for the event's name alone", async (session) => {
    await session.commit(
      put("waits", aWait("a", "1", { keys: [byOrder("1")] })),
      put("waits", aWait("a", "2", { keys: [byOrder("2")] })),
      put("waits", aWait("a", "3", { keys: [byUser("1"), { shape: "", values: "" }] })),
      put("waits", aWait("a", "4", { event: "shop/other", keys: [{ shape: "data.other", values: "1" }] })),
    );
    const shapes = await session.store.loadWaitShapes("shop/order.paid");
    expect([...shapes].sort()).toEqual(["", "data.order", "data.user"]);
    expect(await session.store.loadWaitShapes("shop/none")).toEqual([]);
  });

  test("a wait is found by its event's name, shape and values together", async (session) => {
    const wait = aWait("a", "1", { keys: [byOrder("1")], expression: "async.data.order == 1" });
    await session.commit(
      put("waits", wait),
      put("waits", aWait("b", "1", { keys: [byOrder("2")] })),
      put("waits", aWait("c", "1", { keys: [byUser("1")] })),
      put("waits", aWait("d", "1", { event: "shop/other", keys: [byOrder("1")] })),
    );
    expect(await session.store.loadWaits("shop/order.paid", [byOrder("1")], all)).toEqual([wait]);
    expect(await session.store.loadWaits("shop/order.paid", [byOrder("3")], all)).toEqual([]);
    expect(await session.store.loadWaits("shop/order.paid", [], all)).toEqual([]);
  });

  test("a wait that cannot be indexed is found by the empty shape", async (session) => {
    await session.commit(put("waits", aWait("a", "1")));
    expect(await session.store.loadWaitShapes("shop/order.paid")).toEqual([""]);
    expect(await session.store.loadWaits("shop/order.paid", [{ shape: "", values: "" }], all)).toEqual([
      aWait("a", "1"),
    ]);
  });

  test("pages follow the ids over all probes, each wait once", async (session) => {
    const waits = ["1", "2", "3", "4", "5"].map((name, index) =>
      aWait(name, "w", { keys: index % 2 === 0 ? [byOrder("1")] : [byUser("9"), byOrder("1")] }),
    );
    await session.commit(...waits.map((wait) => put("waits", wait)));
    const page = async (after: string, limit: number) => {
      const probes = [byOrder("1"), byUser("9")];
      const found = await session.store.loadWaits("shop/order.paid", probes, { after, limit });
      return found.map((wait) => wait.id);
    };
    const ids = waits.map((wait) => wait.id).sort();
    expect(await page("", 2)).toEqual(ids.slice(0, 2));
    expect(await page(ids[1] ?? "", 2)).toEqual(ids.slice(2, 4));
    expect(await page(ids[3] ?? "", 2)).toEqual(ids.slice(4));
    expect(await page(ids[4] ?? "", 2)).toEqual([]);
  });

  test("a wait with several keys that match is found once", async (session) => {
    const wait = aWait("a", "1", { keys: [byOrder("1"), byUser("9")] });
    await session.commit(put("waits", wait));
    const found = await session.store.loadWaits(
      "shop/order.paid",
      [byOrder("1"), byUser("9"), byOrder("1")],
      all,
    );
    expect(found).toEqual([wait]);
    expect(await session.store.loadWaits("shop/order.paid", [byUser("9")], all)).toEqual([wait]);
  });

  test("a wait may name a key twice", async (session) => {
    const wait = aWait("a", "1", { keys: [byOrder("1"), byOrder("1")] });
    await session.commit(put("waits", wait));
    expect(await session.store.loadWaits("shop/order.paid", [byOrder("1")], all)).toEqual([wait]);
  });

  test("a removed wait is found no more, nor is its shape", async (session) => {
    const wait = aWait("a", "1", { keys: [byOrder("1"), byUser("9")] });
    await session.commit(put("waits", wait), put("waits", aWait("b", "1", { keys: [byOrder("1")] })));
    await session.commit(remove("waits", wait.id));
    const found = await session.store.loadWaits("shop/order.paid", [byOrder("1"), byUser("9")], all);
    expect(found.map((each) => each.runId)).toEqual([runId("b")]);
    expect(await session.store.loadWaitShapes("shop/order.paid")).toEqual(["data.order"]);
  });

  test("a wait that is put again is found by its new keys only", async (session) => {
    await session.commit(put("waits", aWait("a", "1", { keys: [byOrder("1"), byUser("9")] })));
    const changed = aWait("a", "1", { keys: [byOrder("2")], event: "shop/other", expiresAt: t0 + 5 });
    await session.commit(put("waits", changed));
    expect(await session.store.loadWaits("shop/order.paid", [byOrder("1"), byUser("9")], all)).toEqual([]);
    expect(await session.store.loadWaitShapes("shop/order.paid")).toEqual([]);
    expect(await session.store.loadWaits("shop/other", [byOrder("2")], all)).toEqual([changed]);
  });

  test("a cancel listener is a wait like others", async (session) => {
    const listener = aWait("a", "0", { purpose: { kind: "cancel", listener: 0 }, keys: [byOrder("1")] });
    await session.commit(put("waits", listener));
    expect(await session.store.loadWaits("shop/order.paid", [byOrder("1")], all)).toEqual([listener]);
  });
}
