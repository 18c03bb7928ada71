// npm run bench [-- W1,W2,… --quick --json --peers]: measures the workloads, embedded and over HTTP, one line per figure;
// npm run bench -- lists measures the API's lists over 100,000 runs, idle the server while nobody asks anything of it,
// flow-control very many keys. --peers runs Restate and DBOS beside them in the same run and prints ratios.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { flowControlLines, measureFlowControl } from "./flow-control.mjs";
import { idleLines, measureIdle } from "./idle.mjs";
import { listLines, measureLists } from "./lists.mjs";
import { installedPeers } from "./peers.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean" },
    json: { type: "boolean" },
    peers: { type: "boolean" },
    runs: { type: "string" },
  },
});
const all = ["W1", "W2", "W3", "W5", "W4"];
const chosen = positionals.flatMap((text) => text.split(",")).map((text) => text.toUpperCase());
/** Workloads that no peer has: each measures by itself and says its figures in lines. */
const special = {
  IDLE: { measure: measureIdle, lines: idleLines },
  LISTS: { measure: measureLists, lines: listLines },
  "FLOW-CONTROL": { measure: measureFlowControl, lines: flowControlLines },
};
const workloads = chosen.length > 0 ? chosen.filter((workload) => special[workload] === undefined) : all;
const unknown = workloads.find((workload) => !all.includes(workload));
if (unknown !== undefined) {
  console.error(
    `There is no workload ${unknown}. There are ${all.join(", ")}, idle, lists and flow-control.`,
  );
  process.exit(2);
}
const runs = values.runs ?? (values.quick ? "1" : "3");
const scale = values.quick ? "0.05" : "1";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const subjects = [
  {
    name: "stepwell-embedded",
    command: process.execPath,
    script: here("stepwell-embedded.mjs"),
    cwd: here("."),
    env: {},
  },
  {
    name: "stepwell-http",
    command: process.execPath,
    script: here("stepwell-http.mjs"),
    cwd: here("."),
    env: {},
  },
];
const peers = values.peers ? await installedPeers() : undefined;
if (peers !== undefined) subjects.push(...peers.subjects);

const results = [];
for (const name of chosen.filter((workload) => special[workload] !== undefined)) {
  if (!values.json) console.error(`running ${name.toLowerCase()} …`);
  const { measure: measureIt, lines: linesOf } = special[name];
  const tellProgress = (text) => {
    if (!values.json) console.error(`${name.toLowerCase()}: ${text}`);
  };
  const result = await measureIt({ isQuick: values.quick === true, tellProgress });
  results.push(result);
  if (values.json) console.log(JSON.stringify(result));
  else for (const line of linesOf(result)) console.log(line);
}
for (const subject of workloads.length === 0 ? [] : subjects) {
  if (!values.json) console.error(`running ${subject.name}: ${workloads.join(", ")} …`);
  for (const result of await measure(subject)) {
    results.push(result);
    if (values.json) console.log(JSON.stringify(result));
    else for (const line of lines(result)) console.log(line);
  }
}
await peers?.stop();
if (!values.json && peers !== undefined) for (const line of ratios(results)) console.log(line);
process.exit(results.some((result) => result.error !== undefined) ? 1 : 0);

/** Each subject has a process of its own; it writes one JSON line per workload. */
function measure({ command, script, cwd, env }) {
  const args = ["--expose-gc", script, workloads.join(","), runs, scale];
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const found = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith("{")) found.push(JSON.parse(line));
  });
  return new Promise((resolve) => child.once("close", () => resolve(found)));
}

/** The figures of a workload, each on a line that names it. */
function lines({ peer, workload, median, error }) {
  if (error !== undefined) return [`${peer} failed: ${error}`];
  if (median?.error !== undefined) return [`${workload} ${peer}: failed: ${median.error}`];
  const line = (text) => `${workload} ${peer}: ${text}`;
  switch (workload) {
    case "W1":
      return [line(`${median.steps_s} durable steps/s, ${median.wf_s} runs/s`)];
    case "W2":
      return [
        line(`event to first step ${times(median.first)}`),
        line(`step to next step ${times(median.gap)}`),
        line(`event to return ${times(median.e2e)}`),
      ];
    case "W3":
      return [line(`${median.events_s} events/s, each starting 10 runs: ${median.wf_s} runs/s`)];
    case "W4":
      return [
        line(
          `${median.reached} parked, ${median.kb_per_parked_engine + median.kb_per_parked_app} KB of memory each`,
        ),
        line(`runs/s before and with the parked ones: ${median.w1_before}, ${median.w1_after}`),
      ];
    default:
      return Object.entries(median)
        .filter(([, figure]) => figure !== null)
        .map(([mode, figure]) =>
          line(`ingest ${mode}: ${figure.per_s} events/s, p50 ${figure.p50_ms} ms, p99 ${figure.p99_ms} ms`),
        );
  }
}

function times({ p50, p95, p99 }) {
  return `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms`;
}

/** How many times the best peer's W1 figure ours is. */
function ratios(measured) {
  const steps = (name) =>
    measured.find(({ peer, workload }) => workload === "W1" && peer === name)?.median?.steps_s;
  const rivals = measured.filter(
    ({ peer, workload, median }) => workload === "W1" && !peer.startsWith("stepwell") && median?.steps_s > 0,
  );
  return rivals.flatMap(({ peer, median }) =>
    ["stepwell-embedded", "stepwell-http"]
      .filter((name) => steps(name) > 0)
      .map((name) => `W1 ratio ${name} / ${peer}: ${(steps(name) / median.steps_s).toFixed(1)}`),
  );
}
