import { internet } from "../lint/internet";
import { isUnknown, type Unknown, unknown, type Value } from "../model";
import { ConnectionSet } from "../sets/connection-set";
import { type Family, IpSet } from "../sets/ip-set";
import { PortSet } from "../sets/port-set";
import type { AwsNetwork } from "./aws-network";
import { aclChecks, anyReplies, type Check, connectionsWhen, everything, groupCheck, nothing, undecided, unknownsIn } from "./checks";
import { answerOf, type Hop, type NetworkAnswer, type Stand, standName, stands, unknownSubnetChecks } from "./hops";
import type { RoutedPart, RouteTarget } from "./route-tables";
import { routed } from "./route-tables";
import type { Subnet } from "./subnets";

const families = ["IPv4", "IPv6"] as const;

/**
 * What pods can exchange with addresses outside their VPC when they open the connection: security group, network ACL, the route and what it
 * leads to, and whether there is a public address to be answered at. Certain is what goes to every one of the addresses.
 */
export function podToInternet(network: AwsNetwork, destinations: IpSet): NetworkAnswer {
  const hops = stands(network).flatMap((stand) =>
    families
      .filter((family) => !destinations.ofFamily(family).isEmpty)
      .flatMap((family) => hopsOf(network, stand, family, destinations.ofFamily(family))),
  );
  return answerOf(hops);
}

function hopsOf(network: AwsNetwork, stand: Stand, family: Family, addresses: IpSet): readonly Hop[] {
  const { subnet, place } = stand;
  const ends = { of: place.name, groups: place.groups };
  const out = (part: IpSet): Check => groupCheck(network.groups, ends, "egress", { addresses: part });
  const from = standName(stand);
  if (subnet === undefined) {
    return [{ from, to: "the internet", checks: [out(addresses), ...unknownSubnetChecks(network, stand)] }];
  }
  return partsOf(subnet, addresses).map((part) => ({
    from,
    to: "the internet",
    checks: [
      out(part.addresses),
      ...familyCheck(network, family, subnet),
      ...aclChecks(subnet, "client", part.addresses, anyReplies),
      ...routeChecks(network, stand, subnet, part, family),
    ],
  }));
}

const partsOf = ({ routes }: Subnet, addresses: IpSet): readonly RoutedPart[] =>
  isUnknown(routes) ? [{ addresses, uncertain: routes }] : routed(routes, addresses);

/** Pods speak one family; whether they can speak the other, behind their node, is a setting of the CNI. */
function familyCheck({ networking }: AwsNetwork, family: Family, { location }: Subnet): readonly Check[] {
  const { podFamilies, otherFamily } = networking;
  if (podFamilies.length === 1 && podFamilies[0] === family) return [];
  const value: Value<boolean> = podFamilies.length > 1 ? unknown("the address family of the cluster") : otherFamily;
  return [
    { layer: "routes", ground: { kind: "family", family }, connections: connectionsWhen(value), unknowns: unknownsIn(value), location },
  ];
}

function routeChecks(network: AwsNetwork, stand: Stand, subnet: Subnet, part: RoutedPart, family: Family): readonly Check[] {
  const route = routeCheck(subnet, part, family);
  const { target } = part;
  if (target?.kind === "nat-gateway") return [route, ...behindGateway(network, subnet, target, part.addresses)];
  if (target?.kind === "internet-gateway" && family === "IPv4") return [route, publicAddress(network, stand, subnet)];
  return [route];
}

/** Whether the route leads out for addresses of a family. */
function routeCheck(subnet: Subnet, { addresses, target, uncertain }: RoutedPart, family: Family): Check {
  const { name, location } = subnet;
  const leads = target === undefined ? false : isRoutable(target, addresses) ? leadsOut(target, family) : false;
  const value = uncertain ?? leads;
  const ground = {
    kind: "route",
    subnet: name,
    target: target?.kind ?? "none",
    ...(target === undefined ? {} : { name: target.name }),
  } as const;
  const at = isUnknown(subnet.routes) ? location : subnet.routes.location;
  return { layer: "routes", ground, connections: connectionsWhen(value), unknowns: unknownsIn(value), location: at };
}

/** Private addresses go nowhere on the internet, whatever a route says. */
const isRoutable = ({ kind }: RouteTarget, addresses: IpSet): boolean => kind === "other" || !addresses.intersect(routable).isEmpty;

/** Addresses for documentation (RFC 5737, 3849) stand for any of the internet. */
export const routable = IpSet.unionOf([
  internet,
  ...["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"].map((each) => IpSet.cidr(each)),
]);

function leadsOut({ kind, name }: RouteTarget, family: Family): Value<boolean> {
  switch (kind) {
    case "internet-gateway":
      return true;
    case "nat-gateway":
      return family === "IPv4" ? true : unknown(`translation to IPv4 by \`${name}\``);
    case "egress-only-gateway":
      return family === "IPv6";
    case "local":
      return false;
    case "other":
      return unknown(`what is behind \`${name}\``);
  }
}

/** A NAT gateway translates TCP and UDP only, and has to find its own way out, past the network ACL of its subnet. */
function behindGateway(network: AwsNetwork, subnet: Subnet, { name, resource }: RouteTarget, addresses: IpSet): readonly Check[] {
  const { location } = subnet;
  const translated = ConnectionSet.of("TCP", PortSet.all).union(ConnectionSet.of("UDP", PortSet.all));
  const protocols: Check = {
    layer: "routes",
    ground: { kind: "nat-protocols", name },
    connections: { certain: translated, possible: translated },
    unknowns: [],
    location,
  };
  const gateway = resource === undefined ? undefined : network.natGateways.get(resource);
  if (gateway === undefined) return [protocols];
  const isPublic: Check = {
    layer: "routes",
    ground: { kind: "private-nat", name },
    connections: connectionsWhen(gateway.isPublic),
    unknowns: unknownsIn(gateway.isPublic),
    location: gateway.location,
  };
  return [protocols, isPublic, ...natSubnetChecks(gateway.subnet, subnet, addresses)];
}

function natSubnetChecks(own: Value<Subnet>, from: Subnet, addresses: IpSet): readonly Check[] {
  if (isUnknown(own)) {
    const ground = { kind: "route", subnet: "the subnet of the NAT gateway", target: "other" } as const;
    return [{ layer: "routes", ground, connections: undecided, unknowns: [own], location: from.location }];
  }
  const parts = partsOf(own, addresses);
  const routes = parts.map((part) => natRoute(own, part));
  // Within one subnet no network ACL is asked: the gateway stands beside the nodes.
  const entry = own === from ? [] : aclChecks(own, "server", from.addresses.IPv4, anyReplies);
  return [...entry, ...aclChecks(own, "client", addresses, anyReplies), ...routes];
}

/** A NAT gateway in a subnet without an internet gateway, or behind another NAT gateway, leads nowhere. */
function natRoute(own: Subnet, part: RoutedPart): Check {
  const check = routeCheck(own, part, "IPv4");
  return part.target?.kind === "nat-gateway" ? { ...check, connections: nothing, unknowns: [] } : check;
}

/** Behind an internet gateway only a public address gets answers: that of the node, which pods share unless the CNI leaves theirs. */
function publicAddress({ networking }: AwsNetwork, { place }: Stand, subnet: Subnet): Check {
  const node = place.publicIp ?? subnet.publicIp;
  const { behindNode } = networking;
  const missing: readonly Unknown[] = unknownsIn(node, behindNode);
  const isOut = node === true && behindNode === true;
  const connections = isOut ? everything : node === false || behindNode === false ? nothing : undecided;
  const ground = { kind: "public-address", of: standName({ place, subnet, addresses: IpSet.none, families: [] }) } as const;
  return { layer: "routes", ground, connections, unknowns: connections === undecided ? missing : [], location: subnet.location };
}
