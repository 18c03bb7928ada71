// Makes package-lock.json fit every machine after `npm install`: optional packages of other platforms, which a partial
// mirror leaves out, get their entries back (without them `npm ci` refuses the lock), and addresses of registries are
// removed, so that each machine uses its own.

import { readFileSync, writeFileSync } from "node:fs";

const systems = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const processors = {
  arm64: "arm64",
  x64: "x64",
  ia32: "ia32",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
  arm: "arm",
};

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
for (const entry of Object.values(lock.packages))
  if (/^https?:/.test(entry.resolved ?? "")) delete entry.resolved;

let added = 0;
for (const [parent, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isFound(parent, name)) continue;
    const os = systems.filter((system) => name.includes(system));
    const cpu = Object.keys(processors).filter((processor) =>
      new RegExp(`[-_.]${processor}([-_]|$)`).test(name),
    );
    if (os.length === 0) continue;
    const exact = /^\d/.test(version) ? version : entry.version;
    lock.packages[`node_modules/${name}`] = {
      version: exact,
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      os,
      ...(cpu.length === 0 ? {} : { cpu }),
    };
    added += 1;
  }
}
const packages = Object.entries(lock.packages).sort(([left], [right]) => (left < right ? -1 : 1));
writeFileSync(
  "package-lock.json",
  `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`,
);
console.log(`${added} packages of other platforms were added.`);

/**
 * Whether a dependency is found from where its parent stands, as Node would look for it.
 * @param {string} parent
 * @param {string} name
 */
function isFound(parent, name) {
  for (let at = parent; ; at = at.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, "")) {
    if (`${at === "" ? "" : `${at}/`}node_modules/${name}` in lock.packages) return true;
    if (!at.includes("node_modules")) return `node_modules/${name}` in lock.packages;
  }
}
