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

/** Finds what made two ends connect otherwise than before. */
export class DiffCauses {
  private readonly differences: PolicyDifferences;
  private readonly namespaces: readonly string[];
  private readonly old: ReadonlyMap<string, Workload>;
  private readonly fresh: ReadonlyMap<string, Workload>;
  private readonly applying: Readonly<Record<Direction, Map<Workload, readonly PolicyRef[]>>> = { ingress: new Map(), egress: new Map() };
  private readonly changed = new Map<Workload, boolean>();

  constructor(
    private readonly before: Evaluation,
    private readonly after: Evaluation,
  ) {
    this.differences = policyDifferences(before.cluster, after.cluster);
    this.namespaces = changedNamespaces(before.cluster, after.cluster);
    const byKey = ({ workloads }: Cluster) => new Map(workloads.map((workload) => [workloadKey(workload), workload]));
    this.old = byKey(before.cluster);
    this.fresh = byKey(after.cluster);
  }

  of(from: Workload | undefined, to: Workload | undefined): Causes {
    const ends = [from, to].filter((end) => end !== undefined);
    const policies = [
      ...(from === undefined ? [] : this.policiesAt(from, "egress")),
      ...(to === undefined ? [] : this.policiesAt(to, "ingress")),
    ];
    return {
      policies: [...new Set(policies)],
      workloads: [...new Set(ends)].filter((end) => this.isChanged(end)),
      namespaces: this.namespaces,
    };
  }

  /** Policies that differ and apply to the workload in this direction, before or after. */
  private policiesAt(workload: Workload, direction: Direction): readonly PolicyRef[] {
    const known = this.applying[direction].get(workload);
    if (known !== undefined) return known;
    const key = workloadKey(workload);
    const { networkPolicies, clusterPolicies } = this.differences;
    const before = appliedTo(this.before, this.old.get(key), direction);
    const after = appliedTo(this.after, this.fresh.get(key), direction);
    const isApplied = (sort: "networkPolicies" | "clusterPolicies") => (each: PolicyDifference) =>
      (each.before !== undefined && before[sort].has(each.before)) || (each.after !== undefined && after[sort].has(each.after));
    const found = [...clusterPolicies.filter(isApplied("clusterPolicies")), ...networkPolicies.filter(isApplied("networkPolicies"))];
    const policies = found.map(({ policy }) => policy);
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

interface AppliedPlaces {
  readonly networkPolicies: ReadonlySet<number>;
  readonly clusterPolicies: ReadonlySet<number>;
}

/** The places of the policies that apply to a workload in a direction, or may, in any interpretation. */
function appliedTo({ universe, interpretations }: Evaluation, workload: Workload | undefined, direction: Direction): AppliedPlaces {
  const groups = workload === undefined ? [] : universe.groups.ofWorkload(workload);
  const lists = groups.flatMap((group) => interpretations.map((each) => each.appliesTo(group, direction)));
  const places = (sort: "networkPolicies" | "clusterPolicies") => new Set(lists.flatMap((list) => list[sort].map(({ policy }) => policy)));
  return { networkPolicies: places("networkPolicies"), clusterPolicies: places("clusterPolicies") };
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
