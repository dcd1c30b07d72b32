import { isUnknown, unknown, type Value } from "../model";
import { ConnectionSet } from "../sets/connection-set";
import type { Family, IpSet } from "../sets/ip-set";
import { PortSet } from "../sets/port-set";
import type { AwsNetwork } from "./aws-network";
import { aclChecks, anyReplies, type Check, connectionsWhen, groupCheck, nothing, undecided, unknownsIn } from "./checks";
import { answerOf, type Hop, type NetworkAnswer, type Stand, standName, stands, unknownSubnetChecks } from "./hops";
import { routed } from "./route-tables";
import type { Subnet } from "./subnets";

const families = ["IPv4", "IPv6"] as const;

/** Ports that Services of type NodePort get unless the API server is told otherwise. */
export const nodePorts: ConnectionSet = ConnectionSet.of("TCP", PortSet.of(30_000, 32_767)).union(
  ConnectionSet.of("UDP", PortSet.of(30_000, 32_767)),
);

/** What addresses outside can open towards a node itself: node ports, and pods on the network of their node. Certain is what every source can. */
export const internetToNode = (network: AwsNetwork, sources: IpSet): NetworkAnswer => entering(network, sources, nodeAddress);

/** What addresses outside can open towards a pod's own address. IPv4 addresses of pods are private: nothing outside a VPC can name them. */
export const internetToPod = (network: AwsNetwork, sources: IpSet): NetworkAnswer => entering(network, sources, podAddress);

type AddressCheck = (stand: Stand, subnet: Subnet, family: Family) => readonly Check[];

function entering(network: AwsNetwork, sources: IpSet, addressed: AddressCheck): NetworkAnswer {
  const asked = families.filter((family) => !sources.ofFamily(family).isEmpty);
  return answerOf(stands(network).flatMap((stand) => asked.map((family) => entry(network, stand, sources.ofFamily(family), addressed))));
}

function entry(network: AwsNetwork, stand: Stand, sources: IpSet, addressed: AddressCheck): Hop {
  const { subnet, place } = stand;
  const family = familyOf(sources);
  const group = groupCheck(network.groups, { of: place.name, groups: place.groups }, "ingress", { addresses: sources });
  const rest =
    subnet === undefined
      ? unknownSubnetChecks(network, stand)
      : [...aclChecks(subnet, "server", sources, anyReplies), ...publicRoute(subnet, sources), ...addressed(stand, subnet, family)];
  return { from: "the internet", to: standName(stand), checks: [group, ...rest] };
}

const familyOf = (addresses: IpSet): Family => (addresses.IPv4.isEmpty ? "IPv6" : "IPv4");

/** Only a subnet that answers through an internet gateway can be entered from outside. */
export function publicRoute(subnet: Subnet, sources: IpSet): readonly Check[] {
  const { routes, name, location } = subnet;
  if (isUnknown(routes)) {
    return [
      { layer: "routes", ground: { kind: "route", subnet: name, target: "other" }, connections: undecided, unknowns: [routes], location },
    ];
  }
  return routed(routes, sources).map(({ target, uncertain }) => {
    const answers =
      target?.kind === "internet-gateway" ? true : target?.kind === "other" ? unknown(`what is behind \`${target.name}\``) : false;
    const value: Value<boolean> = uncertain ?? answers;
    const ground = {
      kind: "route",
      subnet: name,
      target: target?.kind ?? "none",
      ...(target === undefined ? {} : { name: target.name }),
    } as const;
    return { layer: "routes", ground, connections: connectionsWhen(value), unknowns: unknownsIn(value), location: routes.location };
  });
}

/** Every IPv6 address is public; a node has a public IPv4 address when its subnet or its launch template gives it one. */
function nodeAddress(stand: Stand, subnet: Subnet, family: Family): readonly Check[] {
  if (family === "IPv6") return [];
  const value = stand.place.publicIp ?? subnet.publicIp;
  const ground = { kind: "public-address", of: standName(stand) } as const;
  return [{ layer: "routes", ground, connections: connectionsWhen(value), unknowns: unknownsIn(value), location: subnet.location }];
}

function podAddress({ families: spoken }: Stand, { location }: Subnet, family: Family): readonly Check[] {
  if (family === "IPv4") return [{ layer: "routes", ground: { kind: "private-pods" }, connections: nothing, unknowns: [], location }];
  if (spoken.length === 1 && spoken[0] === family) return [];
  const value: Value<boolean> = spoken.length > 1 ? unknown("the address family of the cluster") : false;
  return [
    { layer: "routes", ground: { kind: "family", family }, connections: connectionsWhen(value), unknowns: unknownsIn(value), location },
  ];
}
