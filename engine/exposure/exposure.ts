import type { Verdict } from "../decision";
import type { Evaluation } from "../evaluation";
import { coverKinds, type Entry } from "./exposure-cover";
import { isolationOf } from "../isolation";
import { selectorOf } from "./label-values";
import { type Direction, type Flow, type Labels, type LabelSelector, protocols, type Unknown, type Value, type Workload } from "../model";
import { type NamespaceConnections, PresentExposure } from "./present-exposure";
import { type AddressConnections, type Connections, reachability } from "../reachability";
import type { Ternary } from "../selector";
import { nameOf } from "./unlisted-places";
import { UnlistedPods, type Tried, type UnlistedPod } from "./unlisted-pods";
import { verdict } from "../verdict";

/** What ends that are not in the input could exchange with workloads. */
export interface Exposure {
  readonly workloads: readonly WorkloadExposure[];
  /** The workloads that no NetworkPolicy isolates, for each direction. Those that one may isolate are not among them. */
  readonly notIsolated: Readonly<Record<Direction, readonly Workload[]>>;
}

/** What unlisted ends could do with one workload: to it (ingress), and it with them (egress). */
export interface WorkloadExposure extends Readonly<Record<Direction, DirectionExposure>> {
  readonly workload: Workload;
}

/** One direction of a workload's exposure. */
export interface DirectionExposure {
  /** Whether a NetworkPolicy isolates the workload; "maybe" where that is not known. */
  readonly isolated: Ternary;
  /** Every address that is no pod's is in exactly one entry: what it can exchange. */
  readonly addresses: readonly AddressConnections[];
  /** What pods that are there can exchange, by the other namespaces they are in. Namespaces that get nothing are left out. */
  readonly otherNamespaces: readonly NamespaceConnections[];
  /** What pods that do not exist yet could exchange: a pod gets the union of the entries that match it, and nothing else. */
  readonly unlisted: readonly UnlistedExposure[];
}

/** Pods that do not exist yet, by their labels and their namespace's, and what each of them could exchange at least. */
export interface UnlistedExposure {
  readonly namespaces: NamespaceScope;
  readonly pods: LabelSelector;
  readonly connections: Connections;
  /** A pod that would get exactly these connections. */
  readonly witness: Witness;
  /** Set when the labels were too many to tell apart: `connections` then holds for all pods of these namespaces as bounds. */
  readonly approximate?: Unknown;
}

/** Namespaces an entry speaks of. */
export interface NamespaceScope {
  /** Those that are there, by name. */
  readonly present: "all" | readonly Value<string>[];
  /** The labels of those that do not exist yet; `{}`: any. Absent: none. */
  readonly future?: LabelSelector;
}

/** A pod that shows what an entry says, with one flow of it and why that is possible. */
export interface Witness {
  readonly namespace: Value<string>;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
  readonly flow: Pick<Flow, "protocol" | "port">;
  readonly verdict: Verdict;
}

/**
 * What the internet, pods of other namespaces, and pods and namespaces that do not exist yet could do with workloads.
 *
 * Unlisted pods are on the pod network, and their addresses are not known, as those of listed pods may be. What an unlisted pod declares
 * as ports is not known either: what depends on a port's name is possible, not certain. A workload that is not part of the evaluated
 * cluster is a ModelError.
 *
 * @default every workload
 */
export function exposure(evaluation: Evaluation, of: Workload | "all" = "all"): Exposure {
  const workloads = of === "all" ? evaluation.cluster.workloads : [of];
  const unlisted = new UnlistedPods(evaluation);
  for (const workload of workloads) for (const direction of ["ingress", "egress"] as const) unlisted.plan(workload, direction);
  const reach = reachability(evaluation);
  const present = new PresentExposure(evaluation, workloads);
  const entries = new Map<Workload, Record<Direction, readonly UnlistedExposure[] | undefined>>();
  const unlistedOf = (workload: Workload, direction: Direction): readonly UnlistedExposure[] => {
    const representative = unlisted.representativeOf(workload, direction);
    const known = entries.get(representative) ?? { ingress: undefined, egress: undefined };
    entries.set(representative, known);
    return (known[direction] ??= unlistedExposure(unlisted.answersFor(representative, direction), representative, direction));
  };
  const inDirection = (workload: Workload, direction: Direction): DirectionExposure => ({
    isolated: isolationOf(evaluation, workload, direction),
    addresses: reach.withAddresses(workload, direction),
    otherNamespaces: present.of(workload, direction),
    unlisted: unlistedOf(workload, direction),
  });
  return {
    workloads: workloads.map((workload) => ({
      workload,
      ingress: inDirection(workload, "ingress"),
      egress: inDirection(workload, "egress"),
    })),
    notIsolated: { ingress: notIsolated(evaluation, workloads, "ingress"), egress: notIsolated(evaluation, workloads, "egress") },
  };
}

const notIsolated = (evaluation: Evaluation, workloads: readonly Workload[], direction: Direction): readonly Workload[] =>
  workloads.filter((workload) => isolationOf(evaluation, workload, direction) === "no");

function unlistedExposure({ evaluation, answers }: Tried, workload: Workload, direction: Direction): readonly UnlistedExposure[] {
  const presentCount = answers.filter(({ place }) => place.future === undefined).length;
  return coverKinds(answers).map((entry) => ({
    namespaces: {
      present: entry.present.length === presentCount ? "all" : entry.present.map(({ namespace }) => namespace),
      ...(entry.future === undefined ? {} : { future: selectorOf(entry.future) }),
    },
    pods: selectorOf(entry.cube),
    connections: entry.connections,
    witness: witnessOf(evaluation, entry, workload, direction),
    ...(entry.sample.approximate === undefined ? {} : { approximate: entry.sample.approximate }),
  }));
}

function witnessOf(evaluation: Evaluation, { sample, connections }: Entry<UnlistedPod>, workload: Workload, direction: Direction): Witness {
  const flow = firstOf(connections);
  const [subject, other] = [workload, sample.workload].map((each) => ({ kind: "workload", workload: each }) as const) as [
    Flow["from"],
    Flow["to"],
  ];
  const ends = direction === "egress" ? { from: subject, to: other } : { from: other, to: subject };
  const { place } = sample;
  return {
    namespace: nameOf(place),
    namespaceLabels: place.labels,
    labels: sample.labels,
    flow,
    verdict: verdict(evaluation, { ...ends, ...flow }),
  };
}

/** The first connection that is certain, else the first that is possible. */
function firstOf({ certain, possible }: Connections): Pick<Flow, "protocol" | "port"> {
  for (const set of [certain, possible]) {
    for (const protocol of protocols) {
      const port = set[protocol].intervals[0]?.[0];
      if (port !== undefined) return { protocol, port };
    }
  }
  throw new RangeError("an entry without connections says nothing");
}
