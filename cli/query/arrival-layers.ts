import { parseAddress } from "../../engine";
import { type Outcome, workloadName } from "../../engine/model";
import { type ExplainReport } from "../../engine/report";
import { listed } from "../../outputs/sentences";
import type { ClusterState } from "../analysis";
import { enforcedCluster } from "./cni";
import type { Moment } from "./explained-moment";
import { type Arrival, isLeftOut } from "./service-arrival";

/**
 * What the VPC CNI makes of a client that enters through a Service, by the address pods see. Nothing is said of the AWS network, which sees
 * packets to a load balancer or a node, never to the pods.
 */
export function arrivalLayers(state: ClusterState, arrival: Arrival, { service }: Moment): ExplainReport["layers"] {
  if (isLeftOut(arrival)) return [];
  const { cni, facts } = enforcedCluster(state);
  const specified = new Map(service?.backends.map(({ workload, outcome }) => [workload, outcome]));
  const enforced = outcomesByWorkload(arrival, cni.entry(arrival.to.ref)[arrival.place]?.arrivals ?? []);
  const told = [...enforced].filter(([workload, outcome]) => facts !== undefined || specified.get(workload) !== outcome);
  return (["allowed", "denied", "undecided"] as const).flatMap((outcome) => {
    const names = told.flatMap(([workload, each]) => (each === outcome ? [workload] : []));
    if (names.length === 0) return [];
    const { protocol, port } = arrival.asked;
    return [{ layer: "vpc-cni" as const, outcome, message: `${protocol} ${String(port)} through the Service, at ${listed(names)}` }];
  });
}

type CniArrivals = ReturnType<ReturnType<typeof enforcedCluster>["cni"]["entry"]>[number]["arrivals"];

function outcomesByWorkload({ door, client }: Arrival, arrivals: CniArrivals): ReadonlyMap<string, Outcome> {
  const isSeen = ({ addresses }: CniArrivals[number]): boolean => door.seenAs !== "client" || addresses.contains(parseAddress(client));
  const seen = arrivals.filter(isSeen).map((each) => ({ ...each, name: workloadName(each.workload) }));
  const names = new Set(seen.map(({ name }) => name));
  return new Map(
    [...names].map((name) => [
      name,
      commonOutcome(
        door,
        seen.filter((each) => each.name === name),
      ),
    ]),
  );
}

/** Any node may be the way in. One that nobody described may be the pod's own, from which nothing is denied. */
function commonOutcome({ seenAs }: Arrival["door"], arrivals: CniArrivals): Outcome {
  const [only = "undecided", ...others] = new Set(arrivals.map(({ vpcCni }) => vpcCni));
  const isNodeMissing = seenAs !== "client" && arrivals.some(({ node }) => node === undefined);
  return others.length > 0 || (only === "denied" && isNodeMissing) ? "undecided" : only;
}
