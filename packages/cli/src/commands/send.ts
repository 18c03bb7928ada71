// stepwell send: one event or many, and what came of it.

import { isJsonObject, type Json } from "@stepwell/protocol";
import {
  type EventOutcomes,
  eventOutcomesPath,
  eventsPath,
  type SendEventAnswer,
  type SendEventRequest,
  type SendEventsAnswer,
} from "@stepwell/protocol/rest";
import { counted, harmless } from "@stepwell/protocol/words";
import type { Command } from "commander";
import { WrongUseError } from "../exit-code.ts";
import type { Session } from "../session.ts";
import { type Act, acting, clientCommand } from "./client-command.ts";
import { drawOutcomes } from "./outcome-lines.ts";
import { readJsonObject, readJsonText, readTextFile } from "./read-input.ts";

interface SendOptions {
  readonly id?: string;
  readonly ts?: string;
  readonly user?: string;
  readonly schemaVersion?: string;
  readonly file?: string;
}

const words = {
  description: "send an event, and see what it starts",
  examples: [
    `stepwell send order/paid '{"orderId":42}'`,
    `stepwell send order/paid '{"orderId":42}' --id order-42`,
    "stepwell send --file events.json",
    "generate-events | stepwell send --file -",
  ],
};

/** What a sent event starts is looked at for so long. */
const lookMs = 2000;
const lookEveryMs = 100;

export function sendCommand(session: Session): Command {
  const command = clientCommand("send [event-name] [data]", words)
    .option("--id <id>", "the event's own id: a second one with the same id starts nothing")
    .option("--ts <time>", "when it happened, or is to start runs: a time, or unix ms")
    .option("--user <json>", "who it is about, as a JSON object")
    .option("--schema-version <version>", "version of its shape: the event's v")
    .option(
      "--file <path>",
      "JSON with an event or an array of events, or one event a line; - reads standard input",
    );
  return command.action(
    acting(command, session, async (act) => {
      const [name, data]: readonly (string | undefined)[] = command.processedArgs;
      const options = command.optsWithGlobals<SendOptions>();
      if (options.file !== undefined) {
        if (name !== undefined)
          throw new WrongUseError("Give either an event's name or --file, which has names of its own.");
        await sendMany(await readEvents(options.file, session), act);
        return;
      }
      if (name === undefined)
        throw new WrongUseError("Name the event: stepwell send order/paid. Or give several with --file.");
      await sendOne(eventOf(name, data, options), act);
    }),
  );
}

function eventOf(name: string, data: string | undefined, options: SendOptions): SendEventRequest {
  return {
    name,
    data: data === undefined ? {} : readJsonObject(data, "The event's data"),
    ...(options.id === undefined ? {} : { id: options.id }),
    ...(options.ts === undefined ? {} : { ts: timeOf(options.ts) }),
    ...(options.user === undefined ? {} : { user: readJsonObject(options.user, "--user") }),
    ...(options.schemaVersion === undefined ? {} : { v: options.schemaVersion }),
  };
}

function timeOf(text: string): number {
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(at)) return at;
  throw new WrongUseError(
    `--ts is ${JSON.stringify(text)}, but must be a time such as 2026-11-24T14:02:00Z, or unix ms.`,
  );
}

async function sendOne(event: SendEventRequest, act: Act): Promise<void> {
  const reply = await act.client.post<SendEventAnswer>(eventsPath(), { ...event });
  const { eventId } = reply.body.data;
  if (act.isJson) {
    act.show(reply, () => "");
    return;
  }
  act.terminal.out(`Sent ${harmless(event.name)}  ${eventId}\n`);
  const outcomes = await decided(eventId, act);
  act.terminal.out(drawOutcomes(event.name, outcomes, act));
}

/** What came of an event, once it is known for every function, or after a while as far as it is. */
async function decided(eventId: string, { client, terminal }: Act): Promise<EventOutcomes> {
  for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
    const { body } = await client.get<EventOutcomes>(eventOutcomesPath(eventId));
    const isPending = body.data.functions.some(({ outcome }) => outcome.kind === "pending");
    if (!isPending || waitedMs >= lookMs) return body.data;
    await terminal.pause(lookEveryMs);
  }
}

/** A file's events: a JSON array, one JSON object, or one object a line. */
async function readEvents(path: string, session: Session): Promise<readonly Json[]> {
  const text = (await readTextFile(path, session)).trim();
  const source = path === "-" ? "Standard input" : path;
  if (text.startsWith("[")) {
    const events = readJsonText(text, source);
    return Array.isArray(events) ? events : [events];
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const isOnePerLine =
    lines.length > 1 && lines.every((line) => line.trim().startsWith("{") && line.trim().endsWith("}"));
  return isOnePerLine
    ? lines.map((line, index) => readJsonText(line, `${source}, line ${index + 1},`))
    : [readJsonText(text, source)];
}

/** Most events and characters of one request: well below what a server takes by default. */
const partEventsMax = 1000;
const partLengthMax = 4_000_000;

/** In their order; a part of them is received as a whole or not at all. */
async function sendMany(events: readonly Json[], act: Act): Promise<void> {
  const names = new Map<string, number>();
  for (const [index, event] of events.entries()) {
    if (!isJsonObject(event) || typeof event.name !== "string")
      throw new WrongUseError(`Event ${index + 1} must be an object with a name. Nothing was sent.`);
    names.set(event.name, (names.get(event.name) ?? 0) + 1);
  }
  let sent = 0;
  for (const part of partsOf(events)) {
    try {
      const reply = await act.client.post<SendEventsAnswer>(eventsPath(), part);
      act.show(reply, () => "");
    } catch (error) {
      act.terminal.err(`${counted(sent, "event")} of ${events.length} were sent before this:\n`);
      throw error;
    }
    sent += part.length;
  }
  if (act.isJson) return;
  const lines = [...names].map(([name, count]) => `  ${harmless(name)} ${count}\n`);
  act.terminal.out(`Sent ${counted(events.length, "event")}\n${lines.join("")}`);
}

function partsOf(events: readonly Json[]): readonly (readonly Json[])[] {
  const parts: Json[][] = [];
  let room = 0;
  for (const event of events) {
    const { length } = JSON.stringify(event);
    const last = parts.at(-1);
    if (last === undefined || last.length === partEventsMax || length > room) {
      parts.push([event]);
      room = partLengthMax - length;
    } else {
      last.push(event);
      room -= length;
    }
  }
  return parts;
}
