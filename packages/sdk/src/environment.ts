// Environment variables, read once per client (semantics F12), and what they decide: mode and addresses.

export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's variables; runtimes without a process have none. */
export function processEnvironment(): Environment {
  return typeof process === "undefined" ? {} : process.env;
}

const devServerUrl = "http://localhost:8288";
const cloudApiUrl = "https://api.inngest.com";
const cloudEventUrl = "https://inn.gs";

export interface ConnectionOptions {
  readonly isDev?: boolean;
  readonly baseUrl?: string;
}

export interface Connection {
  readonly isDev: boolean;
  readonly apiUrl: string;
  readonly eventUrl: string;
}

/** Mode: option, then INNGEST_DEV, then production; addresses: option, variables, the mode's default (F1.1, F1.3). */
export function connectionOf(options: ConnectionOptions, environment: Environment): Connection {
  const dev = environment["INNGEST_DEV"]?.trim() ?? "";
  const flag = /^(1|true|yes|on)$/i.test(dev) ? true : /^(0|false|no|off)$/i.test(dev) ? false : undefined;
  const devUrl = dev !== "" && flag === undefined ? withScheme(dev) : undefined;
  const isDev = options.isDev ?? flag ?? devUrl !== undefined;
  const base = options.baseUrl ?? undefined;
  const shared = environment["INNGEST_BASE_URL"] || devUrl;
  const api = base ?? (environment["INNGEST_API_BASE_URL"] || shared) ?? (isDev ? devServerUrl : cloudApiUrl);
  const event =
    base ?? (environment["INNGEST_EVENT_API_BASE_URL"] || shared) ?? (isDev ? devServerUrl : cloudEventUrl);
  return { isDev, apiUrl: bare(api), eventUrl: bare(event) };
}

function withScheme(address: string): string {
  return /^https?:\/\//.test(address) ? address : `http://${address}`;
}

function bare(url: string): string {
  return withScheme(url).replace(/\/+$/, "");
}

/** The environment's name: INNGEST_ENV, else the branch that the platform tells. */
export function branchOf(environment: Environment): string | undefined {
  for (const name of [
    "INNGEST_ENV",
    "BRANCH_NAME",
    "VERCEL_GIT_COMMIT_REF",
    "BRANCH",
    "CF_PAGES_BRANCH",
    "RENDER_GIT_BRANCH",
    "RAILWAY_GIT_BRANCH",
  ]) {
    const value = environment[name];
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}
