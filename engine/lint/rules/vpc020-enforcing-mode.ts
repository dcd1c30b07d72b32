import { isolationOf } from "../../isolation";
import { policiesOf } from "../../enforcement/covered-workloads";
import type { Direction, Workload } from "../../model";
import { selects } from "../../selector";
import { dnsWorkloads } from "../../synthesis/intent";
import { clusterDns } from "../../synthesis/required-flow";
import { type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni, bothAnswers, differing, flowText, policyRefs, Prover, resourceObject } from "../cni-findings";
import { meetingOutside, outsidersOf } from "../outside";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { addressEnd, flowOf, type FlowWitness, samplePort, witnessed } from "../witness";
import { counted, placed, workloadObject } from "../words";
import { ConnectionSet } from "../../sets/connection-set";

export const vpc020EnforcingMode: LintRule = {
  ...aboutVpcCni,
  code: "VPC020",
  name: "enforcing-mode",
  title: "The enforcing mode leaves pods open while they start (standard), or closes pods that no policy selects (strict)",
  severity: "warning",
  check(context) {
    const cni = cniContext(context);
    if (cni === undefined || context.evaluation.cluster.policies.length === 0) return [];
    if (cni.settings.mode === "standard") return startWindow(context, cni);
    return cni.settings.mode === "strict" ? [...closedWorkloads(context, cni), ...oneSided(context, cni), ...closedDns(context, cni)] : [];
  },
};

function startWindow({ evaluation }: LintContext, { facts }: CniContext): readonly RuleFinding[] {
  const { length } = evaluation.cluster.policies;
  return facts.addons.map(({ resource }) => ({
    subject: resourceObject(resource),
    message: `in standard mode a pod is open from its first packet until the agent has its policies, mostly a second or two; so it is for ${length === 1 ? "the policy" : `the ${String(length)} policies`} of this input`,
    advice: "accept it, let pods wait before they serve, or choose strict mode (`NETWORK_POLICY_ENFORCING_MODE`)",
    ...placed(resource),
    field: "configuration_values",
    because: [],
    key: "standard",
    severity: "info" as const,
  }));
}

const isOnPodNetwork = ({ hostNetwork }: Workload): boolean => hostNetwork === false;

/** Workloads that no policy selects: open by the specification, closed for ever in strict mode. */
function closedWorkloads(context: LintContext, cni: CniContext): readonly RuleFinding[] {
  const { evaluation } = context;
  const prover = new Prover(cni);
  const [outsider] = outsidersOf(context);
  // Proofs are few: nothing is to be missed less than that no name is resolved.
  const dns = dnsWorkloads(evaluation.cluster, clusterDns);
  const workloads = [...dns, ...evaluation.cluster.workloads.filter((each) => !dns.includes(each))];
  return workloads.filter(isOnPodNetwork).flatMap((workload): readonly RuleFinding[] => {
    if (policiesOf(evaluation, workload).length > 0 || prover.isSpent) return [];
    const port = samplePort(ConnectionSet.all, workload);
    const flow = port === undefined ? undefined : flowOf(workload, "ingress", addressEnd(outsider), port);
    const answers = flow === undefined ? undefined : prover.difference(flow);
    if (flow === undefined || answers === undefined) return [];
    return [
      {
        subject: workloadObject(workload),
        message: `no policy selects the pods, and in strict mode such pods are closed both ways: ${flowText(flow)}, ${bothAnswers(answers)}`,
        advice: "write policies for it in both directions",
        ...placed(workload),
        because: [],
        key: "no policy",
        ...differing(answers),
      },
    ];
  });
}

/** Workloads whose policies isolate one direction only: the other one is open, in strict mode too. */
function oneSided(context: LintContext, cni: CniContext): readonly RuleFinding[] {
  const { evaluation } = context;
  const outside = outsidersOf(context);
  return evaluation.cluster.workloads.filter(isOnPodNetwork).flatMap((workload): readonly RuleFinding[] => {
    const [ingress, egress] = (["ingress", "egress"] as const).map((direction) => isolationOf(evaluation, workload, direction));
    const open = ingress === "yes" && egress === "no" ? "egress" : ingress === "no" && egress === "yes" ? "ingress" : undefined;
    const witness = open === undefined ? undefined : meetingOutside(evaluation, outside, workload, open, "allowed");
    if (open === undefined || isClosedByAws(context, cni, open, witness)) return [];
    const policies = policiesOf(evaluation, workload);
    return [
      {
        subject: workloadObject(workload),
        message: `its ${counted(policies.length, "policy").replace(/ys$/, "ies")} leave ${open} open, in strict mode as well: with any policy, the mode no longer closes the other direction`,
        advice: `add a policy with \`${open === "egress" ? "Egress" : "Ingress"}\` among its \`policyTypes\``,
        ...placed(workload),
        because: policyRefs(policies),
        key: `one-sided ${open}`,
        ...witnessed(witness),
      },
    ];
  });
}

/** Whether policies of `networking.k8s.aws`, of which the specification knows nothing, keep a flow from getting through, or may. */
function isClosedByAws({ evaluation }: LintContext, { cni }: CniContext, direction: Direction, witness: FlowWitness | undefined): boolean {
  const { awsClusterPolicies = [], applicationPolicies = [] } = evaluation.cluster;
  if (witness === undefined || awsClusterPolicies.length + applicationPolicies.length === 0) return false;
  return cni.verdict(witness.flow)[direction].outcome !== "allowed";
}

/** Cluster DNS that the input does not show, and no policy speaks of. */
function closedDns({ evaluation }: LintContext, { facts }: CniContext): readonly RuleFinding[] {
  const { cluster } = evaluation;
  if (dnsWorkloads(cluster, clusterDns).length > 0) return [];
  const selected = cluster.policies.some(
    ({ namespace, subject }) => namespace === clusterDns.namespace && selects(subject, clusterDns.pods) !== "no",
  );
  if (selected) return [];
  return facts.addons.map(({ resource }) => ({
    subject: resourceObject(resource),
    message:
      "no policy selects CoreDNS (`k8s-app: kube-dns` in `kube-system`): in strict mode it is closed both ways, and no pod resolves names",
    advice: "write a policy for CoreDNS: ingress on UDP and TCP 53 from every pod, egress to the API server and to the VPC's resolver",
    ...placed(resource),
    field: "configuration_values",
    because: [],
    key: "dns",
  }));
}
