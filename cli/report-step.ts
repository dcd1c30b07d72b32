import { checkExpectation, type Evaluation, evaluate, networkPolicyRef, reachability } from "../engine";
import { type Cluster, type Endpoint, shown, type Workload } from "../engine/model";
import type { CheckedFlow, Reach, ReachabilityReport } from "../engine/report";
import { type Expectation, type ExpectedEnd, expectations, type Step, stepTitles, strangers } from "../policies";
import { Failure } from "./failure";

/** Evaluates a cluster and holds against it what must and must not flow at one step of the experiment. */
export function reportStep(cluster: Cluster, step: Step): ReachabilityReport {
  const evaluation = evaluate(cluster);
  // The strangers are asked about, but not shown: they are not in what was read.
  const withStrangers = evaluate({ ...cluster, workloads: [...cluster.workloads, ...strangers] });
  return {
    title: `Step ${String(step)}: ${stepTitles[step]}`,
    policies: cluster.policies.map(networkPolicyRef),
    reach: reachOf(evaluation),
    checks: expectations.filter((each) => each.step === step).map((each) => check(withStrangers, each)),
  };
}

const nameOf = ({ namespace, name }: Workload): string => `${shown(namespace)}/${shown(name)}`;
const outside = "outside";

/** Every pair of workloads, and each with the addresses outside. */
function reachOf(evaluation: Evaluation): readonly Reach[] {
  const map = reachability(evaluation);
  const { workloads } = evaluation.cluster;
  const outward = (workload: Workload): readonly Reach[] =>
    map.withAddresses(workload, "egress").map(({ addresses, connections }) => {
      return { from: nameOf(workload), to: addresses.isAll ? outside : addresses.toString(), connections };
    });
  const inward = (workload: Workload): readonly Reach[] =>
    map.withAddresses(workload, "ingress").map(({ addresses, connections }) => {
      return { from: addresses.isAll ? outside : addresses.toString(), to: nameOf(workload), connections };
    });
  const within = workloads.flatMap((from) =>
    workloads.filter((to) => to !== from).map((to): Reach => ({ from: nameOf(from), to: nameOf(to), connections: map.between(from, to) })),
  );
  return [...within, ...workloads.flatMap(outward), ...workloads.flatMap(inward)].sort((a, b) => rank(a) - rank(b));
}

/** Workloads before addresses, both as sources and as destinations. */
const rank = ({ from, to }: Reach): number => (from === outside ? 2 : 0) + (to === outside ? 1 : 0);

function check(evaluation: Evaluation, expectation: Expectation): CheckedFlow {
  const { from, to, protocol, port, expect, because, observed } = expectation;
  const ends = { from: endpoint(evaluation.cluster, from), to: endpoint(evaluation.cluster, to) };
  const { result, witness, verdict } = checkExpectation(evaluation, { ...ends, protocol, port, expect });
  return {
    from: endName(from),
    to: endName(to),
    protocol,
    port,
    expect,
    because,
    ...(observed === undefined ? {} : { observed }),
    result,
    witness: { protocol: witness.protocol, port: witness.port },
    verdict,
  };
}

const endName = (end: ExpectedEnd): string => (end.startsWith("ip:") ? end.slice("ip:".length) : end);

/** Finds the workload an expectation names. That it is gone is worse than a broken expectation: nothing would be checked. */
function endpoint(cluster: Cluster, end: ExpectedEnd): Endpoint {
  if (end.startsWith("ip:")) return { kind: "address", address: end.slice("ip:".length) };
  const workload = cluster.workloads.find((each) => nameOf(each) === end);
  if (workload !== undefined) return { kind: "workload", workload };
  const known = cluster.workloads.map(nameOf).join(", ");
  throw new Failure(
    `an expectation speaks of \`${end}\`, which the input does not hold; it holds: ${known === "" ? "no workload" : known}`,
  );
}
