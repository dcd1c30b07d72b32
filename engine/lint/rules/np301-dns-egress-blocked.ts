import type { PolicyRef } from "../../decision";
import type { Evaluation } from "../../evaluation";
import { type Direction, type Outcome, type Protocol, type Workload } from "../../model";
import type { PodGroup } from "../../matching/pod-groups";
import { exposedKey } from "../exposed";
import { isIsolated } from "../open-to-internet";
import { type DnsAddresses, dnsAddresses } from "../dns-addresses";
import { type DnsPods, dnsPodsOf } from "../dns-pods";
import { clusterPolicyRef, networkPolicyRef } from "../../reasons";
import { reachability, type Reachability } from "../../reachability";
import type { LintRule, RuleFinding } from "../rule";
import { workloadsIn } from "../selected-pods";
import type { Address } from "../../sets/ip-set";
import { deciding, flowOf, type FlowWitness, workloadEnd } from "../witness";
import { listed, nameOf, placed, refObject } from "../words";
import { verdict } from "../../verdict";

const protocols: readonly Protocol[] = ["UDP", "TCP"];

export const np301DnsEgressBlocked: LintRule = {
  code: "NP301",
  name: "dns-egress-blocked",
  title: "Pods whose egress is closed cannot resolve names: DNS is not open on UDP and TCP 53",
  severity: "warning",
  category: "coverage",
  check(context) {
    const { evaluation } = context;
    const addresses = dnsAddresses(context);
    const pods = dnsPodsOf(evaluation);
    const reach = reachability(pods.evaluation);
    const blocked = evaluation.universe.groups.all.flatMap((group) => blockedAt({ evaluation, pods, reach, addresses }, group));
    const byPolicy = new Map<string, Blocked[]>();
    for (const each of blocked) {
      const key = JSON.stringify([refObject(each.policy), each.severity]);
      byPolicy.set(key, [...(byPolicy.get(key) ?? []), each]);
    }
    return [...byPolicy.values()].map((all) => finding(all, pods));
  },
};

/** Workloads that cannot resolve names, all for one reason. */
interface Blocked {
  readonly workloads: readonly Workload[];
  /** The policy that has to change. */
  readonly policy: PolicyRef;
  readonly direction: Direction;
  readonly closed: readonly Protocol[];
  readonly severity: "warning" | "info";
}

/** What all pods are held against. */
interface Search {
  readonly evaluation: Evaluation;
  readonly pods: DnsPods;
  readonly reach: Reachability;
  readonly addresses: DnsAddresses;
}

function blockedAt({ evaluation, pods, reach, addresses }: Search, group: PodGroup): readonly Blocked[] {
  const workloads = workloadsIn(evaluation, [group]).filter((workload) => !pods.dns.includes(workload));
  const [workload] = workloads;
  if (workload === undefined || !isIsolated(evaluation, group, "egress")) return [];
  const outcomes = outcomesOf(pods, reach, workload);
  const isOpenToSome = (some: readonly Address[], protocol: Protocol): boolean =>
    some.some((address) => isOpenTo(evaluation, group, address, protocol));
  const closed = protocols.filter((protocol) => outcomes.get(protocol) !== "allowed" && !isOpenToSome(addresses.certain, protocol));
  const [first] = closed;
  const [dns] = pods.dns;
  if (first === undefined || dns === undefined) return [];
  const direction = sends(pods, workload, dns, first) ? "ingress" : "egress";
  const policy = policyOver(pods.evaluation, direction === "egress" ? workload : dns, direction);
  if (policy === undefined) return [];
  const isByAddress = closed.every((protocol) => isOpenToSome(addresses.possible, protocol));
  const isCertain = closed.some((protocol) => outcomes.get(protocol) === "denied");
  return [{ workloads, policy, direction, closed, severity: isCertain && !isByAddress ? "warning" : "info" }];
}

/** Whether a pod may certainly send a query, so that it is the other end that refuses it. */
function sends({ evaluation }: DnsPods, workload: Workload, dns: Workload, protocol: Protocol): boolean {
  const { universe, interpretations, table } = evaluation;
  const targets = universe.groups.ofWorkload(dns);
  return universe.groups
    .ofWorkload(workload)
    .flatMap((group) => interpretations.map((each) => each.row(group, "egress")))
    .every(({ certain }) => targets.every(({ index }) => table.set(certain.at(index)).has(protocol, 53)));
}

/** The first policy that decides about a workload in a direction, one that certainly does where there is one. */
function policyOver({ cluster, universe, interpretations }: Evaluation, workload: Workload, direction: Direction): PolicyRef | undefined {
  const [group] = universe.groups.ofWorkload(workload);
  const applied = group === undefined ? undefined : interpretations[0]?.appliesTo(group, direction);
  if (applied === undefined) return undefined;
  const policy = cluster.policies[firstOf(applied.networkPolicies)];
  if (policy !== undefined) return networkPolicyRef(policy);
  const clusterPolicy = cluster.clusterPolicies[firstOf(applied.clusterPolicies)];
  return clusterPolicy === undefined ? undefined : clusterPolicyRef(clusterPolicy);
}

/** The place of the first that certainly applies, else of the first. */
const firstOf = (applied: readonly { readonly policy: number; readonly isCertain: boolean }[]): number =>
  (applied.find(({ isCertain }) => isCertain) ?? applied[0])?.policy ?? -1;

/** What becomes of a query on each protocol. One pod that answers is enough. */
function outcomesOf({ dns }: DnsPods, reach: Reachability, workload: Workload): ReadonlyMap<Protocol, Outcome> {
  const each = dns.map((server) => reach.between(workload, server));
  const outcomeOf = (protocol: Protocol): Outcome => {
    if (each.some(({ certain }) => certain.has(protocol, 53))) return "allowed";
    return each.some(({ possible }) => possible.has(protocol, 53)) ? "undecided" : "denied";
  };
  return new Map(protocols.map((protocol) => [protocol, outcomeOf(protocol)]));
}

function isOpenTo({ universe, interpretations, table }: Evaluation, group: PodGroup, address: Address, protocol: Protocol): boolean {
  const index = universe.indexOf(address);
  return interpretations.every((each) => table.set(each.row(group, "egress").certain.at(index)).has(protocol, 53));
}

function finding(all: readonly Blocked[], pods: DnsPods): RuleFinding {
  const [{ policy, severity, direction, workloads }] = all as readonly [Blocked, ...Blocked[]];
  const closed = protocols.filter((protocol) => all.some((each) => each.closed.includes(protocol)));
  const names = listed(all.flatMap((each) => each.workloads.map(nameOf)));
  const witness = query(pods, workloads[0] as Workload, all[0]?.closed[0] ?? "UDP");
  const isUndecided = witness.verdict.outcome === "undecided";
  return {
    subject: refObject(policy),
    message: isUndecided
      ? `whether ${names} can resolve names is undecided: what decides whether ${closed.join(" and ")} 53 is open toward kube-dns is not in the input`
      : `${names} cannot reach the cluster's DNS on ${closed.join(" and ")} 53${reasonFor(severity, closed)}`,
    advice:
      "open UDP and TCP 53 to pods labelled `k8s-app: kube-dns` of the namespace `kubernetes.io/metadata.name: kube-system`; where DNS answers on the node (NodeLocal DNSCache, Auto Mode), to its address",
    ...placed(policy),
    because: deciding(witness.verdict[direction]),
    key: exposedKey(
      [`dns ${severity}`, closed.join()],
      all.map(({ workloads: cut }) => ({ workloads: cut })),
    ),
    severity,
    witness,
  };
}

/** A query of the workload, with the verdict of the cluster in which DNS is there. */
function query({ evaluation, dns: [server] }: DnsPods, workload: Workload, protocol: Protocol): FlowWitness {
  const flow = flowOf(workload, "egress", workloadEnd(server as Workload), { protocol, port: 53 });
  return { flow, verdict: verdict(evaluation, flow) };
}

function reasonFor(severity: "warning" | "info", closed: readonly Protocol[]): string {
  if (severity === "info") return " at its pods; port 53 is open to an address only, which is right where DNS answers there";
  return closed.length === 1 && closed[0] === "TCP" ? ", which answers too long for UDP need" : "";
}
