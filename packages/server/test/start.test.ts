// The server while it is still loading what it answers: a probe is answered at once, everything else waits for it.

import { expect, onTestFinished, test } from "vitest";
import { createServer } from "../src/create-server.ts";
import { rig } from "./rig.ts";

const options = async () => ({ engine: (await rig()).engine, mode: "dev" as const });

test("the probe's answer is the same before and after the routes are there", async () => {
  const server = createServer(await options());
  const probe = () => server.fetch(new Request("http://stepwell.test/health"));
  const early = probe();
  // Nothing was waited for.
  expect(early).toBeInstanceOf(Response);
  await server.addresses();
  const [first, second] = [await early, await probe()];
  expect(second).not.toBe(first);
  expect(await first.json()).toEqual(await second.json());
  for (const name of ["content-type", "access-control-allow-origin", "x-inngest-server-kind"])
    expect([name, first.headers.get(name)]).toEqual([name, second.headers.get(name)]);
});

test("other requests wait for the routes and are answered by them", async () => {
  const server = createServer(await options());
  const answers = await Promise.all([
    server.fetch(new Request("http://stepwell.test/dev")),
    server.fetch(new Request("http://stepwell.test/nothing")),
    server.fetch(new Request("http://stepwell.test/health", { method: "POST" })),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 405]);
});

test("a listening server loads by itself", async () => {
  const server = createServer(await options());
  const listening = await server.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => listening.close());
  expect((await fetch(`${listening.url}/health`)).status).toBe(200);
  expect((await fetch(`${listening.url}/v1/nothing`)).status).toBe(404);
});
