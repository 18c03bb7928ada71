// Tools on Stepwell's own guides: listing, reading, searching (semantics G5).

import { z } from "zod";
import { nearestNames } from "../views/nearest-names.ts";
import { guides } from "./guides.ts";
import { ToolError } from "./rest-caller.ts";
import { asJson, type Tool, tool } from "./tool.ts";

export const docsTools: readonly Tool[] = [
  tool({
    name: "list_docs",
    description: "Lists Stepwell's own guides: path and title.",
    input: {},
    run: async () => asJson((await guides()).map(({ path, title }) => ({ path, title }))),
  }),
  tool({
    name: "read_doc",
    description: "Gives a guide's text.",
    input: { path: z.string().describe("As list_docs gives it.") },
    run: async ({ path }) => {
      const all = await guides();
      const guide = all.find((known) => known.path === path || known.path === `${path}.md`);
      if (guide !== undefined) return guide.text;
      const paths = all.map((known) => known.path);
      const near = nearestNames(path, paths);
      throw new ToolError(
        `There is no guide ${JSON.stringify(path)}. There are: ${(near.length === 0 ? paths : near).join(", ")}.`,
      );
    },
  }),
  tool({
    name: "grep_docs",
    description:
      "Searches the guides for a text, without regard to case; | parts alternatives. Gives path, line number and line.",
    input: {
      pattern: z.string().min(1),
      limit: z.int().min(1).max(200).default(10).describe("Most lines in the answer."),
    },
    run: async ({ pattern, limit }) => {
      // Plain texts: an expression from outside could keep the server busy for ever.
      const wanted = pattern
        .toLowerCase()
        .split("|")
        .map((text) => text.trim())
        .filter((text) => text !== "");
      const found: { readonly path: string; readonly line: number; readonly text: string }[] = [];
      for (const { path, text } of await guides()) {
        for (const [index, line] of text.split("\n").entries()) {
          const low = line.toLowerCase();
          if (wanted.some((word) => low.includes(word))) found.push({ path, line: index + 1, text: line });
        }
      }
      return asJson({ matches: found.slice(0, limit), total: found.length });
    },
  }),
];
