import { ConnectionTable } from "./rows/connection-table";
import { Interpretation } from "./interpretation";
import type { Cluster } from "./model";
import { familiesOf, type PodGroup } from "./matching/pod-groups";
import { PodIndex } from "./matching/pod-index";
import type { Profile, Reading } from "./profile";
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
  const universe = new Universe(cluster);
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
  const { table, profile, cluster: before } = evaluation;
  const universe = isSameGround(before, cluster) ? evaluation.universe.revised(before, cluster) : undefined;
  if (universe === undefined) return evaluate(cluster, profile);
  const interpretations = universe === evaluation.universe ? evaluation.interpretations : moved(evaluation, cluster, universe);
  if (interpretations === undefined) return evaluate(cluster, profile);
  return { cluster, universe, table, profile, interpretations: interpretations.map((each) => each.revised(cluster)) };
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

/** Whether all that cannot be carried along is the same. */
const isSameGround = (before: Cluster, after: Cluster): boolean =>
  before.nodes === after.nodes && before.unknownNodes === after.unknownNodes && before.podCidrs === after.podCidrs;

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
