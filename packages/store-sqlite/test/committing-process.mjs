// A process that commits numbered events without end and prints each commit's number once it is acknowledged.

import { pathToFileURL } from "node:url";
import { asEventId } from "@stepwell/protocol";
import { sqlite } from "@stepwell/store-sqlite";

export const rowsPerCommit = 20;

/** @param {string} path */
async function commitForever(path) {
  const store = sqlite(path);
  let { epoch, commit } = await store.claim();
  for (;;) {
    commit += 1;
    /** @type {readonly import("@stepwell/core").RowWrite[]} */
    const writes = Array.from({ length: rowsPerCommit }, (_, index) => {
      const sequence = (commit - 1) * rowsPerCommit + index + 1;
      const id = asEventId(`e${sequence}`);
      const text = JSON.stringify({ data: "x".repeat((sequence * 37) % 3000) });
      const row = { id, sequence, receivedAt: sequence, name: "a", externalId: id, ts: 0, text };
      return { kind: "put", table: "events", key: id, row };
    });
    await store.commit({ epoch, commit }, writes);
    process.stdout.write(`${commit}\n`);
  }
}

const [, script, path] = process.argv;
if (script !== undefined && path !== undefined && import.meta.url === pathToFileURL(script).href)
  await commitForever(path);
