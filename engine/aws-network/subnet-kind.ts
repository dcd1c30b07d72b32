import { isUnknown } from "../model";
import { IpSet } from "../sets/ip-set";
import { routed } from "./route-tables";
import type { Subnet } from "./subnets";

/** A subnet by what its own route to all addresses leads to. */
export type SubnetKind = "public" | "private" | "isolated" | "unknown";

/** Public: by an internet gateway. Private: out only, by a NAT or an egress-only gateway. Isolated: not at all. */
export function kindOfSubnet({ routes }: Subnet): SubnetKind {
  if (isUnknown(routes)) return "unknown";
  const parts = routed(routes, IpSet.all);
  if (parts.some(({ target }) => target?.kind === "internet-gateway")) return "public";
  if (parts.some(({ uncertain, target }) => uncertain !== undefined || target?.kind === "other")) return "unknown";
  return parts.some(({ target }) => target?.kind === "nat-gateway" || target?.kind === "egress-only-gateway") ? "private" : "isolated";
}
