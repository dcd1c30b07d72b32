import type { PolicyRef, Verdict } from "../../decision";
import type { Evaluation } from "../../evaluation";
import { type Outcome, type Protocol, type Workload } from "../../model";
import type { PodGroup } from "../../matching/pod-groups";
import { isIsolated } from "../open-to-internet";
import { probesOf, type Probes } from "../probes";
import { reachability, type Reachability } from "../../reachability";
import type { LintRule, RuleFinding } from "../rule";
import { workloadsIn } from "../selected-pods";
import { parseAddress } from "../../sets/ip-set";
import { deciding, flowOf, type FlowWitness, workloadEnd } from "../witness";
import { listed, nameOf, placed, refObject } from "../words";
import { verdict } from "../../verdict";

/** Where names are asked for by address, and not at the pods that answer: NodeLocal DNSCache, and the usual addresses of the DNS Service on EKS. */
const nodeLocal = "169.254.20.10";
const usualServiceAddresses = ["10.100.0.10", "172.20.0.10"];

const protocols: readonly Protocol[] = ["UDP", "TCP"];

export const np301DnsEgressBlocked: LintRule = {
  code: "NP301",
  name: "dns-egress-blocked",
  title: "Pods whose egress is closed cannot resolve names: DNS is not open on UDP and TCP 53",
  severity: "warning",
  category: "coverage",
  check({ evaluation }) {
    const probes = probesOf(evaluation);
    const reach = reachability(probes.evaluation);
    const blocked = evaluation.universe.groups.all.flatMap((group) => blockedAt(evaluation, probes, reach, group));
    const byPolicy = new Map<string, Blocked[]>();
    for (const each of blocked) {
      const key = JSON.stringify([refObject(each.policy), each.severity]);
      byPolicy.set(key, [...(byPolicy.get(key) ?? []), each]);
    }
    return [...byPolicy.values()].map(finding);
  },
};

/** Workloads that cannot resolve names, all for one reason. */
interface Blocked {
  readonly workloads: readonly Workload[];
  readonly policy: PolicyRef;
  readonly closed: readonly Protocol[];
  readonly severity: "warning" | "info";
  readonly witness: FlowWitness;
  readonly direction: "egress" | "ingress";
}

function blockedAt(evaluation: Evaluation, probes: Probes, reach: Reachability, group: PodGroup): readonly Blocked[] {
  const workloads = workloadsIn(evaluation, [group]).filter((workload) => !probes.dns.includes(workload));
  const [workload] = workloads;
  if (workload === undefined || !isIsolated(evaluation, group, "egress")) return [];
  const outcomes = new Map(protocols.map((protocol) => [protocol, outcomeOf(probes, reach, workload, protocol)]));
  const closed = protocols.filter((protocol) => outcomes.get(protocol) !== "allowed" && !isOpenTo(evaluation, group, nodeLocal, protocol));
  const [first] = closed;
  const [dns] = probes.dns;
  if (first === undefined || dns === undefined) return [];
  const flow = flowOf(workload, "egress", workloadEnd(dns), { protocol: first, port: 53 });
  const answer = verdict(probes.evaluation, flow);
  const direction = answer.egress.outcome === "allowed" ? "ingress" : "egress";
  const policy = policyOf(answer, direction);
  if (policy === undefined) return [];
  const isByAddress = closed.every((protocol) => usualServiceAddresses.some((address) => isOpenTo(evaluation, group, address, protocol)));
  const isCertain = closed.some((protocol) => outcomes.get(protocol) === "denied");
  return [
    { workloads, policy, closed, severity: isCertain && !isByAddress ? "warning" : "info", witness: { flow, verdict: answer }, direction },
  ];
}

const policyOf = (answer: Verdict, direction: "egress" | "ingress"): PolicyRef | undefined =>
  answer[direction].isolatedBy[0] ?? answer[direction].clusterRules[0]?.policy;

/** One pod that answers is enough. */
function outcomeOf({ dns }: Probes, reach: Reachability, workload: Workload, protocol: Protocol): Outcome {
  const each = dns.map((server) => reach.between(workload, server));
  if (each.some(({ certain }) => certain.has(protocol, 53))) return "allowed";
  return each.some(({ possible }) => possible.has(protocol, 53)) ? "undecided" : "denied";
}

function isOpenTo({ universe, interpretations, table }: Evaluation, group: PodGroup, address: string, protocol: Protocol): boolean {
  const index = universe.indexOf(parseAddress(address));
  return interpretations.every((each) => table.set(each.row(group, "egress").certain.at(index)).has(protocol, 53));
}

function finding(all: readonly Blocked[]): RuleFinding {
  const [{ policy, witness, severity, direction }] = all as readonly [Blocked, ...Blocked[]];
  const closed = protocols.filter((protocol) => all.some((each) => each.closed.includes(protocol)));
  const names = listed(all.flatMap(({ workloads }) => workloads.map(nameOf)));
  const isUndecided = witness.verdict.outcome === "undecided";
  return {
    subject: refObject(policy),
    message: isUndecided
      ? `whether ${names} can resolve names is undecided: the labels that decide whether ${closed.join(" and ")} 53 is open toward kube-dns are not in the input`
      : `${names} cannot reach the cluster's DNS on ${closed.join(" and ")} 53${reasonFor(severity, closed)}`,
    advice:
      "open UDP and TCP 53 to pods labelled `k8s-app: kube-dns` of the namespace `kubernetes.io/metadata.name: kube-system`; where DNS answers on the node (NodeLocal DNSCache, Auto Mode), to its address",
    ...placed(policy),
    because: deciding(witness.verdict[direction]),
    key: `dns ${severity}`,
    severity,
    witness,
  };
}

function reasonFor(severity: "warning" | "info", closed: readonly Protocol[]): string {
  if (severity === "info") return " at its pods; port 53 is open to an address only, which is right where DNS answers there";
  return closed.length === 1 && closed[0] === "TCP" ? ", which answers too long for UDP need" : "";
}
