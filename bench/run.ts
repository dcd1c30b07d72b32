import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { growth, type Scenario, scenarios } from "./catalogue";
import { lineChart } from "./chart";
import { type Measurement, number } from "./scenarios";

const docs = join(__dirname, "..", "docs");

const help = `usage: npm run bench -- [--only <scenario>] [--dry] [--help]

Measures how fast the engine is and how much memory it takes, each scenario in a process of its own, and writes docs/performance.md.

  --only <scenario>  run this one and print its figures; writes nothing
  --dry              run all and print their figures; writes nothing

scenarios:
${scenarios.map(({ id, about }) => `  ${id.padEnd(17)}  ${about}`).join("\n")}
`;

const options = { only: { type: "string" }, dry: { type: "boolean" }, help: { type: "boolean" }, child: { type: "string" } } as const;

/** Runs what is asked for. `--child` is how the processes of single scenarios are started. */
function main(): void {
  const { only, dry, help: wantsHelp, child } = parseArgs({ options }).values;
  if (wantsHelp === true) process.stdout.write(help);
  else if (child !== undefined) process.stdout.write(JSON.stringify(figures(scenario(child))));
  else if (only !== undefined) measured(scenario(only));
  else {
    const measurements = scenarios.flatMap(measured);
    const points = growth();
    if (dry === true) return;
    writeFileSync(
      join(docs, "performance.svg"),
      lineChart("All pairs, exact ports", "workloads + policies + connected pairs", "milliseconds", points),
    );
    writeFileSync(join(docs, "performance.md"), page(measurements));
  }
}

function scenario(id: string): Scenario {
  const found = scenarios.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no scenario is called \`${id}\`; there are ${scenarios.map((each) => each.id).join(", ")}`);
  return found;
}

/** The times of a scenario and the most memory this process had until now. */
function figures({ about, run, memoryTarget }: Scenario): readonly Measurement[] {
  const times = run();
  const value = process.resourceUsage().maxRSS / 1024;
  return [
    ...times,
    { name: `memory: ${about}`, value, unit: "MB", ...(memoryTarget === undefined ? {} : { target: memoryTarget }), note: "" },
  ];
}

/** The figures of a scenario, from a process of its own. */
function measured({ id }: Scenario): readonly Measurement[] {
  const { status, stdout } = spawnSync(process.execPath, [...process.execArgv, __filename, "--child", id], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`scenario \`${id}\` failed`);
  const found = JSON.parse(stdout) as readonly Measurement[];
  for (const each of found) process.stdout.write(`${row(each)}\n`);
  return found;
}

const row = ({ name, value, unit, target, timesJsonParse, note }: Measurement): string => {
  const verdict = target === undefined ? "" : value <= target ? "met" : "MISSED";
  const ratio = timesJsonParse === undefined ? "" : timesJsonParse.toFixed(1);
  const shown = (figure: number): string => `${figure < 100 ? figure.toFixed(1) : number(Math.round(figure))} ${unit}`;
  return `| ${name} | ${shown(value)} | ${target === undefined ? "" : shown(target)} | ${verdict} | ${ratio} | ${note} |`;
};

function page(measurements: readonly Measurement[]): string {
  const [processor] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `# Performance

Written by \`npm run bench\`, on ${String(cpus().length)} cores (${processor?.model.trim() ?? "unknown"}), ${String(memory)} GiB of memory, Node ${process.version}.
A process for each scenario, warm, one thread; the shortest of several rounds, and the most memory the process ever had. Clusters come from \`bench/generator.ts\` with seed 42: workloads with three labels and named
ports, policies with mixed peers, ports, ranges and address blocks, two in five with egress rules. Time starts with the parsed model and ends when the exact
connections of every pair have been listed. "× JSON.parse" compares it with reading the same cluster as JSON in the same run.

| scenario | measured | target | | × JSON.parse | |
| -------- | -------- | ------ | - | ------------ | - |
${measurements.map(row).join("\n")}

![Time over input and answers, both logarithmic](performance.svg)

The best analyzer measured elsewhere took 290 s and 8.2 GB for 800 workloads and 400 policies. How the engine gets here is in
[architecture.md](architecture.md#how-the-engine-gets-fast).
`;
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
