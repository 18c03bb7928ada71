// What commands that ask a server need of the world around them.

import { processTerminal, type Terminal } from "./terminal.ts";

export interface Session {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where relative paths begin and where a configuration file is looked for. */
  readonly directory: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly version: string;
}

export function processSession(version: string): Session {
  return {
    terminal: processTerminal(process.env),
    environment: process.env,
    directory: process.cwd(),
    fetch: (url, init) => fetch(url, init),
    version,
  };
}
