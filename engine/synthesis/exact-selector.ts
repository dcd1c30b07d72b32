import { type Cluster, controllerLabelKeys, isUnknown, type Labels, type LabelSelector, type Requirement, type Workload } from "../model";
import { selects } from "../selector";
import { IndexSet } from "../sets/index-set";

/** A selector for the pods of one workload, and whom else in its namespace it selects because nothing tells them apart. */
export interface ExactSelector {
  readonly selector: LabelSelector;
  /** Workloads the selector selects, or may select, although they are not meant. Empty: it is exact. */
  readonly others: readonly Workload[];
}

/** Labels that say what an application is, most telling first. */
const identityKeys: readonly string[] = [
  "app.kubernetes.io/name",
  "app",
  "k8s-app",
  "name",
  "app.kubernetes.io/component",
  "component",
  "tier",
  "role",
  "app.kubernetes.io/instance",
];

/** Labels that change with a release: used only where nothing else tells two workloads apart. */
const changingKeys: ReadonlySet<string> = new Set(["app.kubernetes.io/version", "version", "helm.sh/chart", "chart"]);

/** Labels that controllers put on single pods or single templates: a policy with one is wrong after the next rollout. */
const passingKeys: ReadonlySet<string> = new Set([...controllerLabelKeys, "rollouts-pod-template-hash"]);

/** Finds, for each workload of a cluster, the smallest set of lasting labels that no other workload of its namespace has. */
export class ExactSelectors {
  private readonly neighbourhoods = new Map<string, Neighbourhood>();

  constructor(private readonly cluster: Cluster) {}

  /** The workload's namespace must be known. */
  of(workload: Workload, namespace: string): ExactSelector {
    let neighbourhood = this.neighbourhoods.get(namespace);
    if (neighbourhood === undefined) {
      const isNear = (each: Workload): boolean => each.namespace === namespace || isUnknown(each.namespace);
      neighbourhood = new Neighbourhood(this.cluster.workloads.filter(isNear));
      this.neighbourhoods.set(namespace, neighbourhood);
    }
    return neighbourhood.selectorOf(workload);
  }
}

/** One condition that may become part of a selector. */
interface Condition {
  readonly requirement: Requirement;
  readonly cost: number;
  /** The neighbours it leaves in, or may leave in. */
  readonly leaves: IndexSet;
}

/** The workloads of one namespace, with those that may be in it. */
class Neighbourhood {
  private readonly answers = new Map<string, IndexSet>();
  private readonly keys: readonly string[];

  constructor(private readonly workloads: readonly Workload[]) {
    const keys = workloads.flatMap(({ labels }) => Object.keys(labels));
    this.keys = [...new Set(keys)].filter((key) => !passingKeys.has(key)).sort();
  }

  selectorOf(workload: Workload): ExactSelector {
    const conditions = this.conditionsOf(workload);
    const all = IndexSet.all(this.workloads.length);
    const closest = conditions.reduce((rest, { leaves }) => rest.intersect(leaves), all);
    const chosen = withEquality(cheapest(conditions, all, closest), conditions);
    const others = this.workloads.filter((each, index) => each !== workload && closest.has(index));
    return { selector: selectorOf(chosen), others };
  }

  /** What is certainly true of the workload, cheapest first. */
  private conditionsOf({ labels, unknownLabels }: Workload): readonly Condition[] {
    const requirements = this.keys.flatMap((key): readonly Requirement[] => {
      const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
      if (typeof value === "string") return [{ key, operator: "In", values: [value] }];
      return value === undefined && unknownLabels === undefined ? [{ key, operator: "DoesNotExist" }] : [];
    });
    return requirements
      .map((requirement) => ({ requirement, cost: costOf(requirement), leaves: this.leftBy(requirement) }))
      .sort((a, b) => a.cost - b.cost);
  }

  private leftBy(requirement: Requirement): IndexSet {
    const key = JSON.stringify(requirement);
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const selector = { matchExpressions: [requirement] };
    const left = this.workloads.flatMap(({ labels, unknownLabels }, i) => (selects(selector, labels, unknownLabels) === "no" ? [] : [i]));
    const answer = IndexSet.of(this.workloads.length, left);
    this.answers.set(key, answer);
    return answer;
  }
}

/** Two labels that say what the pod is are better than one that does not; the absence of a label says least that lasts. */
function costOf({ key, operator }: Requirement): number {
  const rank = identityKeys.indexOf(key);
  if (operator === "DoesNotExist") return 40;
  if (changingKeys.has(key)) return 100;
  return rank === -1 ? 30 : 10 + rank;
}

/** Steps after which the search keeps the best it has: namespaces need few, unless they are made to need many. */
const patience = 5_000;

/** The cheapest conditions that together leave only `goal`. */
function cheapest(conditions: readonly Condition[], all: IndexSet, goal: IndexSet): readonly Condition[] {
  let best = conditions;
  let bestCost = Infinity;
  let steps = 0;
  const search = (chosen: readonly Condition[], cost: number, left: IndexSet): void => {
    if (left.size === goal.size) {
      best = chosen;
      bestCost = cost;
      return;
    }
    const unwanted = firstOf(left.subtract(goal));
    for (const condition of conditions) {
      if (condition.leaves.has(unwanted)) continue;
      steps += 1;
      if (cost + condition.cost >= bestCost || (steps > patience && bestCost < Infinity)) return;
      search([...chosen, condition], cost + condition.cost, left.intersect(condition.leaves));
    }
  };
  search([], 0, all);
  return best;
}

function firstOf(set: IndexSet): number {
  let first = -1;
  set.forEach((member) => (first = first === -1 ? member : first));
  return first;
}

/** A selector of absences alone would take in whatever comes next without labels, so it names a label too where there is one. */
function withEquality(chosen: readonly Condition[], conditions: readonly Condition[]): readonly Condition[] {
  const isEquality = ({ requirement }: Condition): boolean => requirement.operator === "In";
  const first = conditions.find(isEquality);
  return chosen.some(isEquality) || first === undefined ? chosen : [first, ...chosen];
}

function selectorOf(conditions: readonly Condition[]): LabelSelector {
  const requirements = conditions.map(({ requirement }) => requirement).sort((a, b) => (a.key < b.key ? -1 : 1));
  const equal: Labels = Object.fromEntries(
    requirements.flatMap((each) => ("values" in each ? each.values.map((value) => [each.key, value] as const) : [])),
  );
  const absent = requirements.filter(({ operator }) => operator === "DoesNotExist");
  return {
    ...(Object.keys(equal).length === 0 ? {} : { matchLabels: equal }),
    ...(absent.length === 0 ? {} : { matchExpressions: absent }),
  };
}
