// From a selection to its end: the count of that moment, the question, the operation on the server, and its progress.

import {
  type BulkPreview,
  type BulkRequest,
  type BulkView,
  bulkPath,
  bulkPreviewPath,
  bulksPath,
  isBulkFinished,
} from "@stepwell/protocol/rest";
import { asJsonObject } from "../../client/json-body.ts";
import type { Reply } from "../../client/rest-client.ts";
import type { Act } from "../client-command.ts";
import { confirm } from "../confirm.ts";
import { unknownAmong } from "../known-name.ts";
import { bulkText, newRunsWords, progressBar, question } from "./bulk-words.ts";

export interface PerformOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  /** Do not watch. */
  readonly detach?: boolean;
}

const lookEveryMs = 300;

export async function perform(request: BulkRequest, options: PerformOptions, act: Act): Promise<void> {
  const { client, terminal } = act;
  const body = asJsonObject(request);
  const preview = await client.post<BulkPreview>(bulkPreviewPath, body);
  const { count } = preview.body.data;
  if (options.dryRun === true) {
    act.show(preview, ({ data }) => `${question(request.kind, data)} Nothing was done.\n`);
    return;
  }
  if (count === 0 && preview.body.data.isComplete) {
    if (!act.isJson) terminal.err(await unknownAmong(request.selection.functionId, act));
    act.show(preview, () => "No run matches, so nothing was done.\n");
    return;
  }
  await confirm(question(request.kind, preview.body.data), options.yes === true, act);
  const created = await client.post<BulkView>(bulksPath(), body);
  const { id } = created.body.data;
  if (options.detach === true) {
    act.show(created, () => `Goes on as ${id}\nSee it with: stepwell bulk ${id}\n`);
    return;
  }
  terminal.err(`Goes on without this terminal as ${id}\n`);
  const ended = await watched(id, act);
  act.show(ended, ({ data }) => endText(data, terminal.now()));
}

/** Draws progress on standard error until the operation has ended or is held. */
export async function watched(
  id: string,
  { client, terminal }: Act,
): Promise<Reply<{ readonly data: BulkView }>> {
  for (;;) {
    const reply = await client.get<BulkView>(bulkPath(id));
    const { data } = reply.body;
    const isOver = isBulkFinished(data.status) || data.status === "HELD";
    if (terminal.canAsk) terminal.err(`\r${progressBar(data)}${isOver ? "\n" : ""}`);
    if (isOver) return reply;
    await terminal.pause(lookEveryMs);
  }
}

export function endText(bulk: BulkView, now: number): string {
  const held =
    bulk.status === "HELD"
      ? `Look at the new runs, then: stepwell bulk resume ${bulk.id}, or: stepwell bulk stop ${bulk.id}\n`
      : "";
  const fare = newRunsWords(bulk);
  return `${bulkText(bulk, now)}\n${fare === "" ? "" : `The new runs: ${fare}\n`}${held}`;
}
