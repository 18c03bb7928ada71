// stepwell api <name>: any operation of REST v2 under the reference's name, with JSON as the answer (semantics G3).

import { isJsonObject, type Json, type JsonObject } from "@stepwell/protocol";
import { restPath, segment } from "@stepwell/protocol/rest";
import type { Command } from "commander";
import { RestClient } from "../../client/rest-client.ts";
import { WrongUseError } from "../../exit-code.ts";
import type { Session } from "../../session.ts";
import { type Act, acting, clientCommand, withSubcommands } from "../client-command.ts";
import { readJsonText, readTextFile } from "../read-input.ts";
import { kebab, type Operation } from "./operation.ts";
import { operations } from "./operations.ts";

interface ApiOptions {
  readonly prod?: boolean;
  readonly env?: string;
  readonly raw?: boolean;
  readonly body?: string;
  readonly bodyFile?: string;
  readonly [flag: string]: unknown;
}

export function apiCommand(session: Session): Command {
  const command = withCommonFlags(
    clientCommand("api", {
      description: "ask the REST API by an operation's name, and get JSON",
      examples: [
        "stepwell api get-function-run 01KTCTWT8XDEGWDMVX3Q9M69ND",
        "stepwell api get-event-runs 01KTCTWSZJEKAFEDA4F9GYHFQW --limit 5",
        `stepwell api invoke-function shop ship-order --data '{"orderId":42}'`,
        "stepwell api --help",
      ],
    }),
  );
  command.action(
    acting(command, session, async () => {
      throw new WrongUseError("Name an operation. See what there is with: stepwell api --help");
    }),
  );
  return withSubcommands(
    command,
    operations.map((operation) => operationCommand(operation, session)),
  );
}

function withCommonFlags(command: Command): Command {
  return command
    .option("--prod", "not for this server: there is no cloud")
    .option("--env <name>", "environment, sent along with the request")
    .option("--raw", "the answer as it came, on a screen too");
}

function operationCommand(operation: Operation, session: Session): Command {
  const { name, aliases = [], description, query = [], fields } = operation;
  const args = argumentsOf(operation);
  const command = withCommonFlags(
    clientCommand([name, ...args.map((arg) => `<${arg}>`)].join(" "), {
      description,
      examples: [["stepwell api", name, ...args.map((arg) => `<${arg}>`)].join(" ")],
    }),
  ).aliases([...aliases]);
  for (const { key, kind } of query) {
    const flag = kind === "switch" ? "" : kind === "list" ? ` <${kebab(key)}...>` : ` <${kebab(key)}>`;
    command.option(`--${kebab(key)}${flag}`, "of the query");
  }
  for (const { key, kind } of fields ?? [])
    command.option(`--${kebab(key)} <${kind}>`, `the body's ${key}${kind === "json" ? ", as JSON" : ""}`);
  if (fields !== undefined) {
    command.option("--body <json>", "the whole body");
    command.option("--body-file <path>", "file with the whole body; - reads standard input");
  }
  return command.action(acting(command, session, (act) => perform(operation, command, act)));
}

function argumentsOf({ path }: Operation): readonly string[] {
  return [...path.matchAll(/\{([a-z-]+)\}/g)].map(([, name = ""]) => name);
}

async function perform(operation: Operation, command: Command, act: Act): Promise<void> {
  const options = command.optsWithGlobals<ApiOptions>();
  if (options.prod === true)
    throw new WrongUseError(
      "--prod means a cloud, and there is none here: Stepwell runs where you run it. Name your server with --url.",
    );
  const body = await bodyOf(operation, options, act.session);
  const { target } = act.client;
  const headers = options.env === undefined ? {} : { headers: { "x-inngest-env": options.env } };
  const client = new RestClient({ ...target, ...headers }, act.session.fetch);
  const path = pathOf(operation, command.processedArgs, options);
  const reply = await client.ask<Json>(
    operation.method,
    path,
    body === undefined ? undefined : JSON.stringify(body),
  );
  const isPretty = act.terminal.isScreen && options.raw !== true && !act.isJson;
  act.show(reply, (value) => `${isPretty ? JSON.stringify(value, null, 2) : reply.text.trimEnd()}\n`);
}

function pathOf(operation: Operation, args: readonly string[], options: ApiOptions): string {
  const values = [...args];
  const path = operation.path.replace(/\{[a-z-]+\}/g, () => segment(values.shift() ?? ""));
  const query = (operation.query ?? []).map(
    ({ key, kind }): [string, string | readonly string[] | undefined] => {
      const value = options[key];
      if (value === undefined) return [key, undefined];
      if (kind === "list") return [key, Array.isArray(value) ? value.map(String) : [String(value)]];
      return [key, String(value)];
    },
  );
  return restPath(path, Object.fromEntries(query));
}

/** @throws WrongUseError when the body is given in two ways, or cannot be read. */
async function bodyOf(
  operation: Operation,
  options: ApiOptions,
  session: Session,
): Promise<Json | undefined> {
  const { fields } = operation;
  if (fields === undefined) return undefined;
  const given: JsonObject = Object.fromEntries(
    fields.flatMap(({ key, kind }) => {
      const value = options[key];
      return value === undefined ? [] : [[key, fieldValue(key, kind, String(value))]];
    }),
  );
  const whole = await wholeBody(options, session);
  if (whole === undefined) return given;
  if (Object.keys(given).length === 0) return whole;
  if (isJsonObject(whole)) return { ...whole, ...given };
  throw new WrongUseError("A body that is no object leaves no place for fields: give one or the other.");
}

async function wholeBody({ body, bodyFile }: ApiOptions, session: Session): Promise<Json | undefined> {
  if (body !== undefined && bodyFile !== undefined)
    throw new WrongUseError("Give either --body or --body-file.");
  if (body !== undefined) return readJsonText(body, "--body");
  return bodyFile === undefined
    ? undefined
    : readJsonText(await readTextFile(bodyFile, session), bodyFile === "-" ? "Standard input" : bodyFile);
}

function fieldValue(key: string, kind: "text" | "json" | "number", text: string): Json {
  if (kind === "json") return readJsonText(text, `--${kebab(key)}`);
  if (kind === "text") return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw new WrongUseError(`--${kebab(key)} is ${JSON.stringify(text)}, but must be a whole number.`);
}
