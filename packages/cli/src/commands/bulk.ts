// stepwell bulk: the bulk operations, one of them by itself, and holding, resuming and stopping it.

import { type BulkView, bulkPath, bulkSteerPath, bulksPath, type ListAnswer } from "@stepwell/protocol/rest";
import { age, at, count, harmless, oneLine, preciseMoment } from "@stepwell/protocol/words";
import type { Command } from "commander";
import { asJsonObject } from "../client/json-body.ts";
import { facts } from "../drawing/facts.ts";
import { type Column, table } from "../drawing/table.ts";
import type { Session } from "../session.ts";
import { bulkColor, bulkText, newRunsWords } from "./bulk/bulk-words.ts";
import { endText, watched } from "./bulk/perform.ts";
import { type Act, acting, clientCommand, withSubcommands } from "./client-command.ts";

const words = {
  description: "list and show replays and cancels of many runs; hold, resume, stop",
  examples: [
    "stepwell bulk",
    "stepwell bulk 01KTCV0QK4Y0M4T7Z2C1B5XQWE --watch",
    "stepwell bulk hold 01KTCV0QK4Y0M4T7Z2C1B5XQWE",
    "stepwell bulk resume 01KTCV0QK4Y0M4T7Z2C1B5XQWE",
  ],
};

export function bulkCommand(session: Session): Command {
  const command = clientCommand("bulk [bulk-id]", words).option(
    "--watch",
    "wait until it has ended or is held",
  );
  command.action(
    acting(command, session, async (act) => {
      const [id]: readonly (string | undefined)[] = command.processedArgs;
      const { watch } = command.optsWithGlobals<{ readonly watch?: boolean }>();
      if (id === undefined)
        act.show(await act.client.list<BulkView>(bulksPath()), (body) => drawBulks(body, act));
      else if (watch === true)
        act.show(await watched(id, act), ({ data }) => endText(data, act.terminal.now()));
      else act.show(await act.client.get<BulkView>(bulkPath(id)), ({ data }) => drawBulk(data, act));
    }),
  );
  const steers = [
    steerCommand("hold", "let it pause: nothing more is done until it is resumed", session),
    steerCommand("resume", "let it go on", session),
    steerCommand("stop", "end it; what is done stays done", session),
  ];
  return withSubcommands(command, steers);
}

function steerCommand(steer: "hold" | "resume" | "stop", description: string, session: Session): Command {
  const examples = [`stepwell bulk ${steer} 01KTCV0QK4Y0M4T7Z2C1B5XQWE`];
  const command = clientCommand(`${steer} <bulk-id>`, { description, examples });
  return command.action(
    acting(command, session, async (act) => {
      const [id = ""]: readonly string[] = command.processedArgs;
      act.show(
        await act.client.post<BulkView>(bulkSteerPath(id, steer)),
        ({ data }) => `${bulkText(data, act.terminal.now())}\n`,
      );
    }),
  );
}

const columns: readonly Column[] = [
  { head: "bulk" },
  { head: "kind" },
  { head: "state" },
  { head: "done", isRight: true },
  { head: "of", isRight: true },
  { head: "name", least: 10 },
  { head: "by", least: 6, goes: 1 },
  { head: "age", isRight: true },
];

function drawBulks({ data }: ListAnswer<BulkView>, { paint, terminal }: Act): string {
  if (data.length === 0) return "No bulk operation yet. Start one with: stepwell replay --function <slug>\n";
  const now = terminal.now();
  const rows = data.map((bulk) => [
    bulk.id,
    bulk.kind,
    { text: bulk.status.toLowerCase(), color: bulkColor(bulk) },
    count(bulk.counts.done),
    bulk.counts.total === undefined ? "" : count(bulk.counts.total),
    harmless(bulk.name ?? bulk.functions.map(({ slug }) => slug).join(", ")),
    harmless(bulk.by ?? ""),
    age(at(bulk.createdAt), now),
  ]);
  return table(columns, rows, paint, terminal.columns);
}

function drawBulk(bulk: BulkView, { paint, terminal }: Act): string {
  const now = terminal.now();
  const fare = newRunsWords(bulk);
  return `${paint(bulkColor(bulk), bulk.status.toLowerCase())}  ${paint("bold", bulk.kind)}  ${bulkText(bulk, now)}\n\n${facts(
    [
      ["bulk", bulk.id],
      ["name", bulk.name === undefined ? undefined : harmless(bulk.name)],
      ["by", bulk.by === undefined ? undefined : harmless(bulk.by)],
      ["began", preciseMoment(at(bulk.createdAt), now)],
      ["ended", bulk.endedAt === undefined ? undefined : preciseMoment(at(bulk.endedAt), now)],
      ["a minute", bulk.perMinute === undefined ? undefined : count(bulk.perMinute)],
      ["holds after", bulk.holdAfter === undefined ? undefined : count(bulk.holdAfter)],
      ["new runs", fare === "" ? undefined : fare],
      ...selectionFacts(bulk),
    ],
    paint,
  )}\n`;
}

/** Which runs were meant; functions by their names. */
function selectionFacts({ selection, functions }: BulkView): readonly (readonly [string, string])[] {
  const { functionId: _, status, ...rest } = selection;
  const slugs = functions.map(({ slug }) => harmless(slug)).join(", ");
  const others = Object.entries(asJsonObject(rest)).map(([key, value]): readonly [string, string] => [
    key,
    typeof value === "string" ? harmless(value) : oneLine(value),
  ]);
  return [["functions", slugs], ["status", (status ?? []).join(", ").toLowerCase()], ...others];
}
