import type { Evaluation } from "../../evaluation";
import { type Direction, directions, type Endpoint, isUnknown, shown, type Workload } from "../../model";
import { outsideFamilies } from "../outside-families";
import { closureOf, probesOf } from "../probes";
import type { LintRule, RuleFinding } from "../rule";
import { ConnectionSet } from "../../sets/connection-set";
import { addressEnd, flowOf, type FlowWitness, outsiders, proven, samplePort, witnessed } from "../witness";
import { nameOf, placed, quoted, workloadObject } from "../words";

export const np304WorkloadNotIsolated: LintRule = {
  code: "NP304",
  name: "workload-not-isolated",
  title: "A workload is open in a direction in which policies close other pods of its namespace",
  severity: "warning",
  category: "coverage",
  check(context) {
    const { evaluation } = context;
    const [family] = outsideFamilies(context);
    const closed = closedNamespaces(evaluation);
    const probes = probesOf(evaluation);
    return evaluation.cluster.workloads.flatMap((workload) => {
      const { namespace, hostNetwork } = workload;
      // Policy does not reach pods on their node's network: that is no slip of a selector.
      if (isUnknown(namespace) || hostNetwork !== false) return [];
      const open = directions.filter((direction) => closed[direction].has(namespace) && closureOf(probes, workload, direction) === "open");
      return open.length === 0 ? [] : [finding(evaluation, workload, open, addressEnd(outsiders[family]))];
    });
  },
};

/** The namespaces with a policy that isolates the direction, so that somebody meant to close something there. */
function closedNamespaces({ cluster }: Evaluation): Readonly<Record<Direction, ReadonlySet<string>>> {
  const of = (direction: Direction): ReadonlySet<string> =>
    new Set(
      cluster.policies.flatMap((policy) => (policy[direction] === undefined || isUnknown(policy.namespace) ? [] : [policy.namespace])),
    );
  return { ingress: of("ingress"), egress: of("egress") };
}

function finding(evaluation: Evaluation, workload: Workload, open: readonly Direction[], outside: Endpoint): RuleFinding {
  const text = open.join(" and ");
  return {
    subject: workloadObject(workload),
    message: `no policy closes the ${text} of ${nameOf(workload)}, though policies close other pods of ${quoted(shown(workload.namespace))}`,
    advice: `select the workload with a policy, or close the namespace by default with \`podSelector: {}\``,
    ...placed(workload),
    because: [],
    key: text,
    ...(open.includes("ingress") ? {} : { severity: "info" as const }),
    ...witnessed(openFlow(evaluation, workload, open[0] ?? "ingress", outside)),
  };
}

function openFlow(evaluation: Evaluation, workload: Workload, direction: Direction, outside: Endpoint): FlowWitness | undefined {
  const port = samplePort(ConnectionSet.all, direction === "ingress" ? workload : undefined);
  return port === undefined ? undefined : proven(evaluation, flowOf(workload, direction, outside, port), "allowed");
}
