import { type Family, IpSet } from "../sets/ip-set";
import { addressesIn, type AwsNetwork } from "./aws-network";
import type { Subnet } from "./subnets";

/** Subnets of pods whose addresses a block of addresses meets: to a policy, an ipBlock on them is about pods and nodes too. */
export interface CoveredSubnet {
  readonly subnet: Subnet;
  /** Addresses of the subnet that are in the block. */
  readonly addresses: IpSet;
}

/** The subnets that pods and nodes run in, as far as a block of addresses meets them. Ranges that are not known are left out. */
export function coveredSubnets({ places, networking }: AwsNetwork, block: IpSet): readonly CoveredSubnet[] {
  const inUse = new Set(places.flatMap(({ subnets }) => subnets));
  return [...inUse].flatMap((subnet) => {
    const known = networking.podFamilies.filter((family) => subnet.unknownRanges[family] === undefined);
    const own = addressesIn(subnet, known);
    const addresses = own.subtract(reservedIn(own)).intersect(block);
    return addresses.isEmpty ? [] : [{ subnet, addresses }];
  });
}

const families: readonly Family[] = ["IPv4", "IPv6"];

/** The first four addresses and the last one of a subnet are AWS's own: its router and its resolver among them, and never a pod. */
const reservedIn = (range: IpSet): IpSet =>
  IpSet.unionOf(
    families.flatMap((family) =>
      range[family].intervals.map(([from, to]) => IpSet.range(family, from, from + 3n).union(IpSet.range(family, to, to))),
    ),
  );
