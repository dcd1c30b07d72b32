import { isUnknown } from "../model";
import { type IpSet } from "../sets/ip-set";
import { addressesIn, type AwsNetwork, vpcAddresses } from "./aws-network";
import { routable } from "./internet-egress";
import { linkLocal } from "./layers";
import type { NetworkAcl } from "./network-acls";

/** Addresses in parts each of which the network treats as one: no check of `layersOf` tells two addresses of a part from each other. */
export function alikeAddresses(network: AwsNetwork, addresses: IpSet): readonly IpSet[] {
  const families = (["IPv4", "IPv6"] as const).map((family) => addresses.ofFamily(family));
  return distinct(bordersIn(network)).reduce<readonly IpSet[]>(
    (parts, border) => parts.flatMap((part) => [part.intersect(border), part.subtract(border)].filter((each) => !each.isEmpty)),
    families.filter((each) => !each.isEmpty),
  );
}

/** Every set of addresses that some check looks at. */
const bordersIn = (network: AwsNetwork): readonly IpSet[] => [
  linkLocal,
  routable,
  vpcAddresses(network),
  network.services.certain,
  network.services.possible,
  ...[...network.groups.values()].flatMap(({ rules }) => rules.map((rule) => rule.addresses)),
  ...network.subnets.flatMap((subnet) => [
    addressesIn(subnet, ["IPv4", "IPv6"]),
    ...(isUnknown(subnet.acl) ? [] : addressesOfAcl(subnet.acl)),
    ...(isUnknown(subnet.routes) ? [] : subnet.routes.routes.flatMap(({ destination }) => (isUnknown(destination) ? [] : [destination]))),
  ]),
];

const addressesOfAcl = ({ rules }: NetworkAcl): readonly IpSet[] =>
  rules.flatMap(({ certain, possible }) => [...certain.entries, ...possible.entries].map(({ addresses }) => addresses));

const distinct = (sets: readonly IpSet[]): readonly IpSet[] => [...new Map(sets.map((set) => [set.toString(), set])).values()];
