// Schemas of testing an expression over events.

import type {
  ExpressionProblem,
  ExpressionTestRequest,
  ExpressionTestRow,
  ExpressionTestView,
  Verdict,
} from "@stepwell/protocol/rest";
import { z } from "zod";
import { count, flag, json, list, named, objectOf, optional, text, timestampText, word } from "./shape.ts";

export const expressionTestRowsMax = 200;

export const expressionTestRequest = named<ExpressionTestRequest>("ExpressionTestRequest", {
  eventName: text.min(1).meta({ description: "A name, or a prefix that ends in `*`." }),
  current: optional(text.meta({ description: "What is compared with; empty matches every event." })),
  edited: optional(text.meta({ description: "Empty matches every event." })),
  from: optional(z.int().min(0).meta({ description: "Unix ms of receipt; default 24 hours ago." })),
  limit: optional(
    z.int().min(1).max(expressionTestRowsMax).meta({ description: "Rows, those that differ first." }),
  ),
});

const verdict: z.ZodType<Verdict> = word("match", "no-match", "error");

export const expressionTestView = named<ExpressionTestView>("ExpressionTest", {
  tested: count,
  isPartial: optional(flag),
  current: count,
  edited: count,
  more: count,
  fewer: count,
  paths: list(text),
  rows: list(
    objectOf<ExpressionTestRow>({
      eventId: text,
      receivedAt: timestampText,
      current: verdict,
      edited: verdict,
      values: list(json),
      missing: optional(list(count)),
    }),
  ),
  problem: optional(objectOf<ExpressionProblem>({ message: text, at: optional(count) })),
});
