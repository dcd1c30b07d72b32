import { type Evaluation, type IpSet, reachability } from "../../engine";
import type { Direction, Workload } from "../../engine/model";
import { addressesEnd, connectionsText, listConnections, type ListedConnection, type ReportEnd, workloadEnd } from "../../engine/report";
import { Failure } from "../failure";
import type { Focus } from "./focus";

/** What to list. */
export interface ListRequest {
  /** Ends at least one of which must be part of a connection. @default all */
  readonly focus?: Focus;
  /** Seen from the ends in focus. @default both */
  readonly direction?: "in" | "out";
  readonly podsOnly: boolean;
}

/** More connections than this are no list that anybody reads, and more than a text can hold. */
export const mostListed = 250_000;

/** Every pair between which something may flow. More than `most` are a Failure, before any is made. */
export function listedConnections(evaluation: Evaluation, request: ListRequest, most = mostListed): readonly ListedConnection[] {
  const { focus, direction, podsOnly } = request;
  refuseTooMany(countPairs(evaluation, request), most);
  const workloads = focus?.workloads;
  const found =
    workloads?.size === 0
      ? []
      : listConnections(evaluation, {
          ...(workloads === undefined ? {} : { focus: (each: Workload) => workloads.has(each) }),
          ...(direction === undefined ? {} : { direction }),
          podsOnly,
        });
  return [...found, ...(focus?.addresses ?? []).flatMap((addresses) => withAddresses(evaluation, addresses, direction))];
}

function refuseTooMany(count: number, most: number): void {
  if (count <= most) return;
  throw new Failure(
    `${count.toLocaleString("en")} connections between workloads are more than a list can show (${most.toLocaleString("en")}); narrow it with \`--focus\`, or count them with \`netpol matrix --by namespace\``,
  );
}

/** How many pairs of workloads would be listed, without making a line for any. */
function countPairs(evaluation: Evaluation, { focus, direction }: ListRequest): number {
  const map = reachability(evaluation);
  const isIn = (workload: Workload): boolean => focus === undefined || focus.workloads.has(workload);
  return evaluation.cluster.workloads.reduce((sum, from) => {
    const asSource = direction !== "in" && isIn(from);
    const lists = asSource || direction !== "out" ? map.from(from) : [];
    return sum + lists.reduce((count, { to }) => count + (asSource || focus === undefined ? to.length : to.filter(isIn).length), 0);
  }, 0);
}

/** What workloads exchange with addresses somebody asked for. Seen from the addresses: in is to them. */
function withAddresses(
  evaluation: Evaluation,
  asked: Focus["addresses"][number],
  direction: "in" | "out" | undefined,
): readonly ListedConnection[] {
  const map = reachability(evaluation);
  const directions: readonly Direction[] = direction === undefined ? ["egress", "ingress"] : direction === "in" ? ["egress"] : ["ingress"];
  return evaluation.cluster.workloads.flatMap((workload) =>
    directions.flatMap((each) =>
      map.withAddresses(workload, each).flatMap(({ addresses, connections }): readonly ListedConnection[] => {
        const common = addresses.intersect(asked.set);
        if (common.isEmpty || connections.possible.isEmpty) return [];
        const [mine, other] = [workloadEnd(workload), namedAddresses(common, asked)];
        return [
          { ...(each === "egress" ? { from: mine, to: other } : { from: other, to: mine }), connections: connectionsText(connections) },
        ];
      }),
    ),
  );
}

/** The name they were asked for by, as long as all of them are meant. */
const namedAddresses = (found: IpSet, { name, set }: Focus["addresses"][number]): ReportEnd =>
  found.equals(set) ? { ...addressesEnd(found), name } : addressesEnd(found);
