// What stands where there is no function: how to write one (spec §10).

import type { ReactNode } from "react";
import { Empty } from "../drawing/notices.tsx";
import { PageLink } from "../drawing/page-link.tsx";
import { Snippet } from "../drawing/snippet.tsx";

const snippet = `export const welcome = inngest.createFunction(
  { id: "send-welcome-email", triggers: [{ event: "user/signup.completed" }] },
  async ({ event, step }) => {
    await step.run("send-email", () => sendEmail(event.data.email));
    await step.sleep("settle-in", "1d");
  },
);`;

export function NoFunctions(): ReactNode {
  return (
    <Empty title="No functions yet">
      <p>
        Functions come with the app that serves them, as soon as it is synced. See{" "}
        <PageLink className="link" to="/apps">
          Apps
        </PageLink>{" "}
        for those that Stepwell has found.
      </p>
      <Snippet text={snippet} label="Copy the code" />
    </Empty>
  );
}
