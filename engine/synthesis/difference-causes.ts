import type { Cover, CoveredFlow } from "./flow-cover";
import type { Workload } from "../model";
import type { Difference, Link, ProvenEnd } from "./prove-exactly";
import { IpSet } from "../sets/ip-set";

/** The part of a difference that one flow speaks about. */
export interface Attribution {
  readonly difference: Difference;
  readonly flow: CoveredFlow;
  readonly part: Link;
}

/** Sorts differences by the flows whose ends take them in, meant or not. */
export function attribute(differences: readonly Difference[], flows: readonly CoveredFlow[]): readonly Attribution[] {
  const index = { from: new Map<Workload, CoveredFlow[]>(), to: new Map<Workload, CoveredFlow[]>() };
  for (const flow of flows) {
    for (const side of sides) for (const workload of workloadsOf(flow[side])) append(index[side], workload, flow);
  }
  return differences.flatMap((difference) => {
    // One end at least is a workload: nothing is claimed about flows between addresses.
    const { from, to } = difference;
    const near = from.kind === "workload" ? index.from.get(from.workload) : to.kind === "workload" ? index.to.get(to.workload) : [];
    return (near ?? []).flatMap((flow) => {
      const part = partOf(difference, flow);
      return part === undefined ? [] : [{ difference, flow, part }];
    });
  });
}

/** The flows of which everything is denied, so that no rule is of any use. Name resolution, which is asked for in general, is never one. */
export function futileFlows(missing: readonly Attribution[]): ReadonlySet<CoveredFlow> {
  const denied = new Map<CoveredFlow, Link[]>();
  for (const { difference, flow, part } of missing) {
    const isWhole = flow.flow !== undefined && part.connections.equals(flow.connections) && difference.verdict.outcome === "denied";
    if (isWhole && isMeant(flow.from, part.from) && isMeant(flow.to, part.to)) append(denied, flow, part);
  }
  return new Set([...denied].filter(([flow, parts]) => takesAll(flow, parts)).map(([flow]) => flow));
}

/** The two ends are one pair of workloads, or all addresses of the block are among the parts. */
function takesAll({ from, to }: CoveredFlow, parts: readonly Link[]): boolean {
  const block = from.kind === "addresses" ? from.block : to.kind === "addresses" ? to.block : undefined;
  const outside = parts.flatMap((part) => [part.from, part.to]).flatMap((end) => (end.kind === "addresses" ? [end.addresses] : []));
  return block === undefined || block.addresses.isSubsetOf(outside.reduce((a, b) => a.union(b), IpSet.none));
}

/** Whether a flow names the end, and not only takes it in. */
export const isMeant = (cover: Cover, end: ProvenEnd): boolean =>
  end.kind === "addresses" ? cover.kind === "addresses" : cover.kind === "pods" && cover.meant.includes(end.workload);

/** Both sides of a flow. */
export const sides = ["from", "to"] as const;

const workloadsOf = (cover: Cover): readonly Workload[] => (cover.kind === "pods" ? [...cover.meant, ...cover.others] : cover.others);

function partOf(difference: Difference, flow: CoveredFlow): Link | undefined {
  const [from, to] = [within(difference.from, flow.from), within(difference.to, flow.to)];
  const connections = difference.connections.intersect(flow.connections);
  return from === undefined || to === undefined || connections.isEmpty ? undefined : { from, to, connections };
}

function within(end: ProvenEnd, cover: Cover): ProvenEnd | undefined {
  if (end.kind === "workload") return workloadsOf(cover).includes(end.workload) ? end : undefined;
  const addresses = cover.kind === "addresses" ? end.addresses.intersect(cover.block.addresses) : IpSet.none;
  return addresses.isEmpty ? undefined : { kind: "addresses", addresses };
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [value]);
  else known.push(value);
}
