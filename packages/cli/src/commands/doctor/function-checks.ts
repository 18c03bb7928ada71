// Functions that somebody stopped, or that the server warns about.

import { type FunctionView, functionsPath } from "@stepwell/protocol/rest";
import { at, counted, harmless, moment } from "@stepwell/protocol/words";
import type { Act } from "../client-command.ts";
import type { Finding } from "./finding.ts";

export async function checkFunctions({ client, terminal }: Act): Promise<readonly Finding[]> {
  const { body } = await client.list<FunctionView>(functionsPath());
  const findings = body.data.flatMap((view) => findingsOf(view, terminal.now()));
  if (findings.length > 0 || body.data.length === 0) return findings;
  return [
    {
      subject: "functions",
      status: "passed",
      message: `${counted(body.data.length, "function")}, none paused, none with a warning.`,
    },
  ];
}

function findingsOf(view: FunctionView, now: number): readonly Finding[] {
  const subject = "function";
  const slug = harmless(view.slug);
  const skipped =
    (view.skippedTriggers ?? 0) > 0 ? `, ${counted(view.skippedTriggers ?? 0, "trigger")} skipped` : "";
  const since = (time: string | undefined): string =>
    time === undefined ? "" : ` since ${moment(at(time), now)}`;
  const by = view.pausedBy === undefined ? "" : ` by ${view.pausedBy}`;
  return [
    ...(view.isPaused
      ? [
          {
            subject,
            status: "warned" as const,
            message: `${slug} is paused${since(view.pausedAt)}${by}${skipped}.`,
            advice: `Go on with: stepwell function resume ${slug}`,
          },
        ]
      : []),
    ...(view.drainingAt === undefined
      ? []
      : [
          {
            subject,
            status: "warned" as const,
            message: `${slug} drains${since(view.drainingAt)}${skipped}.`,
            advice: `Start runs again with: stepwell function drain ${slug} --off`,
          },
        ]),
    ...(view.warnings ?? []).map((text) => ({
      subject,
      status: "warned" as const,
      message: `${slug}: ${text}`,
    })),
  ];
}
