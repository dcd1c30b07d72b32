import { type Evaluation, formatAddress, IpSet } from "../../engine";
import { type Cluster, isUnknown, type Service, shown, type Workload, workloadName } from "../../engine/model";
import { addressesEnd, type ReportEnd, workloadEnd } from "../../engine/report";
import { Failure } from "../failure";
import type { FoundEndpoint } from "./explained-moment";
import { AddressNames, addressesOfPods } from "./address-names";

/** Addresses of a block that nothing tells apart, with one of them as an end. */
export interface BlockMember {
  readonly addresses: IpSet;
  readonly found: FoundEndpoint;
  /** What they belong to: members of one owner may be told together. */
  readonly owner: string;
}

/** What a block of addresses consists of. */
export interface BlockMembers {
  readonly members: readonly BlockMember[];
  /** What of the block is left out, and what is assumed. */
  readonly remarks: readonly string[];
}

/** Each part of a block is answered by itself; more than this are too many to read. */
export const mostMembers = 1_000;

/** Takes a block apart: pods with an address in it, nodes, and the ranges that policies tell apart. Too many parts are a Failure. */
export function blockMembers(evaluation: Evaluation, set: IpSet, text: string): BlockMembers {
  const { workloads, services } = evaluation.cluster;
  const pods = workloads.flatMap((workload) => podsIn(workload, set));
  const ofServices = services.filter((service) => !servedIn(service, set).isEmpty);
  const known = IpSet.unionOf([...pods.map(({ addresses }) => addresses), ...ofServices.map((each) => servedIn(each, set))]);
  const rest = set.subtract(known);
  const ranges = [...new Set(evaluation.universe.addressesIn(rest))];
  const names = new AddressNames(evaluation.cluster);
  const plain = ranges.flatMap((range) => {
    const addresses = rest.intersect(evaluation.universe.addressesOf(range) ?? IpSet.none);
    return [
      ...splitOff(addresses, names.ofNodes).map((each) => addressMember(each, "node", names)),
      ...[addresses.subtract(names.ofNodes)].filter((each) => !each.isEmpty).map((each) => addressMember(each, "", names)),
    ];
  });
  const members = [...pods, ...plain];
  if (members.length > mostMembers) {
    throw new Failure(
      `\`${text}\` has ${members.length.toLocaleString("en")} parts that have to be told apart; name a smaller block, or ask \`netpol list --focus ${text}\``,
    );
  }
  return {
    members,
    remarks: [
      ...(ofServices.length === 0
        ? []
        : [`addresses of Services are left out: ask about ${ofServices.slice(0, 3).map(serviceText).join(", ")} by name`]),
      ...podRangeRemarks(evaluation.cluster, rest, set),
    ],
  };
}

/** Addresses that are no known pod's, and may be one's all the same; `asked` is what they are a part of. */
export function podRangeRemarks(cluster: Cluster, addresses: IpSet, asked = addresses): readonly string[] {
  const ranges = addressesOfPods(cluster);
  if (ranges.intersect(addresses).isEmpty) return [];
  const verb = cluster.unknownPodCidrs === undefined ? "are given" : "may have";
  return [
    `pods ${verb} addresses of ${addressesEnd(ranges.intersect(asked)).name}, and of a pod its labels count as well: ask about pods by name`,
  ];
}

function podsIn(workload: Workload, set: IpSet): readonly BlockMember[] {
  // A host-networked pod has the address of its node, which is not its own.
  if (workload.hostNetwork !== false) return [];
  return (workload.pods ?? []).flatMap((pod): readonly BlockMember[] => {
    const addresses = IpSet.unionOf(pod.ips.map((ip) => IpSet.cidr(ip))).intersect(set);
    if (addresses.isEmpty) return [];
    const owner = workloadName(workload);
    return [{ addresses, owner, found: { kind: "endpoint", endpoint: { kind: "workload", workload, pod }, end: workloadEnd(workload) } }];
  });
}

const servedIn = ({ namespace, name, clusterIps }: Service, set: IpSet): IpSet =>
  isUnknown(namespace) || isUnknown(name) ? IpSet.none : IpSet.unionOf(clusterIps.map((ip) => IpSet.cidr(ip))).intersect(set);

const serviceText = ({ namespace, name }: Service): string => `\`svc/${shown(namespace)}/${shown(name)}\``;

/** Addresses that are nodes', one by one: from its own node everything reaches a pod. */
function splitOff(addresses: IpSet, nodes: IpSet): readonly IpSet[] {
  const ofNodes = addresses.intersect(nodes);
  return (["IPv4", "IPv6"] as const).flatMap((family) =>
    ofNodes[family].intervals.flatMap(([from, to]) =>
      Array.from({ length: Number(to - from) + 1 }, (_, n) => IpSet.range(family, from + BigInt(n), from + BigInt(n))),
    ),
  );
}

function addressMember(addresses: IpSet, owner: "node" | "", names: AddressNames): BlockMember {
  const { first } = addresses;
  if (first === undefined) throw new RangeError("the empty set has no address");
  const endpoint = { kind: "address", address: formatAddress(first) } as const;
  return { addresses, owner, found: { kind: "endpoint", endpoint, end: names.named(addressesEnd(addresses)) } };
}

/** A member in parts, each of which every border holds wholly or not at all. */
export function cutAt(member: BlockMember, borders: readonly IpSet[]): readonly BlockMember[] {
  if (member.found.endpoint.kind !== "address") return [member];
  const parts = borders.reduce<readonly IpSet[]>(
    (all, border) => all.flatMap((part) => [part.intersect(border), part.subtract(border)].filter((each) => !each.isEmpty)),
    [member.addresses],
  );
  return parts.map((addresses) => withAddresses(member, addresses));
}

/** Some of the addresses of a member, with the first of them for an end. */
export function withAddresses(member: BlockMember, addresses: IpSet): BlockMember {
  const { first } = addresses;
  if (first === undefined) throw new RangeError("the empty set has no address");
  const endpoint = { kind: "address", address: formatAddress(first) } as const;
  return { ...member, addresses, found: { ...member.found, endpoint } };
}

/** So many ranges are named before the rest is counted. */
const rangesNamed = 3;

/** Members of a block put together, as reports name them: by what they are, or where that is shorter by what of the block they are not. */
export function membersEnd(evaluation: Evaluation, block: IpSet, members: readonly BlockMember[]): ReportEnd {
  const set = IpSet.unionOf(members.map(({ addresses }) => addresses));
  const end = addressesEnd(set);
  const owner = members[0]?.owner ?? "";
  if (owner !== "" && owner !== "node") return { ...end, name: `${end.name} (${members.length === 1 ? "a pod" : "pods"} of ${owner})` };
  const named = new AddressNames(evaluation.cluster).named(end);
  const others = addressesEnd(block.subtract(set));
  const count = ({ cidrs = [] }: ReportEnd): number => cidrs.length;
  const isShorter = owner === "" && count(end) > rangesNamed && count(others) < count(end);
  return isShorter ? { ...named, name: `${addressesEnd(block).name} but for ${others.name}` } : named;
}
