import { type Direction, type InfrastructureResource, isUnknown, type Json, type Location, unknown, type Unknown } from "../model";
import { IpSet } from "../sets/ip-set";
import { argument, type Block, blocksIn, elementsIn, knownAmong, shownJson, switchIn } from "./arguments";
import type { Named, ResourceIndex } from "./resource-index";
import { type RulePorts, rulePorts } from "./rule-ports";

/** Tells a security group from others. */
export type GroupKey = string;

/** A security group: what it lets in and out is the union of its rules, and replies always pass. */
export interface SecurityGroup {
  readonly key: GroupKey;
  /** As a person knows it: an address, or "cluster security group of …". */
  readonly name: string;
  readonly rules: readonly GroupRule[];
  /** Set when rules may be there that are not among `rules`. */
  readonly unknownRules?: Unknown;
  readonly location?: Location;
}

/** One rule of a group. */
export interface GroupRule {
  /** The resource that declares it. */
  readonly name: string;
  readonly direction: Direction;
  readonly ports: RulePorts;
  /** Addresses it speaks of. */
  readonly addresses: IpSet;
  /** Groups whose members it speaks of. */
  readonly groups: readonly GroupKey[];
  /** Peers it speaks of that are not known: a prefix list, an address or a group that exists only after apply. */
  readonly unknownPeers: readonly Unknown[];
  /** Set when the rule itself may not exist. */
  readonly uncertain?: Unknown;
  readonly location: Location;
}

const groupTypes = ["aws_security_group", "aws_default_security_group"] as const;
const namedTypes = [...groupTypes, "aws_eks_cluster"] as const;

/** The group EKS makes for a cluster and gives to its nodes and its control plane. */
export const clusterGroupKey = (cluster: InfrastructureResource): GroupKey => `cluster ${cluster.stack ?? ""} ${cluster.address}`;

const keyOf = ({ stack, address }: InfrastructureResource): GroupKey => `group ${stack ?? ""} ${address}`;

/** The group an argument names. */
export function groupNamed(index: ResourceIndex, value: Json | undefined, owner: InfrastructureResource): GroupKey | Unknown | undefined {
  const named = index.named(value, owner, namedTypes);
  return named === undefined || isUnknown(named) ? named : keyOfNamed(named);
}

function keyOfNamed({ resource, attribute }: Named): GroupKey | Unknown {
  if (resource.type !== "aws_eks_cluster") return keyOf(resource);
  if (attribute.endsWith("cluster_security_group_id")) return clusterGroupKey(resource);
  return unknown(`\`${resource.address}.${attribute}\` is no security group that is known`);
}

/** Every security group of the input, with the rules that are attached to it wherever they are declared. */
export function securityGroups(index: ResourceIndex): ReadonlyMap<GroupKey, SecurityGroup> {
  const apart = index.ofType(["aws_security_group_rule", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"]);
  const attached = apart.map((resource) => ({
    resource,
    group: groupNamed(index, argument(resource.values, "security_group_id"), resource),
  }));
  const stray = attached.map(({ group }) => group).find(isUnknown);
  const finish = (group: SecurityGroup): SecurityGroup => {
    const added = attached.filter((each) => each.group === group.key).map(({ resource }) => ruleApart(index, resource));
    const missing = withoutComputed(group.unknownRules, added.length > 0) ?? stray;
    const { unknownRules: _unknown, ...rest } = group;
    return { ...rest, rules: [...group.rules, ...added], ...(missing === undefined ? {} : { unknownRules: missing }) };
  };
  const own = index.ofType(groupTypes, true).map((resource) => declaredGroup(index, resource));
  const made = index.ofType(["aws_eks_cluster"]).map(clusterGroup);
  return new Map([...own, ...made].map((group) => [group.key, finish(group)]));
}

/**
 * A plan does not know the rules a group will have when its block lists none, and says the same of a list it cannot know. Rules that are
 * declared apart tell the two cases apart: the provider forbids having both.
 */
const withoutComputed = (missing: Unknown | undefined, hasOthers: boolean): Unknown | undefined =>
  hasOthers && missing?.because.endsWith("is known only after apply") === true ? undefined : missing;

function declaredGroup(index: ResourceIndex, resource: InfrastructureResource): SecurityGroup {
  const { values, mode, address, location, uncertain } = resource;
  const lists = (["ingress", "egress"] as const).map((direction) => ({ direction, blocks: blocksIn(values, direction) }));
  const rules = lists.flatMap(({ direction, blocks }) =>
    isUnknown(blocks) ? [] : blocks.map((block, at) => inlineRule(index, resource, direction, block, at)),
  );
  const foreign = mode === "data" ? unknown(`the rules of \`${address}\`, which is only read`) : undefined;
  const missing = foreign ?? uncertain ?? lists.map(({ blocks }) => blocks).find(isUnknown);
  return { key: keyOf(resource), name: address, rules, ...(missing === undefined ? {} : { unknownRules: missing }), location };
}

/** Members reach each other on every port, and everything outside: what EKS creates it with, and puts back. */
function clusterGroup(cluster: InfrastructureResource): SecurityGroup {
  const key = clusterGroupKey(cluster);
  const name = `cluster security group of ${cluster.address}`;
  const everything = rulePorts({ protocol: "-1" }, inlinePorts);
  const rule = { name, ports: everything, unknownPeers: [], location: cluster.location };
  const rules: readonly GroupRule[] = [
    { ...rule, direction: "ingress", addresses: IpSet.none, groups: [key] },
    { ...rule, direction: "egress", addresses: IpSet.all, groups: [] },
  ];
  return { key, name, rules, location: cluster.location };
}

const inlinePorts = { protocol: "protocol", from: "from_port", to: "to_port" } as const;
const apartPorts = { protocol: "ip_protocol", from: "from_port", to: "to_port" } as const;

function inlineRule(index: ResourceIndex, resource: InfrastructureResource, direction: Direction, block: Block, at: number): GroupRule {
  const peers = listedPeers(index, resource, block, "security_groups");
  const name = `${direction}[${String(at)}] of ${resource.address}`;
  return { name, direction, ports: rulePorts(block, inlinePorts), location: resource.location, ...peers };
}

function ruleApart(index: ResourceIndex, resource: InfrastructureResource): GroupRule {
  const { type, values, address, location, uncertain } = resource;
  const common = { name: address, location, ...(uncertain === undefined ? {} : { uncertain }) };
  if (type === "aws_security_group_rule") {
    const direction = argument(values, "type") === "egress" ? "egress" : "ingress";
    return {
      ...common,
      direction,
      ports: rulePorts(values, inlinePorts),
      ...listedPeers(index, resource, values, "source_security_group_id", "security_group_id"),
    };
  }
  const direction = type.includes("egress") ? "egress" : "ingress";
  return { ...common, direction, ports: rulePorts(values, apartPorts), ...singlePeer(index, resource) };
}

type Peers = Pick<GroupRule, "addresses" | "groups" | "unknownPeers">;

/** The peers of a rule that lists them: blocks of addresses, prefix lists, groups, and "self". */
function listedPeers(
  index: ResourceIndex,
  resource: InfrastructureResource,
  block: Block,
  groupsArgument: string,
  selfArgument?: string,
): Peers {
  if (isUnknown(block)) return { addresses: IpSet.none, groups: [], unknownPeers: [block] };
  const named = (name: string): readonly Json[] => asList(elementsIn(block, name));
  const blocks = ["cidr_blocks", "ipv6_cidr_blocks"].flatMap(named);
  const groups = named(groupsArgument).map((each) => groupNamed(index, each, resource) ?? unknown("an empty reference"));
  const self = switchIn(block, "self", false);
  const own = selfArgument === undefined ? keyOf(resource) : groupNamed(index, argument(block, selfArgument), resource);
  const itself = self === false ? [] : [isUnknown(self) ? self : (own ?? unknown(`the group of \`${resource.address}\``))];
  return peersOf(blocks, [...groups, ...itself], named("prefix_list_ids"));
}

/** The one peer of the newer rule resources. */
function singlePeer(index: ResourceIndex, resource: InfrastructureResource): Peers {
  const { values } = resource;
  const one = (name: string): readonly Json[] => asList(elementsIn(values, name));
  const group = groupNamed(index, argument(values, "referenced_security_group_id"), resource);
  return peersOf([...one("cidr_ipv4"), ...one("cidr_ipv6")], group === undefined ? [] : [group], one("prefix_list_id"));
}

const asList = (elements: readonly Json[] | Unknown): readonly Json[] => (isUnknown(elements) ? [elements] : elements);

function peersOf(blocks: readonly Json[], groups: readonly (GroupKey | Unknown)[], prefixLists: readonly Json[]): Peers {
  const read = blocks.map(addressesOf);
  const lists = prefixLists.map((each) => (isUnknown(each) ? each : unknown(`the addresses of prefix list \`${shownJson(each)}\``)));
  return {
    addresses: IpSet.unionOf(knownAmong(read)),
    groups: knownAmong(groups),
    unknownPeers: [...read.filter(isUnknown), ...groups.filter(isUnknown), ...lists],
  };
}

/** The addresses of a block of a rule; text that is none is what nobody knows. */
export function addressesOf(block: Json): IpSet | Unknown {
  if (isUnknown(block)) return block;
  try {
    return IpSet.cidr(shownJson(block));
  } catch {
    return unknown(`\`${JSON.stringify(block)}\` is no block of addresses`);
  }
}
