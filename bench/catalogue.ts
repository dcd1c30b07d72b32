import {
  allPairs,
  best,
  type Measurement,
  measureAllPairs,
  measureDivergences,
  measureEdits,
  measureExplain,
  measureWhatIf,
  number,
} from "./scenarios";
import type { Point } from "./chart";
import { measureDiff, measureFarDiff } from "./diff-scenarios";
import { measureDenialOfAll, measureExposure, measureMinimised } from "./exposure-scenarios";
import { generateCluster, type Size } from "./generator";

const small: Size = { workloads: 800, namespaces: 20, policies: 400 };
const large: Size = { workloads: 10_000, namespaces: 1_000, policies: 10_000 };

/** What a scenario is called on the command line, and how it is run. Each runs in a process of its own, so that its peak memory is its own. */
export interface Scenario {
  readonly id: string;
  readonly about: string;
  /** In MB, where one was asked for. */
  readonly memoryTarget?: number;
  readonly run: () => readonly Measurement[];
}

/** In the order of the table. */
export const scenarios: readonly Scenario[] = [
  {
    id: "small",
    about: "800 workloads, 400 policies, all pairs",
    run: (): readonly Measurement[] => {
      measureAllPairs("warming up", small, undefined, 20);
      return [measureAllPairs("800 workloads, 400 policies, all pairs", small, 100, 10)];
    },
  },
  {
    id: "large",
    about: "10,000 workloads, 10,000 policies, all pairs",
    memoryTarget: 1_024,
    run: () => [measureAllPairs("10,000 workloads, 1,000 namespaces, 10,000 policies", large, 2_000, 4)],
  },
  {
    id: "pods",
    about: "the same with 100,000 pods by address",
    memoryTarget: 2_048,
    run: () => [measureAllPairs("the same with 100,000 pods by address", { ...large, pods: 100_000 }, 5_000, 3)],
  },
  { id: "edit", about: "one of 10,000 policies, workloads or namespaces edited", run: () => measureEdits(large, 20) },
  { id: "what-if", about: "what another label on a workload changes", run: () => [measureWhatIf(large)] },
  { id: "explain", about: "why a pair may or may not talk", run: () => [measureExplain(large, 5)] },
  {
    id: "exposure-small",
    about: "exposure of 800 workloads, 400 policies",
    run: (): readonly Measurement[] => {
      measureExposure("warming up", small, 5);
      return [measureExposure("exposure, 800 workloads, 400 policies", small, 5)];
    },
  },
  {
    id: "exposure",
    about: "exposure of 10,000 workloads, 10,000 policies",
    run: () => [measureExposure("exposure, 10,000 workloads, 10,000 policies", large, 1)],
  },
  { id: "expectations", about: "an expectation about all pods and all to come", run: () => [measureDenialOfAll(large)] },
  {
    id: "minimised",
    about: "all pairs of 1,000 workloads in few statements",
    run: () => [measureMinimised({ workloads: 1_000, namespaces: 100, policies: 1_000 })],
  },
  { id: "diff", about: "what differs between two clusters of 10,000 policies", run: () => measureDiff(large) },
  {
    id: "diff-far",
    about: "what differs between two clusters that are not alike",
    run: () => measureFarDiff({ workloads: 1_000, namespaces: 100, policies: 1_000 }),
  },
  {
    id: "divergences",
    about: "where the VPC CNI differs from the specification",
    run: () => [measureDivergences(large)],
  },
];

/** All pairs at sizes that double, to see how the time grows; the smaller, the more rounds, so that all are measured warm. */
export const growth = (): readonly Point[] =>
  [1_250, 2_500, 5_000, 10_000, 20_000].map((workloads) => {
    const size: Size = { workloads, namespaces: workloads / 10, policies: workloads };
    const cluster = generateCluster(size);
    const { milliseconds, value } = best(Math.max(3, 40_000 / workloads), () => allPairs(cluster));
    process.stderr.write(`growth: ${number(workloads)} workloads: ${milliseconds.toFixed(0)} ms, ${number(value.pairs)} pairs\n`);
    return { x: size.workloads + size.policies + value.pairs, y: milliseconds };
  });
