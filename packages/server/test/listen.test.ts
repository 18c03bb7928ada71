import { request } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { describe, expect, test } from "vitest";
import { rig } from "./rig.ts";

const get = async (url: string): Promise<number> => (await fetch(url)).status;

describe("listening", () => {
  test("on any free port, told in the address", async () => {
    const { server } = await rig();
    const listening = await server.listen({ host: "127.0.0.1", port: 0 });
    expect(listening.url).toBe(`http://127.0.0.1:${listening.port}`);
    expect(await get(`${listening.url}/health`)).toBe(200);
    await listening.close();
    await expect(fetch(`${listening.url}/health`)).rejects.toThrow();
  });

  test("localhost answers under each of its names", async () => {
    const { server } = await rig();
    const listening = await server.listen({ host: "localhost", port: 0 });
    expect(await get(`http://localhost:${listening.port}/health`)).toBe(200);
    expect(await get(`http://127.0.0.1:${listening.port}/health`)).toBe(200);
    await listening.close();
  });

  test("an address for all is told as localhost", async () => {
    const { server } = await rig();
    const listening = await server.listen({ host: "0.0.0.0", port: 0 });
    expect(listening.url).toBe(`http://localhost:${listening.port}`);
    await listening.close();
  });

  test("a port that is taken is told by the system's code, and nothing is left listening", async () => {
    const other = createSocketServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { server } = await rig();
    await expect(server.listen({ host: "localhost", port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await new Promise((resolve) => other.close(resolve));
    const listening = await server.listen({ host: "localhost", port });
    await listening.close();
  });

  test("closing ends live streams and idle connections at once", async () => {
    const { server } = await rig();
    const listening = await server.listen({ host: "127.0.0.1", port: 0 });
    const stream = await fetch(`${listening.url}/api/v2/live`);
    const reader = stream.body?.getReader();
    await reader?.read();
    expect(await get(`${listening.url}/health`)).toBe(200);
    const begun = performance.now();
    await listening.close();
    expect(performance.now() - begun).toBeLessThan(900);
    expect(await reader?.read()).toMatchObject({ done: true });
  });

  test("a body that is announced as too large is refused without being read", async () => {
    const { server } = await rig({ limits: { requestBytesMax: 1000 } });
    const listening = await server.listen({ host: "127.0.0.1", port: 0 });
    const status = await new Promise((resolve, reject) => {
      const headers = { "content-length": "5000000" };
      const sending = request(`${listening.url}/e/key`, { method: "POST", headers }, (response) => {
        resolve(response.statusCode);
        sending.destroy();
      });
      sending.on("error", reject);
      sending.write("[");
    });
    expect(status).toBe(413);
    await listening.close();
  });
});
