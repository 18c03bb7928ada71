// Each publishable package, packed, installs into an empty project and works there with its types; what the SDK pulls
// in stays small and installs without scripts.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const workshop = mkdtempSync(join(tmpdir(), "stepwell-packages-"));
const packages = ["protocol", "core", "engine", "store-sqlite", "sdk", "server", "dashboard", "cli"];
const tarballs = new Map<string, string>();
const megabyte = 1_000_000;
const cliBytesMax = 80 * megabyte;

function npm(cwd: string, ...args: readonly string[]): string {
  return execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

/** An empty project with some of the packed packages. */
function project(name: string, installed: readonly string[]): string {
  const directory = join(workshop, name);
  mkdirSync(directory);
  writeFileSync(join(directory, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  npm(directory, "install", "--no-audit", "--no-fund", ...installed.map((one) => tarballs.get(one) ?? one));
  return directory;
}

function sizeOf(directory: string): number {
  return readdirSync(directory, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(directory, entry.name);
    return sum + (entry.isDirectory() ? sizeOf(path) : entry.isFile() ? statSync(path).size : 0);
  }, 0);
}

/** Every installed package.json below a folder of modules. */
function manifests(
  modules: string,
): readonly { readonly name: string; readonly scripts?: Record<string, string> }[] {
  return readdirSync(modules, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory() || entry.name.startsWith(".")) return [];
    const path = join(modules, entry.name);
    return entry.name.startsWith("@")
      ? manifests(path)
      : [JSON.parse(readFileSync(join(path, "package.json"), "utf8"))];
  });
}

function compileAndRun(directory: string, code: string): string {
  writeFileSync(join(directory, "main.ts"), code);
  const options = [
    "--strict",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--lib",
    "es2023,dom",
    "--types",
    "",
    "--skipLibCheck",
    "false",
  ];
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...options, "main.ts"], {
    cwd: directory,
    encoding: "utf8",
  });
  return execFileSync(process.execPath, ["main.js"], { cwd: directory, encoding: "utf8", timeout: 20_000 });
}

beforeAll(() => {
  for (const name of packages) {
    const [packed] = JSON.parse(
      npm(join(root, "packages", name), "pack", "--json", "--pack-destination", workshop),
    );
    tarballs.set(name, join(workshop, packed.filename));
  }
}, 120_000);

/** Calls a tool of a server's /mcp. */
function mcp(url: string, name: string): Promise<Response> {
  return fetch(`${url}/mcp`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name } }),
  });
}

afterAll(() => rmSync(workshop, { recursive: true, force: true }));

test("the SDK installs alone, compiles, defines and sends; it stays under 5 MB and has no install script", () => {
  const directory = project("sdk", ["protocol", "sdk"]);
  const output = compileAndRun(
    directory,
    `import { Inngest, eventType, staticSchema } from "stepwell";
     import { serve } from "stepwell/next";
     const paid = eventType("order/paid", { schema: staticSchema<{ orderId: number }>() });
     const fetch = async () => new Response(JSON.stringify({ ids: ["01H"], status: 200 }));
     const client = new Inngest({ id: "shop", isDev: true, fetch });
     const fn = client.createFunction({ id: "ship", triggers: [{ event: paid }] }, async ({ event, step }) => {
       const label: string = await step.run("label", () => "label " + event.data.orderId.toFixed());
       return label;
     });
     const { GET } = serve({ client, functions: [fn] });
     const about = await (await GET(new Request("http://localhost/api/inngest"))).json() as { function_count: number };
     const { ids } = await client.send(paid.create({ orderId: 1 }));
     console.log(about.function_count, ids.length);`,
  );
  expect(output).toBe("1 1\n");
  const modules = join(directory, "node_modules");
  expect(sizeOf(modules)).toBeLessThan(5 * megabyte);
  const scripted = manifests(modules).filter(({ scripts = {} }) =>
    ["preinstall", "install", "postinstall"].some((name) => name in scripts),
  );
  expect(scripted).toEqual([]);
}, 120_000);

test("engine, store and SDK run embedded from their packages", () => {
  const directory = project("embedded", ["protocol", "core", "engine", "store-sqlite", "sdk"]);
  const output = compileAndRun(
    directory,
    `import { embed } from "@stepwell/engine";
     import { sqlite } from "@stepwell/store-sqlite";
     import { Inngest } from "stepwell";
     const client = new Inngest({ id: "shop" });
     const fn = client.createFunction({ id: "ship", triggers: [{ event: "order/paid" }] }, ({ step }) => step.run("one", () => 41 + 1));
     const { engine, stop } = await embed({ client, functions: [fn], store: sqlite("shop.db") });
     await client.send({ name: "order/paid", data: {} });
     await engine.whenIdle();
     const { rows } = await engine.reader.listRuns({ limit: 1 });
     console.log(rows[0]?.status, rows[0]?.output);
     await stop();`,
  );
  expect(output).toBe("completed 42\n");
}, 120_000);

test("stepwell dev of the packed CLI starts, serves the page, carries the guides and ends cleanly", async () => {
  const directory = project("cli", packages);
  const probe = createServer().listen(0, "localhost");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  const bin = join(directory, "node_modules/.bin/stepwell");
  const child = spawn(bin, ["dev", "--no-discovery", "--port", String(port)], {
    cwd: directory,
    stdio: "ignore",
  });
  const url = `http://localhost:${port}`;
  let status = 0;
  for (let count = 0; status !== 200 && count < 200; count += 1) {
    status = await fetch(`${url}/health`).then(
      (response) => response.status,
      () => 0,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const page = await (await fetch(`${url}/runs`)).text();
  const listed = await (await mcp(url, "list_docs")).text();
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  expect([status, page.includes('<div id="root">'), (await ended)[0]]).toEqual([200, true, 0]);
  expect(listed).toContain("serving.md");
  // Everything that the command line installs, the server with all its libraries included.
  expect(sizeOf(join(directory, "node_modules"))).toBeLessThan(cliBytesMax);
}, 120_000);
