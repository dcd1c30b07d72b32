import { isUnknown, type Json, type Unknown } from "../model";
import { IpSet } from "../sets/ip-set";
import { argument, blockIn } from "./arguments";
import type { ResourceIndex } from "./resource-index";
import { addressesOf } from "./security-groups";

/** Addresses of Services. A node translates them to addresses of pods before anything of AWS sees them. */
export interface ServiceAddresses {
  /** The ranges that clusters are given. */
  readonly certain: IpSet;
  /** Those, and the ranges that EKS may choose where none is given. */
  readonly possible: IpSet;
}

/** What EKS chooses from for each family (EKS user guide, "Kubernetes network configuration"). */
const chosenByEks = {
  IPv4: IpSet.unionOf([IpSet.cidr("10.100.0.0/16"), IpSet.cidr("172.20.0.0/16")]),
  IPv6: IpSet.cidr("fc00::/7"),
} as const;

/** Where a range that is not known can be at all. */
const privateRanges = IpSet.unionOf(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map((each) => IpSet.cidr(each)));

/** The ranges of Services of every cluster of the input. */
export function serviceAddresses(index: ResourceIndex): ServiceAddresses {
  const ranges = index.ofType(["aws_eks_cluster"]).map(({ values }) => {
    const network = blockIn(values, "kubernetes_network_config");
    const [v4, v6, family] = ["service_ipv4_cidr", "service_ipv6_cidr", "ip_family"].map((name) =>
      network === undefined ? undefined : argument(network, name),
    );
    return [v4Range(v4, family), v6Range(v6, family)];
  });
  const all = ranges.flat();
  return { certain: IpSet.unionOf(all.map(({ certain }) => certain)), possible: IpSet.unionOf(all.map(({ possible }) => possible)) };
}

function v4Range(range: Json | undefined, family: Json | undefined): ServiceAddresses {
  const read = rangeOf(range);
  if (read === undefined) return maybe(family === "ipv6" ? IpSet.none : chosenByEks.IPv4);
  return isUnknown(read) ? maybe(privateRanges) : { certain: read, possible: read };
}

/** Nobody can choose it: AWS does, and tells once the cluster is there. */
function v6Range(range: Json | undefined, family: Json | undefined): ServiceAddresses {
  const read = rangeOf(range);
  if (read !== undefined && !isUnknown(read)) return { certain: read, possible: read };
  return maybe(family === "ipv6" || isUnknown(family) ? chosenByEks.IPv6 : IpSet.none);
}

const rangeOf = (range: Json | undefined): IpSet | Unknown | undefined =>
  range === undefined || range === "" ? undefined : addressesOf(range);

const maybe = (possible: IpSet): ServiceAddresses => ({ certain: IpSet.none, possible });
