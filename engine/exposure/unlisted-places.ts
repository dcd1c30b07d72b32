import type { LabelCube } from "./label-cubes";
import { combinationLimit, cubeAt, labelAxes, labelChoices, tooMany } from "./label-grid";
import {
  type Cluster,
  isUnknown,
  type Labels,
  type LabelSelector,
  type Namespace,
  shown,
  unknown,
  type Unknown,
  type Value,
} from "../model";

/** The label the API server sets on every namespace: its name. */
const nameLabel = "kubernetes.io/metadata.name";

/** Where a pod nobody listed may turn up. */
export interface Place {
  readonly namespace: Value<string>;
  readonly labels: Labels;
  readonly unknownLabels?: Unknown;
  /** Set for a namespace that does not exist yet: what its labels stand for. */
  readonly future?: LabelCube;
}

/** Every namespace that is there, described or only named. */
export function presentPlaces({ namespaces, workloads, policies, services }: Cluster): readonly Place[] {
  const places = new Map<string, Place>();
  for (const { name, labels, unknownLabels } of namespaces) {
    places.set(JSON.stringify(name), { namespace: name, labels, ...(unknownLabels === undefined ? {} : { unknownLabels }) });
  }
  for (const { namespace } of [...workloads, ...policies, ...services]) {
    const key = JSON.stringify(namespace);
    if (!places.has(key)) places.set(key, { namespace, labels: {}, unknownLabels: unknown(`labels of namespace ${shown(namespace)}`) });
  }
  return [...places.values()];
}

/** The namespaces that may be created, for one list of selectors after the other. */
export class FuturePlaces {
  private readonly taken: ReadonlySet<string>;
  private readonly known = new Map<string, readonly Place[]>();

  constructor(present: readonly Place[]) {
    this.taken = new Set(present.flatMap(({ namespace }) => (isUnknown(namespace) ? [] : [namespace])));
  }

  /** One for each way their labels can answer the selectors. */
  answering(selectors: readonly LabelSelector[]): readonly Place[] {
    const deciding = selectors.filter((each) => !this.asksForTakenName(each));
    const key = JSON.stringify(deciding);
    const known = this.known.get(key) ?? this.placesFor(deciding, `future-${String(this.known.size)}`);
    this.known.set(key, known);
    return known;
  }

  /** A namespace cannot be created under a name that is taken. */
  private asksForTakenName({ matchLabels = {} }: LabelSelector): boolean {
    const name = matchLabels[nameLabel];
    return name !== undefined && !isUnknown(name) && this.taken.has(name);
  }

  private placesFor(selectors: readonly LabelSelector[], stem: string): readonly Place[] {
    const { taken } = this;
    // A namespace cannot be created under a name that is taken, and always has one.
    const axes = labelAxes(selectors, (key, value) => key !== nameLabel || (value !== undefined && !taken.has(value)));
    const choices = labelChoices(axes, combinationLimit);
    const mentioned = axes.filter(({ key }) => key === nameLabel).flatMap(({ blocks }) => blocks.flatMap(({ values }) => values.values));
    const names = freshNames(stem, [...taken, ...mentioned]);
    if (choices === undefined) {
      const name = names(0);
      return [{ namespace: name, labels: { [nameLabel]: name }, unknownLabels: tooMany(axes), future: new Map() }];
    }
    return choices.map(({ at, labels }, n) => {
      const name = names(n);
      // Several are tried under one name that is asked for: only their label says it.
      const label = labels[nameLabel];
      return {
        namespace: name,
        labels: { ...labels, [nameLabel]: mentioned.includes(label ?? name) ? (label ?? name) : name },
        future: cubeAt(axes, at),
      };
    });
  }
}

/** The name a namespace has, or would have. */
export const nameOf = ({ namespace, labels, future }: Place): Value<string> =>
  future === undefined ? namespace : (labels[nameLabel] ?? namespace);

/** For namespaces that do not exist yet, others that no policy tells from them; so few have to be tried. */
export class StandIns {
  private readonly known = new Map<string, Place>();
  private readonly stem: string;

  constructor(cluster: Cluster) {
    this.stem = unusedName(cluster);
  }

  /** A place that is there stands for itself. */
  for(place: Place): Place {
    if (place.future === undefined) return place;
    const { labels, unlabelled } = withName(place, "");
    const key = JSON.stringify([labels, unlabelled, place.unknownLabels]);
    const name = `${this.stem}-${String(this.known.size)}`;
    const known = this.known.get(key) ?? { ...place, namespace: name, labels: withName(place, name).labels };
    this.known.set(key, known);
    return known;
  }
}

/** The labels of a namespace under another name. What its label says where that was asked for is kept: then its name is not what counts. */
function withName({ namespace, labels }: Place, name: string): { readonly labels: Labels; readonly unlabelled: boolean } {
  const unlabelled = labels[nameLabel] === namespace;
  return { labels: unlabelled ? { ...labels, [nameLabel]: name } : labels, unlabelled };
}

/** A name with which no name in the cluster begins, and which no policy mentions. */
function unusedName(cluster: Cluster): string {
  const written = JSON.stringify([cluster.policies, cluster.clusterPolicies, presentPlaces(cluster)]);
  let stem = "namespace-to-come";
  while (written.includes(stem)) stem += "-x";
  return stem;
}

/** Names that none of those in use begins with. */
function freshNames(wanted: string, used: readonly string[]): (n: number) => string {
  let stem = wanted;
  while (used.some((name) => name.startsWith(stem))) stem += "-x";
  return (n) => `${stem}-${String(n)}`;
}

/** The namespaces to add to a cluster, so that pods can be tried in them. */
export const namespaceOf = ({ namespace, labels, unknownLabels }: Place): Namespace => ({
  name: namespace,
  labels,
  ...(unknownLabels === undefined ? {} : { unknownLabels }),
});
