import { isolationOf } from "../../isolation";
import { policiesOf } from "../../enforcement/covered-workloads";
import { isUnknown, type Service, shown, type Workload } from "../../model";
import { type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni, bothAnswers, differing, flowText, policyRefs, Prover } from "../cni-findings";
import { exposedKey } from "../exposed";
import { besideNodes } from "../needed-ingress";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { addressEnd, flowOf } from "../witness";
import { listed, nameOf, placed, policyObject } from "../words";
import { workloadsByLabel } from "../workloads-by-label";

export const vpc016NodeTraffic: LintRule = {
  ...aboutVpcCni,
  code: "VPC016",
  name: "node-traffic",
  title: "Traffic comes by way of nodes: a pod and its own node always reach each other, and node ports hide who calls",
  severity: "info",
  check(context) {
    const cni = cniContext(context);
    return cni === undefined ? [] : [...nodePorts(context), ...ownNodes(context, cni)];
  },
};

/** Services that are entered through nodes, in front of pods that policies close. */
function nodePorts(context: LintContext): readonly RuleFinding[] {
  const { evaluation } = context;
  const isBesideNodes = besideNodes(context);
  return evaluation.cluster.services.flatMap((service) => {
    if ((service.type !== "NodePort" && service.type !== "LoadBalancer") || isBesideNodes(service)) return [];
    if (service.externalTrafficPolicy !== "Cluster" || service.unknownExternalTrafficPolicy !== undefined) return [];
    const isolated = workloadsByLabel(evaluation)
      .behind(service)
      .filter((workload) => isolationOf(evaluation, workload, "ingress") === "yes");
    return isolated.length === 0 ? [] : [nodePortFinding(evaluation, service, isolated)];
  });
}

function nodePortFinding(evaluation: LintContext["evaluation"], service: Service, isolated: readonly Workload[]): RuleFinding {
  return {
    subject: { kind: "Service", namespace: shown(service.namespace), name: shown(service.name) },
    message: `with \`externalTrafficPolicy: Cluster\` callers arrive at ${listed(isolated.map(nameOf))} with the address of a node: let in by way of the pod's own node whatever its policies say, and by way of others only where a rule opens the nodes' addresses`,
    advice: "set `externalTrafficPolicy: Local`, or let a load balancer call pods by their addresses and open its subnets",
    ...placed(service),
    field: "spec.externalTrafficPolicy",
    because: policyRefs([...new Set(isolated.flatMap((each) => policiesOf(evaluation, each)))]),
    key: exposedKey(["node port"], [{ workloads: isolated }]),
  };
}

/** Pods whose node is known and that may not connect to it by the specification: they may all the same. */
function ownNodes({ evaluation }: LintContext, cni: CniContext): readonly RuleFinding[] {
  const { cluster } = evaluation;
  if (cluster.nodes.length === 0) return [];
  const addresses = new Map(cluster.nodes.map(({ name, addresses: [first] }) => [name, first]));
  const prover = new Prover(cni);
  const found = new Map<string, RuleFinding>();
  for (const workload of cluster.workloads) {
    const address = workload.pods?.flatMap(({ node }) => (node === undefined ? [] : (addresses.get(node) ?? [])))[0];
    const [policy] = policiesOf(evaluation, workload).filter(({ egress }) => egress !== undefined);
    if (address === undefined || policy === undefined || isUnknown(policy.name) || prover.isSpent) continue;
    const key = JSON.stringify([policy.namespace, policy.name]);
    const flow = flowOf(workload, "egress", addressEnd(address), { protocol: "TCP", port: 10250 });
    const answers = found.has(key) ? undefined : prover.difference(flow);
    if (answers?.specification !== "denied") continue;
    found.set(key, {
      subject: policyObject(policy),
      message: `a pod may always connect to its own node: ${flowText(flow)}, ${bothAnswers(answers)}`,
      advice: "close the ports of nodes with security groups where that matters",
      ...placed(policy),
      because: policyRefs([policy]),
      key: "own node",
      ...differing(answers),
    });
  }
  return [...found.values()];
}
