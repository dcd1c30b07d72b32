import { type Evaluation, update } from "../evaluation";
import { type Direction, isUnknown, type Workload } from "../model";

/** A cluster with pods added that are not in the input, to see what would become of them. */
export interface Probes {
  readonly evaluation: Evaluation;
  /** A pod without labels, in each namespace that holds workloads or policies. */
  readonly inNamespace: ReadonlyMap<string, Workload>;
  /** A pod without labels in a namespace that does not exist yet. */
  readonly stranger: Workload;
}

/** The label that the API server sets on every namespace, to its name. */
export const nameLabel = "kubernetes.io/metadata.name";

/** Namespaces that every cluster has, whether the input shows them or not. */
export const systemNamespaces: readonly string[] = ["default", "kube-system", "kube-public", "kube-node-lease"];

const known = new WeakMap<Evaluation, Probes>();

/** The probes of an evaluation, added when first asked for. */
export function probesOf(evaluation: Evaluation): Probes {
  const found = known.get(evaluation) ?? newProbes(evaluation);
  known.set(evaluation, found);
  return found;
}

function newProbes(evaluation: Evaluation): Probes {
  const { cluster } = evaluation;
  const names = new Set([...cluster.workloads, ...cluster.policies].flatMap(({ namespace }) => (isUnknown(namespace) ? [] : [namespace])));
  const inNamespace = new Map([...names].map((name) => [name, probe(name)]));
  const elsewhere = freshName([...names, ...cluster.namespaces.map(({ name }) => (isUnknown(name) ? "" : name))]);
  const stranger = probe(elsewhere);
  const namespaces = [...cluster.namespaces, { name: elsewhere, labels: { [nameLabel]: elsewhere } }];
  const workloads = [...cluster.workloads, stranger, ...inNamespace.values()];
  return { evaluation: update(evaluation, { ...cluster, namespaces, workloads }), inNamespace, stranger };
}

const probe = (namespace: string): Workload => ({
  kind: "Pod",
  namespace,
  name: "any-other-pod",
  labels: {},
  ports: [],
  hostNetwork: false,
});

function freshName(taken: readonly string[]): string {
  let name = "any-other-namespace";
  while (taken.includes(name)) name += "-x";
  return name;
}

/** How far policy closes a pod in a direction against pods nobody thought of. */
export type Closure =
  /** A NetworkPolicy isolates it, or nothing is left for a stranger. */
  | "closed"
  /** Nothing isolates it, and a stranger may do anything. */
  | "open"
  /** In between: a tier denies some ports, or it is not known. */
  | "unclear";

/** How far policy closes a workload of the probed cluster, in every reading. */
export function closureOf({ evaluation, stranger }: Probes, workload: Workload, direction: Direction): Closure {
  const { universe, interpretations, table } = evaluation;
  const [other] = universe.groups.ofWorkload(stranger);
  const each = universe.groups.ofWorkload(workload).flatMap((group) =>
    interpretations.map((interpretation): Closure => {
      const { networkPolicies } = interpretation.appliesTo(group, direction);
      if (networkPolicies.some(({ isCertain }) => isCertain)) return "closed";
      const { certain, possible } = interpretation.row(group, direction);
      const index = other?.index ?? group.index;
      if (possible.at(index) === table.none) return "closed";
      return networkPolicies.length === 0 && certain.at(index) === table.all ? "open" : "unclear";
    }),
  );
  return each.every((closure) => closure === each[0]) ? (each[0] ?? "unclear") : "unclear";
}
