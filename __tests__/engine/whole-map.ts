import { type Evaluation, reachability } from "../../engine";
import type { Workload } from "../../engine/model";

/** Everything there is to say about pairs and addresses. */
export function wholeMap(evaluation: Evaluation): readonly string[] {
  const all = reachability(evaluation);
  const nameOf = ({ namespace, name }: Workload): string => JSON.stringify([namespace, name]);
  return evaluation.cluster.workloads
    .flatMap((from) => [
      ...all
        .from(from)
        .flatMap(({ to, connections: { certain, possible } }) =>
          to.map((each) => `${nameOf(from)} ${nameOf(each)} ${certain.toString()} ${possible.toString()}`),
        ),
      ...(["ingress", "egress"] as const).flatMap((direction) =>
        all
          .withAddresses(from, direction)
          .map(
            ({ addresses, connections: { certain, possible } }) =>
              `${nameOf(from)} ${direction} ${addresses.toString()} ${certain.toString()} ${possible.toString()}`,
          ),
      ),
    ])
    .sort();
}
