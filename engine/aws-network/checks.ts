import { type Direction, isUnknown, type Location, protocols, type Unknown, type Value } from "../model";
import type { Connections } from "../reachability";
import { ConnectionSet } from "../sets/connection-set";
import { type Family, IpSet } from "../sets/ip-set";
import { PortSet } from "../sets/port-set";
import { AddressReach } from "./address-reach";
import { aclReach, type NetworkAcl } from "./network-acls";
import type { GroupSet } from "./pod-places";
import type { TargetKind } from "./route-tables";
import type { GroupKey, GroupRule, SecurityGroup } from "./security-groups";
import type { Subnet } from "./subnets";

/** The layers of an AWS network, in the order in which reports name them. */
export const awsLayers = ["security-group", "network-acl", "routes"] as const;
export type AwsLayer = (typeof awsLayers)[number];

/** One thing on the way of a connection: what it lets through, at least and at most. */
export interface Check {
  readonly layer: AwsLayer;
  readonly ground: Ground;
  readonly connections: Connections;
  /** What keeps `certain` from being `possible`. */
  readonly unknowns: readonly Unknown[];
  readonly location?: Location;
}

/** What a check looked at. */
export type Ground =
  | {
      readonly kind: "groups";
      readonly direction: Direction;
      readonly of: string;
      readonly groups: readonly string[];
      readonly rules: readonly MatchedRule[];
    }
  | {
      readonly kind: "acl";
      readonly direction: Direction;
      readonly acl: Value<NetworkAcl>;
      readonly subnet: string;
      /** The other end, as far as it is known. */
      readonly addresses: IpSet;
      /** Absent: the request itself. Else the ports that replies go to. */
      readonly replies?: PortSet;
    }
  | { readonly kind: "route"; readonly subnet: string; readonly target: TargetKind | "none"; readonly name?: string }
  | { readonly kind: "vpc" }
  | { readonly kind: "public-address"; readonly of: string }
  | { readonly kind: "private-pods" }
  | { readonly kind: "family"; readonly family: Family }
  | { readonly kind: "nat-protocols"; readonly name: string }
  | { readonly kind: "private-nat"; readonly name: string }
  | { readonly kind: "far-side"; readonly vpc: string }
  | { readonly kind: "source-ranges"; readonly ranges: readonly string[] }
  /** An address nodes translate: certainly, or perhaps. */
  | { readonly kind: "service-address"; readonly address: string; readonly isCertain: boolean }
  | { readonly kind: "load-balancer-scheme" }
  | { readonly kind: "load-balancer-subnets" };

/** A rule of a group that speaks of the other end, and the ports it certainly opens. */
export interface MatchedRule {
  readonly name: string;
  readonly connections: ConnectionSet;
}

export const everything: Connections = { certain: ConnectionSet.all, possible: ConnectionSet.all };
export const nothing: Connections = { certain: ConnectionSet.none, possible: ConnectionSet.none };
export const undecided: Connections = { certain: ConnectionSet.none, possible: ConnectionSet.all };

/** What a switch that decides about everything comes to. */
export const connectionsWhen = (value: Value<boolean>): Connections => (isUnknown(value) ? undecided : value ? everything : nothing);

/** The Unknown of a value, as a list. */
export const unknownsIn = (...values: readonly unknown[]): readonly Unknown[] => values.filter(isUnknown);

/** The other end of a connection, as security groups see it. */
export interface GroupPeer {
  /** Every address it may have. */
  readonly addresses: IpSet;
  /** Its groups; absent outside the VPC. */
  readonly groups?: GroupSet;
}

type Groups = ReadonlyMap<GroupKey, SecurityGroup>;

/** What security groups let through in one direction: the union of their rules. */
export function groupCheck(
  all: Groups,
  { of, groups }: { readonly of: string; readonly groups: GroupSet },
  direction: Direction,
  peer: GroupPeer,
): Check {
  const own = groups.keys.map((key) => all.get(key)).filter((each) => each !== undefined);
  const rules = own.flatMap((group) => group.rules).filter((rule) => rule.direction === direction);
  const hidden = [...unknownsIn(groups.unknown), ...own.flatMap(({ unknownRules }) => unknownsIn(unknownRules))];
  const matched = rules.map((rule) => ({ rule, ...matchOf(rule, peer) }));
  const certain = unionFor(
    matched.map((each) => each.certain),
    peer.addresses,
    "everywhere",
  );
  const possible =
    hidden.length > 0
      ? ConnectionSet.all
      : unionFor(
          matched.map((each) => each.possible),
          peer.addresses,
          "somewhere",
        );
  const open = matched.filter(({ rule, possible: reach }) => isMatch(reach, peer.addresses) && rule.ports.possible !== ConnectionSet.none);
  const unknowns = certain.equals(possible) ? [] : [...hidden, ...rules.flatMap(unknownsOf), ...unknownsIn(peer.groups?.unknown)];
  const location = own[0]?.location;
  return {
    layer: "security-group",
    ground: {
      kind: "groups",
      direction,
      of,
      groups: own.map(({ name }) => name),
      rules: open.map(({ rule }) => ({ name: rule.name, connections: rule.ports.certain })),
    },
    connections: { certain, possible },
    unknowns,
    ...(location === undefined ? {} : { location }),
  };
}

const unknownsOf = ({ ports, unknownPeers, uncertain }: GroupRule): readonly Unknown[] => [
  ...ports.unknowns,
  ...unknownPeers,
  ...unknownsIn(uncertain),
];

/** What a rule opens by the peer's groups goes for all its addresses, what it opens by address for those alone. */
function matchOf(
  { ports, addresses, groups, unknownPeers, uncertain }: GroupRule,
  peer: GroupPeer,
): { readonly certain: AddressReach; readonly possible: AddressReach } {
  const isMember = groups.some((key) => peer.groups?.keys.includes(key) === true);
  const mayBeMember = unknownPeers.length > 0 || (groups.length > 0 && peer.groups?.unknown !== undefined);
  const certain = AddressReach.of(isMember ? IpSet.all : addresses, ports.certain);
  const possible = AddressReach.of(isMember || mayBeMember ? IpSet.all : addresses, ports.possible);
  return { certain: uncertain === undefined ? certain : AddressReach.none, possible };
}

const unionFor = (reaches: readonly AddressReach[], addresses: IpSet, quantifier: "everywhere" | "somewhere"): ConnectionSet =>
  reaches.reduce((all, reach) => all.union(reach), AddressReach.none)[quantifier](addresses);

const isMatch = (reach: AddressReach, addresses: IpSet): boolean => !reach.somewhere(addresses).isEmpty;

/** The ports from which clients connect, to which replies go: those a client usually takes, and those it could. */
export interface ReplyPorts {
  readonly usual: PortSet;
  readonly widest: PortSet;
}

const unprivileged = PortSet.of(1024, 65_535);

/** Linux takes 32768 to 60999 (`ip_local_port_range`) unless told otherwise. */
export const podReplies: ReplyPorts = { usual: PortSet.of(32_768, 60_999), widest: unprivileged };
/** Address translation, and clients on the internet, take any port from 1024 on. */
export const anyReplies: ReplyPorts = { usual: unprivileged, widest: unprivileged };

/** What the ACL of a subnet lets through for a connection that its own side opens ("client") or accepts ("server"): requests, and replies. */
export function aclChecks(subnet: Subnet, side: "client" | "server", others: IpSet, replies: ReplyPorts): readonly Check[] {
  const { acl, name } = subnet;
  const [request, reply]: readonly [Direction, Direction] = side === "client" ? ["egress", "ingress"] : ["ingress", "egress"];
  const ground = { kind: "acl", acl, subnet: name, addresses: others } as const;
  const missing = isUnknown(acl) ? [acl] : unknownsIn(acl.unknownRules);
  const location = isUnknown(acl) ? undefined : acl.location;
  const check = (direction: Direction, connections: Connections, ports?: PortSet): Check => ({
    layer: "network-acl",
    ground: { ...ground, direction, ...(ports === undefined ? {} : { replies: ports }) },
    connections,
    unknowns: connections.certain.equals(connections.possible)
      ? []
      : missing.length > 0 || isUnknown(acl)
        ? missing
        : ruleUnknowns(acl, direction),
    ...(location === undefined ? {} : { location }),
  });
  if (isUnknown(acl)) return [check(request, undecided), check(reply, undecided, replies.usual)];
  const [out, back] = [aclReach(acl, request), aclReach(acl, reply)];
  return [
    check(request, { certain: out.certain.everywhere(others), possible: out.possible.somewhere(others) }),
    check(reply, repliesThrough(back.certain.everywhere(others), back.possible.somewhere(others), replies), replies.usual),
  ];
}

const ruleUnknowns = ({ rules }: NetworkAcl, direction: Direction): readonly Unknown[] =>
  rules.filter((rule) => rule.direction === direction).flatMap(({ unknowns, action }) => [...unknowns, ...unknownsIn(action)]);

/** A connection works for certain when replies reach every port a client usually takes, and never when they reach none it could take. */
function repliesThrough(certain: ConnectionSet, possible: ConnectionSet, { usual, widest }: ReplyPorts): Connections {
  const where = (holds: (protocol: "TCP" | "UDP" | "SCTP") => boolean): ConnectionSet =>
    protocols.filter(holds).reduce((all, protocol) => all.union(ConnectionSet.of(protocol, PortSet.all)), ConnectionSet.none);
  return {
    certain: where((protocol) => usual.isSubsetOf(certain[protocol])),
    possible: where((protocol) => possible[protocol].intersects(widest)),
  };
}
