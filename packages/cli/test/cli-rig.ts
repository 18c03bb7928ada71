// Commands in this process against a real server on the model store: what they print, what they ask, how they end.

import type { ServerOptions } from "../../server/src/options.ts";
import { type Rig, rig, type Script } from "../../server/test/rig.ts";
import { runMain } from "../src/run-main.ts";

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** `METHOD path` of each request that was made. */
  readonly requests: readonly string[];
}

export interface CliOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
  readonly columns?: number;
  readonly hasColor?: boolean;
  /** What a person answers; without them nobody can be asked. */
  readonly answers?: readonly string[];
  readonly input?: string;
  /** Instead of the server. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

export interface CliRig extends Rig {
  stepwell(line: string | readonly string[], options?: CliOptions): Promise<Ended>;
}

export async function cliRig(options: Partial<ServerOptions> = {}, script?: Script): Promise<CliRig> {
  const world = await rig(options, script);
  return { ...world, stepwell: (line, given = {}) => stepwell(world, line, given) };
}

/** Runs one command line; words are parted by spaces unless given as a list. */
export async function stepwell(
  world: Pick<Rig, "server" | "clock"> | undefined,
  line: string | readonly string[],
  given: CliOptions = {},
): Promise<Ended> {
  const out: string[] = [];
  const err: string[] = [];
  const requests: string[] = [];
  const answers = [...(given.answers ?? [])];
  const code = await runMain(
    typeof line === "string" ? line.split(" ").filter((word) => word !== "") : line,
    {
      version: "1.2.3",
      environment: given.environment ?? {},
      directory: given.directory ?? "/nowhere",
      fetch: async (url, init) => {
        requests.push(`${init.method} ${url.replace(/^https?:\/\/[^/]+/, "")}`);
        if (given.fetch !== undefined) return await given.fetch(url, init);
        if (world === undefined) throw new TypeError("fetch failed", { cause: refused });
        return await world.server.fetch(new Request(url, init));
      },
      terminal: {
        out: (text) => void out.push(text),
        err: (text) => void err.push(text),
        isScreen: given.columns !== undefined,
        canAsk: given.answers !== undefined,
        hasColor: given.hasColor === true,
        columns: given.columns,
        now: () => world?.clock.now() ?? 0,
        ask: async (question) => {
          err.push(question);
          return answers.shift() ?? "";
        },
        readInput: async () => given.input ?? "",
        pause: async (ms) => {
          await new Promise((resolve) => setImmediate(resolve));
          await world?.clock.advance(ms);
        },
      },
    },
    async () => {
      throw new Error("No server is started here.");
    },
  );
  return { code, out: out.join(""), err: err.join(""), requests };
}

const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
