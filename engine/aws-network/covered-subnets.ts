import type { IpSet } from "../sets/ip-set";
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
  const own = new Set(places.flatMap(({ subnets }) => subnets));
  return [...own].flatMap((subnet) => {
    const known = networking.podFamilies.filter((family) => subnet.unknownRanges[family] === undefined);
    const addresses = addressesIn(subnet, known).intersect(block);
    return addresses.isEmpty ? [] : [{ subnet, addresses }];
  });
}
