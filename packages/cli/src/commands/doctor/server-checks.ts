// Whether the configuration can be read, a server answers, it is a Stepwell, and it takes our key.

import { type HealthView, healthPath, type KeyView, keysPath } from "@stepwell/protocol/rest";
import { at, counted, duration } from "@stepwell/protocol/words";
import { RefusedError, type RestClient, UnreachableError } from "../../client/rest-client.ts";
import type { Act } from "../client-command.ts";
import type { Finding } from "./finding.ts";

/** A clock that is further away confuses people who compare times. */
const skewMaxMs = 5000;

export async function checkServer({ client, terminal }: Act): Promise<readonly Finding[]> {
  const { target } = client;
  const configuration: Finding = {
    subject: "configuration",
    status: "passed",
    message: [
      `The server is ${target.url}`,
      target.isNamed ? "" : ", the local one",
      target.configPath === undefined ? "" : `; ${target.configPath} is read as well`,
      target.authorization === undefined ? "; no key is given." : "; a key is given.",
    ].join(""),
  };
  const begunAt = terminal.now();
  try {
    const { body } = await client.get<HealthView>(healthPath());
    const { mode, version, store, serverTime } = body.data;
    const parts = [
      version === undefined ? "Stepwell" : `Stepwell ${version}`,
      mode === undefined ? "" : `, stepwell ${mode}`,
      store === undefined ? "" : `, on ${store}`,
    ];
    const passed: Finding = { subject: "server", status: "passed", message: `${parts.join("")}.` };
    const keys = mode === "dev" ? devKeys : await keyFindings(client);
    return [configuration, passed, ...keys, ...clock(serverTime, begunAt)];
  } catch (error) {
    return [configuration, ...refused(error)];
  }
}

const devKeys: readonly Finding[] = [
  { subject: "key", status: "passed", message: "A dev server asks for none." },
];

/** What the server was started with, as far as it tells: never the keys themselves. */
async function keyFindings(client: RestClient): Promise<readonly Finding[]> {
  const events = (await client.list<KeyView>(keysPath("events"))).body.data.length;
  const signing = (await client.list<KeyView>(keysPath("signing"))).body.data.length;
  const advice = "Start it with --event-key and --signing-key instead of --insecure.";
  return [
    signing === 0
      ? {
          subject: "key",
          status: "warned",
          message: "The server asks for none: everybody who reaches it may read and change everything.",
          advice,
        }
      : {
          subject: "key",
          status: "passed",
          message: `The server takes it.${signing > 1 ? " The former signing key counts as well." : ""}`,
        },
    events === 0
      ? {
          subject: "event keys",
          status: "warned",
          message: "There are none: everybody may send events.",
          advice,
        }
      : { subject: "event keys", status: "passed", message: `${counted(events, "key")} may send events.` },
  ];
}

function clock(serverTime: string, now: number): readonly Finding[] {
  const skewMs = Math.abs(at(serverTime) - now);
  if (!(skewMs > skewMaxMs)) return [];
  return [
    {
      subject: "clock",
      status: "warned",
      message: `The server's clock and this machine's differ by ${duration(skewMs)}.`,
      advice: "Let both follow a time server: signatures and delayed events go by the clock.",
    },
  ];
}

function refused(error: unknown): readonly Finding[] {
  if (error instanceof UnreachableError)
    return [{ subject: "server", status: "failed", message: error.message }];
  if (!(error instanceof RefusedError)) throw error;
  const isKey = error.status === 401 || error.status === 403;
  return isKey
    ? [
        { subject: "server", status: "passed", message: "It answers." },
        { subject: "key", status: "failed", message: error.message },
      ]
    : [
        {
          subject: "server",
          status: "failed",
          message: error.message,
          advice: "Is it a Stepwell server of this version? Name the right one with --url.",
        },
      ];
}
