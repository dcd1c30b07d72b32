import { type Cluster, isUnknown, type Labels, type Unknown, type Workload } from "../model";
import type { Ternary } from "../selector";
import { IndexSet } from "../sets/index-set";

/** A label that has one of some values. */
export interface LabelCondition {
  readonly key: string;
  readonly values: readonly string[];
}

/** Workloads by what they have in common. */
export type WorkloadDescription =
  | { readonly kind: "every-workload" }
  /** All that is given must hold; something is given. */
  | {
      readonly kind: "labelled";
      /** In one of these namespaces. */
      readonly namespaces?: readonly string[];
      readonly namespaceLabel?: LabelCondition;
      readonly label?: LabelCondition;
    }
  /** By name: nothing else tells it from others. */
  | { readonly kind: "workload"; readonly workload: Workload };

type Labelled = Extract<WorkloadDescription, { readonly kind: "labelled" }>;

/** One condition, with the workloads that meet it and those that may. */
interface Atom {
  readonly description: Labelled;
  readonly certain: IndexSet;
  readonly possible: IndexSet;
}

/** Describes sets of a cluster's workloads by namespace and label, exactly: no other workload of the cluster fits. */
export class WorkloadDescriptions {
  private readonly places: readonly Atom[];
  private readonly labels: readonly Atom[];

  constructor(private readonly cluster: Cluster) {
    this.places = [...this.namespaceAtoms(), ...this.namespaceLabelAtoms()];
    this.labels = this.labelAtoms();
  }

  /** Descriptions that together fit exactly the workloads at these places of the cluster's list. */
  of(members: readonly number[]): readonly WorkloadDescription[] {
    const { workloads } = this.cluster;
    if (members.length === 0) return [];
    if (members.length === workloads.length) return [{ kind: "every-workload" }];
    const wanted = IndexSet.of(workloads.length, members);
    const chosen: Labelled[] = [];
    let left = wanted;
    for (const { description, certain } of this.candidates(wanted).sort((a, b) => b.certain.size - a.certain.size)) {
      if (left.intersect(certain).size < 2) continue;
      chosen.push(description);
      left = left.subtract(certain);
    }
    const named = [...left.members()].map((index): WorkloadDescription => ({ kind: "workload", workload: workloads[index] as Workload }));
    return [...joined(chosen), ...named];
  }

  /** Conditions, and pairs of one about the namespace and one about the pods, that fit wanted workloads only. Simple ones come first. */
  private candidates(wanted: IndexSet): Atom[] {
    const near = (atoms: readonly Atom[]): readonly Atom[] => atoms.filter(({ possible }) => possible.intersects(wanted));
    const isExact = ({ certain, possible }: Atom): boolean =>
      certain.size === possible.size && certain.size > 1 && isSubset(certain, wanted);
    const [places, labels] = [near(this.places), near(this.labels)];
    const open = (atoms: readonly Atom[]): readonly Atom[] => atoms.filter((atom) => !isExact(atom));
    const pairs = open(places).flatMap((place) => open(labels).map((label) => both(place, label)));
    return [...places, ...labels, ...pairs].filter(isExact);
  }

  private namespaceAtoms(): readonly Atom[] {
    const names = new Set(this.cluster.workloads.map(({ namespace }) => namespace).filter((name): name is string => !isUnknown(name)));
    return [...names].map((name) =>
      this.atom({ kind: "labelled", namespaces: [name] }, ({ namespace }) =>
        isUnknown(namespace) ? "maybe" : namespace === name ? "yes" : "no",
      ),
    );
  }

  private namespaceLabelAtoms(): readonly Atom[] {
    const namespaces = new Map(this.cluster.namespaces.map((namespace) => [namespace.name, namespace]));
    const pairs = pairsOf(this.cluster.namespaces).filter(([key]) => key !== "kubernetes.io/metadata.name");
    return pairs.map(([key, value]) =>
      this.atom({ kind: "labelled", namespaceLabel: { key, values: [value] } }, (workload) => {
        const namespace = namespaces.get(workload.namespace);
        return namespace === undefined ? "maybe" : has(namespace, key, value);
      }),
    );
  }

  private labelAtoms(): readonly Atom[] {
    return pairsOf(this.cluster.workloads)
      .map(([key, value]) => this.atom({ kind: "labelled", label: { key, values: [value] } }, (workload) => has(workload, key, value)))
      .filter(({ certain }) => certain.size > 1);
  }

  private atom(description: Labelled, fits: (workload: Workload) => Ternary): Atom {
    const { workloads } = this.cluster;
    const answers = workloads.map(fits);
    const where = (...wanted: readonly Ternary[]): IndexSet =>
      IndexSet.of(
        workloads.length,
        [...answers.keys()].filter((index) => wanted.includes(answers[index] as Ternary)),
      );
    return { description, certain: where("yes"), possible: where("yes", "maybe") };
  }
}

interface Labelable {
  readonly labels: Labels;
  readonly unknownLabels?: Unknown;
}

function has({ labels, unknownLabels }: Labelable, key: string, value: string): Ternary {
  const mine = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (mine === undefined) return unknownLabels === undefined ? "no" : "maybe";
  return isUnknown(mine) ? "maybe" : mine === value ? "yes" : "no";
}

/** Every label with every value it has, in the order met. */
function pairsOf(objects: readonly Labelable[]): readonly (readonly [key: string, value: string])[] {
  const found = new Map<string, readonly [string, string]>();
  for (const { labels } of objects) {
    for (const [key, value] of Object.entries(labels)) if (!isUnknown(value)) found.set(JSON.stringify([key, value]), [key, value]);
  }
  return [...found.values()];
}

const isSubset = (inner: IndexSet, outer: IndexSet): boolean => inner.subtract(outer).isEmpty;

const both = (place: Atom, label: Atom): Atom => ({
  description: { ...place.description, ...label.description },
  certain: place.certain.intersect(label.certain),
  possible: place.possible.intersect(label.possible),
});

/** Two descriptions that differ in the values of one condition only are one with the values of both. */
function joined(descriptions: readonly Labelled[]): readonly Labelled[] {
  let list = [...descriptions];
  for (const part of ["namespaces", "namespaceLabel", "label"] as const) {
    const groups = new Map<string, Labelled>();
    for (const description of list) {
      const key = JSON.stringify([part, keyOf(description[part]), { ...description, [part]: null }]);
      const known = groups.get(key);
      groups.set(key, known === undefined ? description : { ...known, ...together(part, known, description) });
    }
    list = [...groups.values()];
  }
  return list;
}

/** What must be equal for two values of one part to be joined: the label they are about. */
const keyOf = (part: Labelled["namespaces"] | LabelCondition): string | null =>
  part === undefined ? null : "key" in part ? part.key : "namespaces";

function together(part: "namespaces" | "namespaceLabel" | "label", one: Labelled, other: Labelled): Partial<Labelled> {
  if (part === "namespaces") return { namespaces: [...new Set([...(one.namespaces ?? []), ...(other.namespaces ?? [])])] };
  const [mine, others] = [one[part], other[part]];
  if (mine === undefined || others === undefined) return {};
  return { [part]: { key: mine.key, values: [...new Set([...mine.values, ...others.values])] } };
}
