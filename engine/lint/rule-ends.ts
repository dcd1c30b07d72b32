import type { Evaluation } from "../evaluation";
import type { Endpoint, Workload } from "../model";
import { workloadIndex } from "../matching/workload-index";
import { formatAddress, IpSet } from "../sets/ip-set";
import type { IndexSet } from "../sets/index-set";
import type { WrittenRule } from "./policy-rules";
import { sendersOf } from "./reached-services";
import { addressEnd, outsider, workloadEnd } from "./witness";

/** Workloads with pods among a set of ends, a few of them. */
export function workloadsAmong({ universe }: Evaluation, ends: IndexSet, most = 20): readonly Workload[] {
  const found: Workload[] = [];
  for (const index of ends.members()) {
    const group = universe.groups.all[index];
    if (group !== undefined) found.push(...universe.groups.workloadsIn(group));
    if (found.length >= most) break;
  }
  return found.slice(0, most);
}

/** The first workload with pods in one of these groups that will do. */
export function firstWorkload(
  evaluation: Evaluation,
  groups: Iterable<number>,
  willDo: (workload: Workload) => boolean = () => true,
): Workload | undefined {
  const index = workloadIndex(evaluation);
  for (const group of groups) {
    const found = index.inGroup(group).find(willDo);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The pod groups that the entries of a rule certainly name, entry by entry. */
export function* namedGroups({ matches }: WrittenRule): Generator<number> {
  for (const { certain } of matches[0]?.peers ?? []) yield* certain.members();
}

/** The workloads that a policy selects, a few of them. */
export const subjectsOf = (evaluation: Evaluation, { place }: WrittenRule): readonly Workload[] => sendersOf(evaluation, place);

/** Somebody whom a rule's peers certainly name: a pod where there is one, otherwise an address. */
export function peerEnd(evaluation: Evaluation, { rule, matches }: WrittenRule): Endpoint | undefined {
  if (rule.peers === "any") return addressEnd(outsider);
  for (const [index, peer] of rule.peers.entries()) {
    if (peer.kind === "ipBlock" && typeof peer.cidr === "string") return addressEnd(firstAddress(IpSet.cidr(peer.cidr)));
    const ends = matches[0]?.peers?.[index]?.certain;
    const [workload] = ends === undefined || peer.kind !== "pods" ? [] : workloadsAmong(evaluation, ends, 1);
    if (workload !== undefined) return workloadEnd(workload);
  }
  return undefined;
}

/** The lowest address of a set that is not empty. */
export const firstAddress = ({ first = { family: "IPv6", value: 0n } }: IpSet): string => formatAddress(first);

/** The highest address of a set that is not empty. */
export function lastAddress(addresses: IpSet): string {
  const family = addresses.IPv4.isEmpty ? "IPv6" : "IPv4";
  const { intervals } = addresses[family];
  return formatAddress({ family, value: intervals[intervals.length - 1]?.[1] ?? 0n });
}
