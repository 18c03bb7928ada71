// Where the built page is. The server serves these files; every path that is no file gets `index.html`.

import { fileURLToPath } from "node:url";

/** Absolute path of the folder with the built page. */
export const pageDirectory: string = fileURLToPath(new URL("./page", import.meta.url));
