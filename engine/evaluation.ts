import { ConnectionTable } from "./rows/connection-table";
import { Interpretation } from "./interpretation";
import type { Cluster } from "./model";
import { familiesOf, type PodGroup } from "./matching/pod-groups";
import { PodIndex } from "./matching/pod-index";
import type { Profile, Reading } from "./profile";
import { isSameGround, SharedObjects } from "./matching/shared-objects";
import { Universe } from "./matching/universe";

/** A cluster made ready for questions: ends sorted into classes, selectors answered, nothing computed twice. */
export interface Evaluation {
  readonly cluster: Cluster;
  readonly universe: Universe;
  readonly table: ConnectionTable;
  readonly profile: Profile;
  /** One for each consistent reading of what can be read in several ways; mostly there is just one. */
  readonly interpretations: readonly Interpretation[];
}

/**
 * Makes a cluster ready for questions. Everything else in the engine starts from here.
 *
 * An address or CIDR in the model that is none, or a port outside 1 to 65535, is a ModelError; inputs refuse such objects when they read them.
 */
export function evaluate(cluster: Cluster, profile: Profile = {}): Evaluation {
  return evaluatedOver(new Universe(cluster), cluster, profile);
}

function evaluatedOver(universe: Universe, cluster: Cluster, profile: Profile): Evaluation {
  const table = new ConnectionTable();
  const pods = new PodIndex(cluster, universe);
  const readings = readingsOf(universe.groups.all, profile);
  const interpretations = readings.map((reading) => Interpretation.of(reading, cluster, universe, table, pods));
  return { cluster, universe, table, profile, interpretations };
}

/**
 * The evaluation of a cluster that is mostly the one evaluated before: objects that did not change must be the same objects. The answers are
 * those of a fresh evaluation.
 *
 * Policies, workloads and namespaces that are other objects, gone or new cost little: what was worked out before is kept, and looked at again,
 * when it is asked for, only at the pod groups that changed. Everything is evaluated afresh where
 * - nodes or pod ranges changed;
 * - address blocks of a new policy begin or end where none did before;
 * - more than 512 pod groups changed since the last fresh evaluation, as when a new policy asks for a label that most pods have, or there are
 *   more groups by a sixteenth than there were then;
 * - host networking, or pods of a second address family, come up or are no longer there.
 */
export function update(evaluation: Evaluation, cluster: Cluster): Evaluation {
  return revised(evaluation, cluster) ?? evaluate(cluster, evaluation.profile);
}

function revised(evaluation: Evaluation, cluster: Cluster): Evaluation | undefined {
  const { table, profile, cluster: before } = evaluation;
  const universe = isSameGround(before, cluster) ? evaluation.universe.revised(before, cluster) : undefined;
  if (universe === undefined) return undefined;
  const interpretations = universe === evaluation.universe ? evaluation.interpretations : moved(evaluation, cluster, universe);
  if (interpretations === undefined) return undefined;
  return { cluster, universe, table, profile, interpretations: interpretations.map((each) => each.revised(cluster)) };
}

/** Two clusters, of which one became the other. */
export interface EvaluatedChange {
  readonly before: Evaluation;
  readonly after: Evaluation;
}

/**
 * Evaluates a cluster before and after a change. Objects that say the same in both, wherever they are written, are worked out once: where the
 * two have most of their objects in common, this takes little longer than one evaluation. The answers are those of two evaluations.
 */
export function evaluateChange(before: Cluster, after: Cluster, profile: Profile = {}): EvaluatedChange {
  const shared = new SharedObjects(before, after);
  if (!shared.areMost) return { before: evaluate(before, profile), after: evaluate(after, profile) };
  // Told apart as in both, so that nothing is to be told apart anew.
  const first = evaluatedOver(Universe.alsoFor(before, shared.onlyNewPolicies), before, profile);
  return { before: first, after: update(renamed(first, shared), after) };
}

/**
 * The evaluation of a cluster, made from that of one it has most objects in common with. Undefined: it has not, or there is more to be told
 * apart; to evaluate it afresh takes no longer.
 */
export function carriedOver(before: Evaluation, after: Cluster): Evaluation | undefined {
  const shared = new SharedObjects(before.cluster, after);
  return shared.areMost ? revised(renamed(before, shared), after) : undefined;
}

/** The evaluation of a cluster whose objects are exchanged for others that say the same. */
function renamed(
  { universe, interpretations, ...evaluation }: Evaluation,
  { before: cluster, workloads, policies }: SharedObjects,
): Evaluation {
  const same = universe.renamed(cluster, workloads);
  return { ...evaluation, cluster, universe: same, interpretations: interpretations.map((each) => each.renamed(cluster, same, policies)) };
}

/** The interpretations over other pods, under the policies before. Undefined: the cluster is to be read otherwise than before. */
function moved({ profile, interpretations }: Evaluation, cluster: Cluster, universe: Universe): readonly Interpretation[] | undefined {
  const readings = readingsOf(universe.groups.all, profile);
  const [first] = interpretations;
  const isReadAlike =
    readings.length === interpretations.length && readings.every((reading, at) => isSameReading(reading, interpretations[at]?.reading));
  if (first === undefined || !isReadAlike) return undefined;
  const pods = first.pods.revised(cluster, universe);
  return interpretations.map((each) => each.moved(cluster, universe, pods));
}

const isSameReading = (one: Reading, other: Reading | undefined): boolean =>
  one.hostNetwork === other?.hostNetwork && one.family === other.family;

/**
 * The interpretations that speak about these two ends: those of an address family both have. All of them when one end is no pod, since only
 * pods have several families, and when the two have none in common.
 */
export function applicable(
  { interpretations }: Evaluation,
  from: PodGroup | undefined,
  to: PodGroup | undefined,
): readonly Interpretation[] {
  if (from === undefined || to === undefined || interpretations.every(({ reading }) => reading.family === undefined))
    return interpretations;
  const families = familiesOf(from).filter((family) => familiesOf(to).includes(family));
  if (families.length === 0) return interpretations;
  return interpretations.filter(({ reading }) => reading.family === undefined || families.includes(reading.family));
}

function readingsOf(groups: readonly PodGroup[], { hostNetwork = "undecided" }: Profile): readonly Reading[] {
  const isDualStack = new Set(groups.flatMap(({ addresses }) => addresses.map(({ family }) => family))).size > 1;
  const hasHostNetworked = groups.some((group) => group.hostNetwork !== "no");
  const hostReadings = hostNetwork !== "undecided" ? [hostNetwork] : hasHostNetworked ? (["pod", "node"] as const) : (["pod"] as const);
  return hostReadings.flatMap((each): readonly Reading[] =>
    isDualStack ? (["IPv4", "IPv6"] as const).map((family) => ({ hostNetwork: each, family })) : [{ hostNetwork: each }],
  );
}
