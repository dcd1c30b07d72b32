import type { PolicyRef } from "../decision";
import type { Causes } from "./diff";
import type { Evaluation } from "../evaluation";
import {
  type Cluster,
  type Direction,
  controllerLabelKeys,
  isAlike,
  isUnknown,
  type Labels,
  type Namespace,
  type Workload,
} from "../model";
import { type PolicyDifference, policyDifferences, type PolicyDifferences } from "./policy-differences";
import { workloadKey } from "./workload-identity";

/** Finds what made two ends connect otherwise than before. Equal lists are mostly one list: there can be millions of pairs. */
export class DiffCauses {
  private readonly all: readonly PolicyDifference[];
  private readonly before: ChangedPolicies;
  private readonly after: ChangedPolicies;
  private readonly namespaces: readonly string[];
  private readonly old: ReadonlyMap<string, Workload>;
  private readonly fresh: ReadonlyMap<string, Workload>;
  private readonly applying: Readonly<Record<Direction, Map<Workload, readonly PolicyRef[]>>> = { ingress: new Map(), egress: new Map() };
  private readonly lists = new Map<string, readonly PolicyRef[]>();
  private readonly joined = new Map<readonly PolicyRef[], Map<readonly PolicyRef[], Causes>>();
  private readonly changed = new Map<Workload, boolean>();

  constructor(before: Evaluation, after: Evaluation) {
    const differences = policyDifferences(before.cluster, after.cluster);
    this.all = [...differences.clusterPolicies, ...differences.networkPolicies];
    this.before = new ChangedPolicies(before, "before", differences, this.all);
    this.after = new ChangedPolicies(after, "after", differences, this.all);
    this.namespaces = changedNamespaces(before.cluster, after.cluster);
    const byKey = ({ workloads }: Cluster) => new Map(workloads.map((workload) => [workloadKey(workload), workload]));
    this.old = byKey(before.cluster);
    this.fresh = byKey(after.cluster);
  }

  of(from: Workload | undefined, to: Workload | undefined): Causes {
    const causes = this.withPolicies(this.policiesAt(from, "egress"), this.policiesAt(to, "ingress"));
    const workloads = [from, to === from ? undefined : to].filter((end) => end !== undefined && this.isChanged(end));
    return workloads.length === 0 ? causes : { ...causes, workloads: workloads as readonly Workload[] };
  }

  private withPolicies(sent: readonly PolicyRef[], entering: readonly PolicyRef[]): Causes {
    const others = this.joined.get(sent) ?? new Map<readonly PolicyRef[], Causes>();
    this.joined.set(sent, others);
    const known = others.get(entering);
    if (known !== undefined) return known;
    const causes: Causes = { policies: [...new Set([...sent, ...entering])], workloads: [], namespaces: this.namespaces };
    others.set(entering, causes);
    return causes;
  }

  /** Policies that differ and apply to the workload in this direction, before or after. */
  private policiesAt(workload: Workload | undefined, direction: Direction): readonly PolicyRef[] {
    if (workload === undefined) return nobody;
    const known = this.applying[direction].get(workload);
    if (known !== undefined) return known;
    const key = workloadKey(workload);
    const places = [...this.before.at(this.old.get(key), direction), ...this.after.at(this.fresh.get(key), direction)];
    const rising = [...new Set(places)].sort((a, b) => a - b);
    const policies = this.lists.get(rising.join()) ?? rising.map((place) => (this.all[place] as PolicyDifference).policy);
    this.lists.set(rising.join(), policies);
    this.applying[direction].set(workload, policies);
    return policies;
  }

  private isChanged(workload: Workload): boolean {
    const known = this.changed.get(workload);
    if (known !== undefined) return known;
    const key = workloadKey(workload);
    const [old, fresh] = [this.old.get(key), this.fresh.get(key)];
    const isChanged = old === undefined || fresh === undefined || (!isAlike(old, fresh) && content(old) !== content(fresh));
    this.changed.set(workload, isChanged);
    return isChanged;
  }
}

const nobody: readonly PolicyRef[] = [];

type Sort = keyof PolicyDifferences;

/** The policies of one cluster that the other does not have alike: which of them apply to whom. */
class ChangedPolicies {
  /** By the policy's place in the cluster's list, the place in the list of all differences. */
  private readonly places: Readonly<Record<Sort, ReadonlyMap<number, number>>>;

  constructor(
    private readonly evaluation: Evaluation,
    side: "before" | "after",
    differences: PolicyDifferences,
    all: readonly PolicyDifference[],
  ) {
    const numbers = new Map(all.map((difference, number) => [difference, number]));
    const placesOf = (sort: Sort): ReadonlyMap<number, number> =>
      new Map(differences[sort].flatMap((each) => (each[side] === undefined ? [] : [[each[side], numbers.get(each) as number] as const])));
    this.places = { networkPolicies: placesOf("networkPolicies"), clusterPolicies: placesOf("clusterPolicies") };
  }

  /** The places, among all differences, of policies that apply to a workload in a direction, or may, in any interpretation. */
  at(workload: Workload | undefined, direction: Direction): readonly number[] {
    const { universe, interpretations } = this.evaluation;
    const { networkPolicies, clusterPolicies } = this.places;
    if (workload === undefined || networkPolicies.size + clusterPolicies.size === 0) return [];
    const found: number[] = [];
    for (const group of universe.groups.ofWorkload(workload)) {
      for (const each of interpretations) {
        const applies = each.appliesTo(group, direction);
        for (const { policy } of applies.networkPolicies) found.push(...placeIn(networkPolicies, policy));
        for (const { policy } of applies.clusterPolicies) found.push(...placeIn(clusterPolicies, policy));
      }
    }
    return found;
  }
}

function placeIn(places: ReadonlyMap<number, number>, policy: number): readonly number[] {
  const place = places.get(policy);
  return place === undefined ? [] : [place];
}

/**
 * What of a workload matters to policies; where it is written, and who else has its name, does not. Nor do labels of its controller that are
 * not known: they are there for selectors that ask for them, so that they come and go with policies.
 */
function content(workload: Workload): string {
  const labels = Object.entries(workload.labels).filter(([key, value]) => !isUnknown(value) || !controllerLabelKeys.includes(key));
  return JSON.stringify({ ...workload, labels, location: undefined, replicas: undefined, sharesName: undefined });
}

/** Namespaces that are described otherwise than before, by name. */
function changedNamespaces(before: Cluster, after: Cluster): readonly string[] {
  const labelsOf = ({ namespaces }: Cluster): ReadonlyMap<string, Labels> =>
    new Map(
      namespaces.flatMap(({ name, labels, unknownLabels }: Namespace) =>
        isUnknown(name) ? [] : [[name, { ...labels, ...(unknownLabels === undefined ? {} : { "?": unknownLabels }) }]],
      ),
    );
  const [old, fresh] = [labelsOf(before), labelsOf(after)];
  const sorted = (labels: Labels | undefined): string => JSON.stringify(Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
  return [...new Set([...old.keys(), ...fresh.keys()])].filter((name) => sorted(old.get(name)) !== sorted(fresh.get(name)));
}
