import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { lineChart, type Point } from "./chart";
import { best, allPairs, type Measurement, measureAllPairs, measureDiff, measureEdit, measureExplain, number } from "./scenarios";
import { generateCluster, type Size } from "./generator";

const large: Size = { workloads: 10_000, namespaces: 1_000, policies: 10_000 };
const docs = join(__dirname, "..", "docs");

/** Sizes that double, to see how the time grows. */
const growth: readonly Size[] = [1_250, 2_500, 5_000, 10_000, 20_000].map((workloads) => ({
  workloads,
  namespaces: workloads / 10,
  policies: workloads,
}));

/** Runs every scenario, prints what it took, and writes `docs/performance.md`; `--dry` writes nothing. */
function main(): void {
  const measurements: Measurement[] = [];
  const measure = (work: () => Measurement): Measurement => {
    const measurement = work();
    measurements.push(measurement);
    process.stdout.write(`${row(measurement)}\n`);
    return measurement;
  };
  measureAllPairs("warming up", { workloads: 800, namespaces: 20, policies: 400 }, undefined, 20);
  measure(() => measureAllPairs("800 workloads, 400 policies, all pairs", { workloads: 800, namespaces: 20, policies: 400 }, 100, 10));
  const whole = measure(() => measureAllPairs("10,000 workloads, 1,000 namespaces, 10,000 policies", large, 2_000, 4));
  measure(() => measureAllPairs("the same with 100,000 pods by address", { ...large, pods: 100_000 }, 5_000, 3));
  measure(() => measureEdit(large, 20));
  measure(() => measureExplain(large, 5));
  measure(() => measureDiff(large, whole.milliseconds));
  const points = growth.map((size): Point => {
    const cluster = generateCluster(size);
    const { milliseconds, value } = best(3, () => allPairs(cluster));
    process.stdout.write(`growth: ${number(size.workloads)} workloads: ${milliseconds.toFixed(0)} ms, ${number(value.pairs)} pairs\n`);
    return { x: size.workloads + size.policies + value.pairs, y: milliseconds };
  });
  if (process.argv.includes("--dry")) return;
  writeFileSync(
    join(docs, "performance.svg"),
    lineChart("All pairs, exact ports", "workloads + policies + connected pairs", "milliseconds", points),
  );
  writeFileSync(join(docs, "performance.md"), page(measurements));
}

const row = ({ name, milliseconds, target, timesJsonParse, note }: Measurement): string => {
  const verdict = target === undefined ? "" : milliseconds <= target ? "met" : "MISSED";
  const ratio = timesJsonParse === undefined ? "" : timesJsonParse.toFixed(1);
  return `| ${name} | ${milliseconds.toFixed(1)} | ${target === undefined ? "" : target.toFixed(0)} | ${verdict} | ${ratio} | ${note} |`;
};

function page(measurements: readonly Measurement[]): string {
  const [processor] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `# Performance

Written by \`npm run bench\`, on ${String(cpus().length)} cores (${processor?.model.trim() ?? "unknown"}), ${String(memory)} GiB of memory, Node ${process.version}.
One process, warm, one thread; the shortest of several rounds. Clusters come from \`bench/generator.ts\` with seed 42: workloads with three labels and named
ports, policies with mixed peers, ports, ranges and address blocks, two in five with egress rules. Time starts with the parsed model and ends when the exact
connections of every pair have been listed. "× JSON.parse" compares it with reading the same cluster as JSON in the same run.

| scenario | ms | target | | × JSON.parse | |
| -------- | -- | ------ | - | ------------ | - |
${measurements.map(row).join("\n")}

Peak memory of the whole run: ${number(Math.round(process.resourceUsage().maxRSS / 1024))} MB.

![Time over input and answers, both logarithmic](performance.svg)

The best analyzer measured elsewhere took 290 s and 8.2 GB for 800 workloads and 400 policies. How the engine gets here is in
[architecture.md](architecture.md#how-the-engine-gets-fast).
`;
}

main();
