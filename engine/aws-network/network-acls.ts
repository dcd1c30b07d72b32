import { type Direction, type InfrastructureResource, isUnknown, type Json, type Location, type Unknown, unknown } from "../model";
import { type ConnectionSet } from "../sets/connection-set";
import { IpSet } from "../sets/ip-set";
import { AddressReach } from "./address-reach";
import { argument, type Block, blocksIn, elementsIn, knownAmong, numberIn, switchIn } from "./arguments";
import type { ResourceIndex } from "./resource-index";
import { rulePorts } from "./rule-ports";
import { addressesOf } from "./security-groups";

/** A network ACL: the rule with the lowest number that matches decides, and replies are packets like any others. */
export interface NetworkAcl {
  /** As a person knows it: an address, or "default network ACL of …". */
  readonly name: string;
  /** In the order they are read. */
  readonly rules: readonly AclRule[];
  /** Set when it cannot be told which rules it has, or in which order. */
  readonly unknownRules?: Unknown;
  readonly location?: Location;
}

/** One rule: what it certainly matches, and what it may match at most. */
export interface AclRule {
  readonly number: number;
  readonly direction: Direction;
  /** Unknown: either. */
  readonly action: "allow" | "deny" | Unknown;
  readonly certain: AddressReach;
  readonly possible: AddressReach;
  readonly unknowns: readonly Unknown[];
}

/** What an ACL lets through in one direction: at least, and at most. */
export interface AclReach {
  readonly certain: AddressReach;
  readonly possible: AddressReach;
}

/** The ACL of every subnet that nothing else is said about: it lets everything through. */
export const openAcl = (name: string, location?: Location): NetworkAcl => ({
  name,
  rules: (["ingress", "egress"] as const).map((direction) => ({
    number: 100,
    direction,
    action: "allow",
    certain: AddressReach.all,
    possible: AddressReach.all,
    unknowns: [],
  })),
  ...(location === undefined ? {} : { location }),
});

/**
 * What gets through in one direction. Read from the last rule to the first, each rule has its way with what it matches; the rule behind all
 * others denies. What only may match neither closes for certain nor opens for certain.
 */
export function aclReach({ rules, unknownRules }: NetworkAcl, direction: Direction): AclReach {
  if (unknownRules !== undefined) return { certain: AddressReach.none, possible: AddressReach.all };
  let [certain, possible] = [AddressReach.none, AddressReach.none];
  for (const rule of rules.filter((each) => each.direction === direction).reverse()) {
    if (rule.action === "allow") [certain, possible] = [certain.union(rule.certain), possible.union(rule.possible)];
    else if (rule.action === "deny") [certain, possible] = [certain.subtract(rule.possible), possible.subtract(rule.certain)];
    else [certain, possible] = [certain.subtract(rule.possible), possible.union(rule.possible)];
  }
  return { certain, possible };
}

/** The first rule that may deny a port for some of the addresses, as AWS shows it: its number, `*` for the rule behind all others. */
export function denyingRule(acl: NetworkAcl, direction: Direction, addresses: IpSet, connections: ConnectionSet): string {
  let left = AddressReach.of(addresses, connections);
  for (const rule of acl.rules.filter((each) => each.direction === direction)) {
    const met = left.intersect(rule.possible);
    if (met.entries.length > 0 && rule.action !== "allow") return String(rule.number);
    left = left.subtract(met);
  }
  return "*";
}

/** Every network ACL that the input declares, with the rules that are attached to it wherever they are declared. */
export function networkAcls(index: ResourceIndex): ReadonlyMap<InfrastructureResource, NetworkAcl> {
  const apart = index.ofType(["aws_network_acl_rule"]);
  const attached = apart.map((resource) => ({ resource, acl: aclNamed(index, resource) }));
  const stray = attached.map(({ acl }) => acl).find(isUnknown);
  return new Map(index.ofType(aclTypes).map((resource) => [resource, declaredAcl(resource, attached, stray)]));
}

/** The resources that are network ACLs. */
export const aclTypes = ["aws_network_acl", "aws_default_network_acl"] as const;

interface AttachedRule {
  readonly resource: InfrastructureResource;
  readonly acl: InfrastructureResource | Unknown | undefined;
}

function aclNamed(index: ResourceIndex, rule: InfrastructureResource): InfrastructureResource | Unknown | undefined {
  const named = index.named(argument(rule.values, "network_acl_id"), rule, aclTypes);
  return named === undefined || isUnknown(named) ? named : named.resource;
}

function declaredAcl(resource: InfrastructureResource, attached: readonly AttachedRule[], stray: Unknown | undefined): NetworkAcl {
  const { address, values, location } = resource;
  const own = attached.filter(({ acl }) => acl === resource).map((each) => ruleApart(each.resource));
  const lists = (["ingress", "egress"] as const).map((direction) => ({ direction, blocks: blocksIn(values, direction) }));
  const inline = lists.flatMap(({ direction, blocks }) => (isUnknown(blocks) ? [] : blocks.map((block) => inlineRule(direction, block))));
  const hidden = own.length > 0 ? undefined : lists.map(({ blocks }) => blocks).find(isUnknown);
  const missing = hidden ?? stray ?? [...own, ...inline].find(isUnknown);
  const rules = [...knownAmong([...own, ...inline])].sort((a, b) => a.number - b.number);
  return { name: address, rules, ...(missing === undefined ? {} : { unknownRules: missing }), location };
}

function inlineRule(direction: Direction, block: Block): AclRule | Unknown {
  const ports = rulePorts(block, { protocol: "protocol", from: "from_port", to: "to_port" });
  return ruleOf(direction, numberIn(block, "rule_no"), argument(block, "action"), { block, ports });
}

function ruleApart({ values, uncertain }: InfrastructureResource): AclRule | Unknown {
  if (uncertain !== undefined) return uncertain;
  const egress = switchIn(values, "egress", false);
  if (isUnknown(egress)) return egress;
  const ports = rulePorts(values, { protocol: "protocol", from: "from_port", to: "to_port" });
  return ruleOf(egress ? "egress" : "ingress", numberIn(values, "rule_number"), argument(values, "rule_action"), { block: values, ports });
}

interface Matched {
  readonly block: Block;
  readonly ports: ReturnType<typeof rulePorts>;
}

/** A rule whose number is not known has no place among the others, and with it nothing has. */
function ruleOf(
  direction: Direction,
  number: number | Unknown | undefined,
  action: Json | undefined,
  { block, ports }: Matched,
): AclRule | Unknown {
  if (number === undefined || isUnknown(number)) return number ?? unknown("the number of a network ACL rule");
  const known = ["cidr_block", "ipv6_cidr_block"].flatMap((name) => blocksOf(block, name));
  const missing = known.filter(isUnknown);
  const addresses = IpSet.unionOf(knownAmong(known));
  const widest = missing.length === 0 ? addresses : IpSet.all;
  return {
    number,
    direction,
    action: actionOf(action),
    certain: AddressReach.of(addresses, ports.certain),
    possible: AddressReach.of(widest, ports.possible),
    unknowns: [...ports.unknowns, ...missing],
  };
}

const blocksOf = (block: Block, name: string): readonly (IpSet | Unknown)[] => {
  const elements = elementsIn(block, name);
  return isUnknown(elements) ? [elements] : elements.filter((each) => each !== "").map(addressesOf);
};

function actionOf(written: Json | undefined): AclRule["action"] {
  if (isUnknown(written)) return written;
  const text = typeof written === "string" ? written.toLowerCase() : "";
  return text === "allow" || text === "deny" ? text : unknown(`\`${text}\` is neither allow nor deny`);
}
