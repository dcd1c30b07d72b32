import { isUnknown, type Outcome, type Protocol, type Unknown, unknown } from "../model";
import type { Connections } from "../reachability";
import { ConnectionSet } from "../sets/connection-set";
import { type Family, IpSet } from "../sets/ip-set";
import { addressesIn, type AwsNetwork } from "./aws-network";
import { type Check, undecided } from "./checks";
import type { PodPlace } from "./pod-places";
import type { Subnet } from "./subnets";

/** One way a connection can take, with everything that may stop it on that way. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  readonly checks: readonly Check[];
}

/** What flows over ways of which it is not known which one is taken. */
export interface NetworkAnswer extends Connections {
  /** What certainly flows on some way: what counts where any way is one too many. */
  readonly onSome: ConnectionSet;
  readonly hops: readonly Hop[];
}

/** What gets over one way: what every check lets through. */
export const overHop = ({ checks }: Hop): Connections => ({
  certain: checks.reduce((all, { connections }) => all.intersect(connections.certain), ConnectionSet.all),
  possible: checks.reduce((all, { connections }) => all.intersect(connections.possible), ConnectionSet.all),
});

/** Certain is what gets over every way, possible what gets over some. */
export function answerOf(hops: readonly Hop[]): NetworkAnswer {
  const each = hops.map(overHop);
  const union = (sets: readonly ConnectionSet[]): ConnectionSet => sets.reduce((all, set) => all.union(set), ConnectionSet.none);
  return {
    certain: each.length === 0 ? ConnectionSet.none : each.reduce((all, { certain }) => all.intersect(certain), ConnectionSet.all),
    possible: union(each.map(({ possible }) => possible)),
    onSome: union(each.map(({ certain }) => certain)),
    hops,
  };
}

/** Whether a port certainly, certainly not, or perhaps gets through. */
export const outcomeAt = ({ certain, possible }: Connections, protocol: Protocol, port: number): Outcome =>
  certain.has(protocol, port) ? "allowed" : possible.has(protocol, port) ? "undecided" : "denied";

/** Pods in one subnet of one place. Without a subnet: in one that is not known. */
export interface Stand {
  readonly place: PodPlace;
  readonly subnet?: Subnet;
  readonly unknownSubnet?: Unknown;
  /** Every address pods there can have. */
  readonly addresses: IpSet;
  readonly families: readonly Family[];
}

/** Everywhere that pods can be. */
export function stands({ places, networking }: AwsNetwork): readonly Stand[] {
  const { podFamilies: families, ownInterfaces } = networking;
  const anywhere = IpSet.unionOf(families.map((family) => IpSet.all.ofFamily(family)));
  return places.flatMap((place): readonly Stand[] => {
    const isOwn = ownInterfaces !== undefined && place.kind === "node group";
    const hidden = isOwn ? ownInterfaces : place.unknownSubnets;
    const nowhere = place.subnets.length === 0 ? unknown(`the subnets of \`${place.name}\``) : undefined;
    const missing = hidden ?? nowhere;
    const known = place.subnets.map((subnet) => ({ place, subnet, addresses: addressesIn(subnet, families), families }));
    return missing === undefined ? known : [...known, { place, unknownSubnet: missing, addresses: anywhere, families }];
  });
}

/** As people know it. */
export const standName = ({ place, subnet }: Stand): string => (subnet === undefined ? place.name : `${place.name} in ${subnet.name}`);

/** What cannot be said of a subnet that is not known. Inputs without any subnet are about other things, and nothing is said. */
export function unknownSubnetChecks({ subnets }: AwsNetwork, { unknownSubnet, place }: Stand): readonly Check[] {
  if (unknownSubnet === undefined || subnets.length === 0) return [];
  const common = { connections: undecided, unknowns: [unknownSubnet], location: place.location };
  return [
    {
      layer: "network-acl",
      ground: { kind: "acl", direction: "egress", acl: unknownSubnet, subnet: place.name, addresses: IpSet.none },
      ...common,
    },
    { layer: "routes", ground: { kind: "route", subnet: place.name, target: "other" }, ...common },
  ];
}

/** Whether two subnets are in one VPC, which routes between them by itself. */
export function sameVpc(one: Subnet, other: Subnet): Check {
  const isKnown = !isUnknown(one.vpc) && !isUnknown(other.vpc);
  const isSame = one === other || (isKnown && one.vpc === other.vpc);
  const connections = isSame ? { certain: ConnectionSet.all, possible: ConnectionSet.all } : undecided;
  const missing = [one.vpc, other.vpc].filter(isUnknown);
  const apart = unknown(`what connects the VPCs of \`${one.name}\` and \`${other.name}\``);
  return {
    layer: "routes",
    ground: { kind: "vpc" },
    connections,
    unknowns: isSame ? [] : missing.length > 0 ? missing : [apart],
    location: one.location,
  };
}
