import { holdsUnplaced } from "../matching/pod-addresses";
import type { Cluster, ExpectedEnds, Workload } from "../model";
import type { Ternary } from "../selector";
import { IpSet, parseAddress } from "../sets/ip-set";
import type { Member, ResolvedEnds } from "./expected-ends";

type Block = Extract<ExpectedEnds, { readonly cidr: string }>;
type BlockEnds = Pick<ResolvedEnds, "addresses" | "members" | "pods" | "unlisted" | "problems">;

/**
 * The addresses of a block, and the pods that have one of them. As for an ipBlock of a policy, the ranges that pods draw their addresses from
 * decide about those whose own is not known (docs/decisions/0005-ip-block-and-pod-addresses.md).
 */
export function blockEnds(cluster: Cluster, { cidr, except = [] }: Block, allowEmpty: boolean): BlockEnds {
  const addresses = IpSet.cidr(cidr).subtract(IpSet.unionOf(except.map((each) => IpSet.cidr(each))));
  const unplaced = holdsUnplaced(cluster, addresses);
  const found = cluster.workloads.map((workload) => podsInside(workload, addresses, unplaced));
  return {
    addresses,
    members: found.flatMap(({ members }) => members),
    pods: found.flatMap(({ pods }) => pods),
    unlisted: unplaced === "no" ? [] : unplaced === "yes" ? [{}] : [{ isPerhaps: true }],
    problems: addresses.isEmpty && !allowEmpty ? [`\`${cidr}\` less its \`except\` is no address`] : [],
  };
}

type PodsInside = Pick<ResolvedEnds, "members" | "pods">;
const nobody: PodsInside = { members: [], pods: [] };

/** A workload all of whose pods are inside is meant as such, else each pod that is, or may be. */
function podsInside(workload: Workload, addresses: IpSet, unplaced: Ternary): PodsInside {
  // Host-networked pods have addresses of nodes, which come from other ranges.
  const otherwise = workload.hostNetwork === true ? "no" : workload.hostNetwork === false || unplaced === "no" ? unplaced : "maybe";
  const { pods = [] } = workload;
  const member = (isCertain: boolean): Member => ({ workload, isCertain, isDirect: true, translated: [] });
  if (pods.length === 0) return otherwise === "no" ? nobody : { ...nobody, members: [member(otherwise === "yes")] };
  const answers = pods.map((pod) => [pod, holds(addresses, pod.ips, otherwise)] as const);
  if (answers.every(([, answer]) => answer === "yes")) return { ...nobody, members: [member(true)] };
  return { ...nobody, pods: answers.flatMap(([pod, answer]) => (answer === "no" ? [] : [{ ...member(answer === "yes"), pod }])) };
}

function holds(addresses: IpSet, ips: readonly string[], otherwise: Ternary): Ternary {
  if (ips.length === 0) return otherwise;
  return ips.some((ip) => addresses.contains(parseAddress(ip))) ? "yes" : "no";
}
