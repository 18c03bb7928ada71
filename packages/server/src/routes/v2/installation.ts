// /api/v2/account, /envs and /keys: one installation has one account and one environment, and the keys that it was
// started with.

import { sha256Hex } from "@stepwell/protocol";
import type { EnvironmentView, KeyView } from "@stepwell/protocol/rest";
import type { Route } from "../../http/route.ts";
import { accountView, environmentView, keyView } from "../../schemas/installation.ts";
import type { ServerContext } from "../../server-context.ts";
import { theOnlyOne } from "../../views/v1-view.ts";
import { restList, restRoute, wholeList } from "./rest-route.ts";

export const installationRoutes: readonly Route[] = [
  restRoute({
    method: "get",
    path: "/account",
    id: "getAccount",
    tag: "Server",
    summary: "The account of this installation",
    answer: accountView,
    handle: () => ({ id: theOnlyOne, name: "Stepwell" }),
  }),
  restList({
    method: "get",
    path: "/envs",
    id: "listEnvironments",
    tag: "Server",
    summary: "The environment of this installation",
    item: environmentView,
    handle: async ({ server }) => wholeList([environmentOf(server)]),
  }),
  restList({
    method: "get",
    path: "/keys/events",
    id: "listEventKeys",
    tag: "Server",
    summary: "The event keys that the server was started with, masked",
    item: keyView,
    handle: async ({ server }) =>
      wholeList(
        (server.options.eventKeys ?? []).map((key, index) => keyOf(key, `Event key ${index + 1}`, server)),
      ),
  }),
  restList({
    method: "get",
    path: "/keys/signing",
    id: "listSigningKeys",
    tag: "Server",
    summary: "The signing keys that the server was started with, masked",
    item: keyView,
    async handle({ server }) {
      const { signingKey, signingKeyFallback } = server.options;
      return wholeList([
        ...(signingKey ? [keyOf(signingKey, "Signing key", server)] : []),
        ...(signingKeyFallback ? [keyOf(signingKeyFallback, "Fallback signing key", server)] : []),
      ]);
    },
  }),
];

function environmentOf({ options }: ServerContext): EnvironmentView {
  const isDev = options.mode === "dev";
  return {
    id: theOnlyOne,
    name: isDev ? "dev" : "production",
    type: isDev ? "DEV" : "PRODUCTION",
    isArchived: false,
  };
}

/** The id follows from the key, and says nothing about it. */
function keyOf(key: string, name: string, server: ServerContext): KeyView {
  return {
    id: sha256Hex(`key/${key}`).slice(0, 16),
    name,
    environment: environmentOf(server).name,
    key: masked(key),
  };
}

const shownOfEnds = 4;

/** Of a short key nothing may be told: a few characters would be too much of it. */
function masked(key: string): string {
  const secret = key.replace(/^signkey-\w+-/, "");
  if (secret.length < shownOfEnds * 5) return "…";
  return `${secret.slice(0, shownOfEnds)}…${secret.slice(-shownOfEnds)}`;
}
