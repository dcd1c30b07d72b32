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
 * those of a fresh evaluation; where only policies changed, and mention no label, port name or address block that none mentioned before,
 * hardly anything is computed again.
 */
export function update(evaluation: Evaluation, cluster: Cluster): Evaluation {
  const { universe, table, profile } = evaluation;
  if (!isSameGround(evaluation.cluster, cluster) || !universe.serves(cluster)) return evaluate(cluster, profile);
  return { cluster, universe, table, profile, interpretations: evaluation.interpretations.map((each) => each.revised(cluster)) };
}

/** Whether all but the policies is the same. */
const isSameGround = (before: Cluster, after: Cluster): boolean =>
  before.workloads === after.workloads &&
  before.namespaces === after.namespaces &&
  before.nodes === after.nodes &&
  before.unknownNodes === after.unknownNodes &&
  before.podCidrs === after.podCidrs;

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
