import type { Verdict } from "../decision";
import type { Evaluation } from "../evaluation";
import { ExposureWords } from "./exposure-words";
import { isolationOf } from "../isolation";
import { type Direction, directions, type Flow, type Labels, type LabelSelector, type Unknown, type Value, type Workload } from "../model";
import { type NamespaceConnections, PresentExposure } from "./present-exposure";
import { type AddressConnections, type Connections, reachability } from "../reachability";
import type { Ternary } from "../selector";
import { TrialGround } from "./trial-ground";
import { type Plan, TrialPlans } from "./trial-plans";
import { UnlistedPods } from "./unlisted-pods";

/*
 * How it is found what pods that do not exist yet could exchange with a workload, for all of them and exactly.
 *
 * There are endlessly many such pods, but policies tell few of them apart: they look at a pod only through the namespace it is in and through
 * the selectors that they write. So one pod of each kind is made up, asked about like any other, and the answers are put into words again.
 * For one workload and one direction, say ingress:
 *
 * 1. Places (`unlisted-places.ts`). A pod turns up in a namespace that is there, or in one to come; of those there is one for each way in
 *    which labels of new namespaces can answer the selectors. `place-sorts.ts` finds the places that the workload's policies speak of, and
 *    which of their selectors matter there. About pods at all other places they say one and the same.
 * 2. Kinds (`label-grid.ts`, `pod-kinds.ts`). Each label key that selectors ask for is an axis, cut into blocks of values that none of them
 *    tells apart; a kind of pods is a block of each axis. The workload's policies cut the axes in one way (`pod-trials.ts`), the policies of
 *    the pods' own namespace in another (`pod-homes.ts`); together they give the kinds. More than 1,024 are not told apart: then one pod of
 *    unknown labels stands for all of them, and the entry says so.
 * 3. Trials (`trial-plans.ts`, `trial-ground.ts`). All pods for all workloads are asked for first. Then they are added to a copy of the
 *    cluster in one go, and its rows are computed at their places alone: no policy is read here but by the code that reads it for pods that
 *    are there. The policies of the workload say one sequence of answers, the pods' own say another; sequences are numbers
 *    (`pair-numbers.ts`), so that workloads under the same policies say the same number, and so do namespaces with the same policies.
 * 4. Meeting (`exchanges.ts`). What both let through, kind by kind, is worked out once for every two numbers that meet. Kinds that get the same
 *    are put together (`alike-places.ts`), and places where this leads to the same answers are alike from then on.
 * 5. Words (`exposure-cover.ts`, `exposure-words.ts`). A kind and its answer are a statement, with labels made as wide as it stays true at the
 *    place. Its entry names every place where it is true; entries that broader ones explain together are dropped. So a pod gets the union of
 *    the entries that match it, and the pod an entry was found with gets exactly that.
 *
 * What it costs. Steps 1 to 4 grow with policies, namespaces and the pairs of numbers that meet. Step 5 holds each statement of a workload
 * against the alike places of that workload, once for workloads of which all places say the same. Statements and entries are nearly as many, and
 * each entry says something that no others say together, so the time grows with what is found: some 40 µs for an entry on the machine of
 * docs/performance.md. A cluster of 10,000 workloads under 10,000 random policies in 1,000 namespaces has more than half a million of them, which
 * name twenty namespaces each; a cluster of a quarter of that size has a ninth of the entries. Meeting (4) takes a fifth of the time, statements (5) and the
 * garbage collector more than a quarter each, rows of made-up pods most of the rest. Who needs few workloads asks for these.
 */

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
  /** Worked out when it is first asked for. */
  readonly verdict: Verdict;
}

/**
 * What the internet, pods of other namespaces, and pods and namespaces that do not exist yet could do with workloads.
 *
 * Unlisted pods are on the pod network, and their addresses are not known, as those of listed pods may be. What an unlisted pod declares
 * as ports is not known either: what depends on a port's name is possible, not certain. A workload that is not part of the evaluated
 * cluster is a ModelError. To ask about several workloads at once costs less than one after the other.
 *
 * @default every workload
 */
export function exposure(evaluation: Evaluation, of: Workload | readonly Workload[] | "all" = "all"): Exposure {
  const workloads = of === "all" ? evaluation.cluster.workloads : isOne(of) ? [of] : of;
  if (workloads.length === 0) return { workloads: [], notIsolated: { ingress: [], egress: [] } };
  const unlistedOf = unlistedExposures(evaluation, workloads);
  const reach = reachability(evaluation);
  const present = new PresentExposure(evaluation, workloads);
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

const isOne = (of: Workload | readonly Workload[]): of is Workload => "kind" in of;

const notIsolated = (evaluation: Evaluation, workloads: readonly Workload[], direction: Direction): readonly Workload[] =>
  workloads.filter((workload) => isolationOf(evaluation, workload, direction) === "no");

/** What pods that do not exist could exchange with workloads, worked out once for those that no policy tells apart. */
export function unlistedExposures(
  evaluation: Evaluation,
  workloads: readonly Workload[],
  wanted: readonly Direction[] = directions,
): (workload: Workload, direction: Direction) => readonly UnlistedExposure[] {
  const ground = new TrialGround(evaluation);
  const plans = new TrialPlans(ground);
  for (const workload of workloads) for (const direction of wanted) plans.of(workload, direction);
  const unlisted = new UnlistedPods(ground, plans);
  const words = new ExposureWords(evaluation, ground.answers, unlisted.cubes, plans.present);
  const found = new Map<Plan, readonly UnlistedExposure[]>();
  return (workload, direction) => {
    const plan = plans.of(workload, direction);
    const known = found.get(plan) ?? unlisted.entries(plan).map((entry) => words.of(entry, plan));
    found.set(plan, known);
    return known;
  };
}
