// What to do when an app is not in sync: three steps at most, by what is known of the failure.

import type { AppView } from "@stepwell/protocol/rest";
import type { AppState } from "@stepwell/protocol/words";

export interface RemedyStep {
  readonly text: string;
  /** To be copied. */
  readonly command?: string;
  /** A button of the page. */
  readonly button?: "edit-address" | "sync";
}

/** @param server the address of this server, for commands. */
export function remedy(app: AppView, state: AppState, server: string): readonly RemedyStep[] {
  switch (state.kind) {
    case "away":
      return awaySteps(app, server);
    case "refused":
      return [
        { text: firstRefusedStep(app) },
        { text: "See what Stepwell sees:", command: doctorCommand(server) },
        {
          text: "Sync again once it is mended. Until then the version before keeps running.",
          button: "sync",
        },
      ];
    case "in-sync":
    case "removed":
    case "pending":
      return [];
  }
}

function awaySteps(app: AppView, server: string): readonly RemedyStep[] {
  const error = app.latestSync?.error ?? "";
  const first = /ENOTFOUND|resolve|no such host/i.test(error)
    ? "Look at the host's name: it is not known where Stepwell runs. In a container, use the name of the service."
    : /time|slow/i.test(error)
      ? "Look whether the app is busy or a firewall drops what is sent to its port."
      : "Start the app. If it runs in a container, use the host's name, not localhost.";
  return [
    { text: first },
    { text: "See what Stepwell sees:", command: doctorCommand(server) },
    { text: "Did the address change? Runs in flight follow it.", button: "edit-address" },
  ];
}

function firstRefusedStep(app: AppView): string {
  const error = app.latestSync?.error ?? "";
  if (/signature|signing key|HTTP 401|unauthori/i.test(error))
    return "Give app and server the same signing key (INNGEST_SIGNING_KEY), or set INNGEST_DEV=1 in development.";
  if (/HTTP 40[45]|correct the path|not found/i.test(error))
    return "Serve the functions at the path of the address, usually /api/inngest.";
  return "Mend what the message names, in the app's code.";
}

function doctorCommand(server: string): string {
  return `stepwell doctor --url ${server}`;
}
