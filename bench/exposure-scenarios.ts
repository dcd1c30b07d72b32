import { evaluate, minimiseReachability } from "../engine";
import { checkExpectations } from "../engine/expectations/check-expectations";
import { exposure } from "../engine/exposure/exposure";
import { type ClusterExpectation, directions } from "../engine/model";
import { generateCluster, type Size } from "./generator";
import { best, type Measurement, number } from "./scenarios";

/** What ends that are not in the input could exchange with every workload, from the parsed model. */
export function measureExposure(name: string, size: Size, rounds: number): Measurement {
  const cluster = generateCluster(size);
  const { milliseconds, value } = best(rounds, () => exposure(evaluate(cluster)).workloads);
  const entries = value.flatMap((each) => directions.map((direction) => each[direction].unlisted.length)).reduce((a, b) => a + b, 0);
  return { name, value: milliseconds, unit: "ms", note: `${number(entries)} entries about pods to come` };
}

/** A denial that names every pod there is and every pod to come, on a port that is open here and there. */
export function measureDenialOfAll(size: Size): Measurement {
  const cluster = generateCluster(size);
  const denial: ClusterExpectation = {
    kind: "deny",
    id: "nobody",
    from: [{}],
    to: [{}],
    ports: [{ protocol: "TCP", from: 22, to: 22 }],
    as: "future",
  };
  const { milliseconds, value } = best(2, () => checkExpectations({ evaluation: evaluate(cluster) }, [denial]));
  const [report] = value;
  return {
    name: "a denial about all pods, those to come included",
    value: milliseconds,
    unit: "ms",
    note: `it ${report?.result ?? "is gone"}`,
  };
}

/** Who reaches whom in few statements by label, from the parsed model. */
export function measureMinimised(size: Size): Measurement {
  const cluster = generateCluster(size);
  const { milliseconds, value } = best(3, () => minimiseReachability(evaluate(cluster)));
  const note = `${number(value.pairs)} pairs in ${number(value.statements.length)} statements`;
  return { name: `all pairs of ${number(size.workloads)} workloads in few statements`, value: milliseconds, unit: "ms", note };
}
