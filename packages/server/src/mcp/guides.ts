// Stepwell's own guides, as the build copied them into the package, or else as they lie in the repository.

import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

export interface Guide {
  /** Its file's name. */
  readonly path: string;
  /** Its first heading. */
  readonly title: string;
  readonly text: string;
}

const folders = ["../../dist/guides/", "../../../../docs/guides/"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

let read: Promise<readonly Guide[]> | undefined;

/** By path. They are part of this version, so they are read once. */
export function guides(): Promise<readonly Guide[]> {
  read ??= readGuides();
  return read;
}

async function readGuides(): Promise<readonly Guide[]> {
  for (const folder of folders) {
    const names = (await filesIn(folder)).filter((name) => name.endsWith(".md")).sort();
    if (names.length === 0) continue;
    return await Promise.all(
      names.map(async (path) => {
        const text = await readFile(`${folder}${path}`, "utf8");
        return { path, title: /^# (.+)$/m.exec(text)?.[1] ?? path, text };
      }),
    );
  }
  return [];
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    // The other place has them.
    return [];
  }
}
