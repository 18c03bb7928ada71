// stepwell doctor: looks at everything between the user and a running function, in the order in which things depend on
// each other, and says what to do about what is wrong.

import { harmlessLines } from "@stepwell/protocol/words";
import type { Command } from "commander";
import type { Paint } from "../drawing/paint.ts";
import { EndedError, exitCode } from "../exit-code.ts";
import type { Session } from "../session.ts";
import { type Act, acting, clientCommand } from "./client-command.ts";
import { checkApps } from "./doctor/app-checks.ts";
import type { Finding } from "./doctor/finding.ts";
import { checkFunctions } from "./doctor/function-checks.ts";
import { checkOrphans } from "./doctor/orphan-checks.ts";
import { checkServer } from "./doctor/server-checks.ts";

const words = {
  description: "check server, keys, apps, functions, and what nobody looks after",
  examples: ["stepwell doctor", "stepwell doctor --url https://stepwell.example --json"],
};

export function doctorCommand(session: Session): Command {
  const command = clientCommand("doctor", words);
  return command.action(
    acting(command, session, async (act) => {
      const findings = await examine(act);
      const isWell = findings.every(({ status }) => status !== "failed");
      if (act.isJson) act.terminal.out(`${JSON.stringify({ isWell, findings })}\n`);
      else act.terminal.out(drawn(findings, act.paint));
      if (!isWell) throw new EndedError(exitCode.failed);
    }),
  );
}

/** What stands on something broken is not looked at. */
async function examine(act: Act): Promise<readonly Finding[]> {
  const server = await checkServer(act);
  if (server.some(({ status }) => status === "failed")) return server;
  return [...server, ...(await checkApps(act)), ...(await checkFunctions(act)), ...(await checkOrphans(act))];
}

function drawn(findings: readonly Finding[], paint: Paint): string {
  const lines = findings.flatMap(({ subject, status, message, advice }) => {
    const mark =
      status === "passed"
        ? paint("green", "✓")
        : status === "warned"
          ? paint("amber", "!")
          : paint("red", "✗");
    const [first = "", ...rest] = harmlessLines(message);
    return [
      `${mark} ${subject.padEnd(14)} ${first}`,
      ...rest.map((line) => `${" ".repeat(17)}${line}`),
      ...(advice === undefined ? [] : harmlessLines(advice).map((line) => `${" ".repeat(17)}→ ${line}`)),
    ];
  });
  const failed = findings.filter(({ status }) => status === "failed").length;
  const warned = findings.filter(({ status }) => status === "warned").length;
  const end =
    failed === 0 && warned === 0
      ? "All is well."
      : `${failed === 0 ? "Nothing is broken" : `${failed} broken`}${warned === 0 ? "" : `, ${warned} to look at`}.`;
  return `${lines.join("\n")}\n\n${end}\n`;
}
