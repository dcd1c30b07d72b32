import { type Endpoint, shown, type Workload, workloadName } from "../model";
import type { Connections } from "../reachability";
import { cidrsOf } from "./cidrs";
import { IpSet } from "../sets/ip-set";
import type { ReportConnections, ReportEnd } from "./parts";

/** How many ranges a name may hold before the rest is counted. */
const rangesNamed = 3;

/** A workload as reports name it: see `workloadName`. */
export const workloadEnd = (workload: Workload): ReportEnd => ({
  kind: "workload",
  name: workloadName(workload),
  namespace: shown(workload.namespace),
  workloadKind: workload.kind,
});

/** Addresses as reports name them: every address there is, is called `internet`; of many ranges the first are named and the rest counted. */
export function addressesEnd(addresses: IpSet): ReportEnd {
  const cidrs = cidrsOf(addresses);
  const rest = cidrs.length - rangesNamed;
  const named = cidrs.slice(0, rangesNamed).join(", ");
  const name = addresses.isAll ? "internet" : rest > 0 ? `${named} and ${String(rest)} more` : named;
  return { kind: "addresses", name, cidrs };
}

/** Either end of a flow as reports name it. */
export const endpointEnd = (end: Endpoint): ReportEnd =>
  end.kind === "workload" ? workloadEnd(end.workload) : addressesEnd(IpSet.cidr(end.address));

/** Connections in words. */
export const connectionsText = ({ certain, possible }: Connections): ReportConnections => ({
  certain: certain.toString(),
  possible: possible.toString(),
});
