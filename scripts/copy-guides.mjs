// Puts the guides into the server's package, for the docs tools of /mcp.

import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** @param {string} name */
const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const target = path("packages/server/dist/guides");

rmSync(target, { recursive: true, force: true });
cpSync(path("docs/guides"), target, { recursive: true });
