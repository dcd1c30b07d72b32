import type { Evaluation } from "../evaluation";
import { type Endpoint, isUnknown, type Peer, type Workload } from "../model";
import { workloadIndex } from "../matching/workload-index";
import { formatAddress, IpSet } from "../sets/ip-set";
import type { IndexSet } from "../sets/index-set";
import type { WrittenRule } from "./policy-rules";
import { outsidersOf } from "./outside";
import { sendersOf } from "./reached-services";
import type { LintContext } from "./rule";
import { addressEnd, workloadEnd } from "./witness";

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

/** How many workloads of one peer are tried. */
const mostOfPeer = 3;

/** Some of whom each of a rule's peers certainly names; pods on the network of their node last, since their address is the node's. */
export function peerEnds(context: LintContext, { rule, matches }: WrittenRule): readonly Endpoint[] {
  if (rule.peers === "any") return outsidersOf(context).map(addressEnd);
  const ends = rule.peers.flatMap((peer, index): readonly Endpoint[] => {
    if (peer.kind === "ipBlock") return addressIn(peer);
    const named = matches[0]?.peers?.[index]?.certain;
    return named === undefined || peer.kind !== "pods" ? [] : podsAmong(context.evaluation, named).map(workloadEnd);
  });
  const isOnNode = (end: Endpoint): boolean => end.kind === "workload" && end.workload.hostNetwork !== false;
  return [...ends.filter((end) => !isOnNode(end)), ...ends.filter(isOnNode)];
}

function podsAmong(evaluation: Evaluation, ends: IndexSet): readonly Workload[] {
  const workloads = workloadsAmong(evaluation, ends);
  const inside = workloads.filter(({ hostNetwork }) => hostNetwork === false);
  return [...inside, ...workloads.filter((each) => !inside.includes(each))].slice(0, mostOfPeer);
}

/** The lowest address of a block that no exception takes out. */
function addressIn({ cidr, except }: Extract<Peer, { readonly kind: "ipBlock" }>): readonly Endpoint[] {
  if (isUnknown(cidr)) return [];
  const taken = except.flatMap((each) => (isUnknown(each) ? [] : [IpSet.cidr(each)]));
  const open = IpSet.cidr(cidr).subtract(IpSet.unionOf(taken));
  return open.isEmpty ? [] : [addressEnd(firstAddress(open))];
}

/** The lowest address of a set that is not empty. */
export const firstAddress = ({ first = { family: "IPv6", value: 0n } }: IpSet): string => formatAddress(first);

/** The highest address of a set that is not empty. */
export function lastAddress(addresses: IpSet): string {
  const family = addresses.IPv4.isEmpty ? "IPv6" : "IPv4";
  const { intervals } = addresses[family];
  return formatAddress({ family, value: intervals[intervals.length - 1]?.[1] ?? 0n });
}
