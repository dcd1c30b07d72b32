import type { Endpoint, Workload } from "../model";
import type { Connections, Reachability } from "../reachability";
import { type ConnectionSet } from "../sets/connection-set";
import { IpSet } from "../sets/ip-set";
import type { CniFlow, CniReachability } from "./answers";
import type { DivergenceEnd, DivergentPair } from "./divergence";

/** One end of a pair: as it is asked about, and as it is shown. */
export interface ComparedEnd {
  readonly asked: Endpoint;
  readonly shown: Workload | IpSet;
}

/** What flows otherwise between two ends than the specification says. Undefined: nothing does. */
export function pairDifference(
  specified: Reachability,
  cni: CniReachability,
  from: ComparedEnd,
  to: ComparedEnd,
): DivergentPair | undefined {
  const wanted = specified.connections(from.asked, to.asked);
  const enforced = cni.connections(from.asked, to.asked);
  const opened = enforced.certain.subtract(wanted.possible);
  const closed = wanted.certain.subtract(enforced.possible);
  const undecided = openOf(enforced).subtract(openOf(wanted));
  const witness = closed.first ?? opened.first ?? undecided.first;
  if (witness === undefined) return undefined;
  const flow: CniFlow = { from: from.asked, to: to.asked, ...witness };
  const has = (set: ConnectionSet): boolean => set.has(witness.protocol, witness.port);
  return {
    from: endOf(from.shown),
    to: endOf(to.shown),
    opened,
    closed,
    undecided,
    witness: {
      flow,
      specification: has(wanted.certain) ? "allowed" : "denied",
      vpcCni: has(enforced.certain) ? "allowed" : has(enforced.possible) ? "undecided" : "denied",
    },
  };
}

/** What is possible and not certain. */
const openOf = ({ certain, possible }: Connections): ConnectionSet => possible.subtract(certain);

const endOf = (end: Workload | IpSet): DivergenceEnd =>
  end instanceof IpSet ? { kind: "addresses", addresses: end } : { kind: "workload", workload: end };

/** A workload as an end. */
export const workloadSide = (workload: Workload): ComparedEnd => ({ asked: { kind: "workload", workload }, shown: workload });
