// npm run simulate -- --seeds N --from S: simulates seeds S to S+N-1 and exits non-zero when one breaks a promise.

import { parseArgs } from "node:util";
import { simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: { seeds: { type: "string", default: "500" }, from: { type: "string", default: "1" } },
});
const seeds = Number(values.seeds);
const from = Number(values.from);
if (!Number.isInteger(seeds) || seeds < 1 || !Number.isInteger(from)) {
  console.error("Give whole numbers: --seeds N --from S.");
  process.exit(2);
}

const total = { calls: 0, steps: 0, runs: 0, crashes: 0, compared: 0, failures: 0 };
for (let seed = from; seed < from + seeds; seed += 1) {
  const result = await simulate(seed);
  total.calls += result.calls;
  total.steps += result.steps;
  total.runs += result.runs;
  total.crashes += result.crashes;
  total.compared += result.comparedRuns;
  if (result.violation !== undefined) {
    total.failures += 1;
    console.error(`seed ${seed}: ${result.violation}`);
    console.error(`  replay: npm run simulate -- --seeds 1 --from ${seed}`);
  }
  const done = seed - from + 1;
  if (done % 50 === 0 || done === seeds)
    console.log(`${done}/${seeds} seeds, ${total.runs} runs, ${total.failures} failed`);
}
console.log(
  `${seeds} seeds: ${total.runs} runs, ${total.calls} calls, ${total.steps} steps executed, ${total.crashes} crashes, ${total.compared} runs compared with their rows, ${total.failures} failed`,
);
process.exit(total.failures === 0 ? 0 : 1);
