// Why each function ran or did not, as lines: the reason, and for a false filter the truth of each of its parts.

import type { EventOutcomes, FunctionOutcome, Outcome, Truth } from "@stepwell/protocol/rest";
import {
  foundWords,
  harmless,
  joinWords,
  nobodyListens,
  plainText,
  reasonLine,
  runState,
} from "@stepwell/protocol/words";
import { type Color, stateColor, stateMark } from "../drawing/paint.ts";
import { padEnd, textWidth } from "../drawing/text-width.ts";
import type { Act } from "./client-command.ts";

export function drawOutcomes(name: string, outcomes: EventOutcomes, act: Act): string {
  const { functions, waits } = outcomes;
  if (functions.length === 0 && waits.length === 0) return `${plainText(nobodyListens(name, outcomes))}\n`;
  const width = Math.max(0, ...functions.map((item) => textWidth(harmless(item.function.slug))));
  const lines = functions.flatMap((item) => outcomeLines(item, width, act));
  const met = waits.map(({ kind, runId, stepName, function: { slug } }) => {
    const step = stepName === undefined ? "" : ` in step ${harmless(stepName)}`;
    return `  ${kind === "resumed" ? "◆" : "⊘"} ${kind} run ${runId} of ${harmless(slug)}${step}`;
  });
  return `${[...lines, ...met].join("\n")}\n`;
}

function outcomeLines(item: FunctionOutcome, width: number, { paint, terminal }: Act): readonly string[] {
  const [mark, color] = markOf(item.outcome);
  const slug = padEnd(harmless(item.function.slug), width);
  const line = `  ${paint(color, mark)} ${slug}  ${plainText(reasonLine(item, terminal.now()))}`;
  if (item.outcome.kind !== "filtered") return [line];
  const { truth, nearMiss } = item.outcome;
  return [
    line,
    ...(truth === undefined ? [] : truthLines(truth, 3)),
    ...(nearMiss === undefined
      ? []
      : [`      ${harmless(nearMiss.sentence)} It would match as: ${harmless(nearMiss.expression)}`]),
  ];
}

function markOf(outcome: Outcome): readonly [string, Color] {
  switch (outcome.kind) {
    case "run-created": {
      const state = runState({ status: outcome.runStatus ?? "COMPLETED" });
      return [stateMark[state], stateColor[state]];
    }
    case "expression-error":
      return ["!", "red"];
    case "pending":
      return ["…", "amber"];
    default:
      return ["-", "dim"];
  }
}

const truthWords: Readonly<Record<Truth["value"], string>> = {
  true: "true",
  false: "false",
  error: "error",
  "not-reached": "not reached",
};

/** A filter taken apart: what each part was, and the value that it found. */
function truthLines(truth: Truth, depth: number): readonly string[] {
  const indent = "  ".repeat(depth);
  const value = truthWords[truth.value];
  if (truth.join !== undefined && truth.parts !== undefined) {
    return [
      `${indent}${value.padEnd(11)} ${joinWords(truth.join)}`,
      ...truth.parts.flatMap((part) => truthLines(part, depth + 1)),
    ];
  }
  const words = foundWords(truth);
  const found = words === undefined ? "" : harmless(`, ${words.lead}${words.value ?? ""}${words.note}`);
  const message = truth.message === undefined ? "" : `: ${harmless(truth.message)}`;
  return [`${indent}${value.padEnd(11)} ${harmless(truth.text)}${found}${message}`];
}
