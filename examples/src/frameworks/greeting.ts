// The app that every framework example serves: one function of two steps.

import { Inngest } from "stepwell";

export function greetingApp(id: string, baseUrl: string) {
  const client = new Inngest({ id, isDev: true, baseUrl });
  const greet = client.createFunction(
    { id: "greet", triggers: [{ event: "greeting/asked" }] },
    async ({ event, step }) => {
      const name = await step.run("look-up", () => String(event.data["name"]).toUpperCase());
      await step.sleep("think", "1s");
      return await step.run("greet", () => `Hello, ${name}`);
    },
  );
  return { client, functions: [greet] };
}

/** A served example: where its endpoint is, and how to stop it. */
export interface Served {
  readonly url: string;
  close(): Promise<void>;
}
