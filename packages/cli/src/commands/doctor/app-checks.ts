// Whether each app can be reached and was synced; what cannot is checked step by step, by the server.

import { type AppChecks, type AppView, appChecksPath, appsPath } from "@stepwell/protocol/rest";
import { age, appState, at, counted, harmless } from "@stepwell/protocol/words";
import { RefusedError } from "../../client/rest-client.ts";
import type { Act } from "../client-command.ts";
import type { Finding } from "./finding.ts";

export async function checkApps(act: Act): Promise<readonly Finding[]> {
  const { body } = await act.client.list<AppView>(appsPath());
  const apps = body.data.filter(({ isArchived }) => !isArchived);
  if (apps.length === 0) {
    return [
      {
        subject: "apps",
        status: "warned",
        message: "No app is known, so no event starts anything.",
        advice:
          "Start your app, or add its address with: stepwell apps add http://localhost:3000/api/inngest",
      },
    ];
  }
  return await Promise.all(apps.map((app) => checkApp(app, act)));
}

async function checkApp(app: AppView, act: Act): Promise<Finding> {
  const subject = `app ${harmless(app.name === "" ? (app.url ?? app.id) : app.name)}`;
  const { latestSync: sync } = app;
  const { kind } = appState(app);
  if (kind === "away" || kind === "refused") {
    const failed = await failedCheck(app, act);
    const open = app.openRuns ?? 0;
    const waiting = open > 0 ? ` ${counted(open, "run waits", "runs wait")}; nothing is lost.` : "";
    return {
      subject,
      status: "failed",
      message: `${failed ?? sync?.error ?? "It cannot be reached."}${waiting}`,
      advice: `Once it is mended: stepwell apps sync ${app.name === "" ? app.id : app.name}`,
    };
  }
  const synced =
    sync?.syncedAt === undefined ? "" : `, synced ${age(at(sync.syncedAt), act.terminal.now())} ago`;
  return {
    subject,
    status: "passed",
    message: `${counted(app.functionCount, "function")} at ${app.url ?? "an unknown address"}${synced}.`,
  };
}

/** The first of the server's own checks that fails; undefined where the server makes none. */
async function failedCheck(app: AppView, { client }: Act): Promise<string | undefined> {
  try {
    const { body } = await client.post<AppChecks>(appChecksPath(app.id));
    return body.data.checks.find(({ status }) => status === "failed")?.message;
  } catch (error) {
    if (error instanceof RefusedError) return undefined;
    throw error;
  }
}
