import { type LabelSelector, type Namespace, type PodsEnd, type Value, isUnknown } from "../model";
import { allOf, requirementsOf, selects, type Ternary } from "../selector";
import { type LabelCondition, negated, solve } from "./label-conditions";
import { matchesPattern } from "./pattern-text";

/** Pods nobody listed, by conditions on their labels, in a namespace that is there or in one that may be made. */
export interface LabelRegion {
  /** Absent: a namespace that is not there yet; conditions then speak of its labels too. */
  readonly namespace?: Namespace;
  readonly conditions: readonly LabelCondition[];
  /** Whether it is known that pods of these labels are meant. */
  readonly isCertain: boolean;
}

/** The label the API server sets on every namespace: its name. */
export const nameLabel = "kubernetes.io/metadata.name";

// Labels of pods and of namespaces are conditions on different things, so their keys are kept apart.
export const podPrefix = "pod ";
export const namespacePrefix = "namespace ";
const onPod = (condition: LabelCondition): LabelCondition => ({ ...condition, key: `${podPrefix}${condition.key}` });
const onNamespace = (condition: LabelCondition): LabelCondition => ({ ...condition, key: `${namespacePrefix}${condition.key}` });

/** Pods a selector selects, in a namespace that is there. */
export const presentRegion = (namespace: Namespace, pods: LabelSelector): LabelRegion => ({
  namespace,
  conditions: requirementsOf(pods).map(onPod),
  isCertain: true,
});

/** Pods a selector selects, in a namespace that can still be made: its name is none of those taken. */
export const futureRegion = (labels: LabelSelector, pods: LabelSelector, taken: readonly Value<string>[]): LabelRegion => ({
  conditions: [
    ...requirementsOf(pods).map(onPod),
    ...requirementsOf(labels).map(onNamespace),
    onNamespace({ key: nameLabel, operator: "Exists" }),
    onNamespace({ key: nameLabel, operator: "NotIn", values: taken.filter((name) => !isUnknown(name)) }),
  ],
  isCertain: true,
});

/** The part of a region that an end speaks of; `undefined`: none. */
export function within(region: LabelRegion, end: PodsEnd): LabelRegion | undefined {
  const { answer, conditions } = demandsOf(region, end);
  if (answer === "no") return undefined;
  return feasible({ ...region, conditions: [...region.conditions, ...conditions], isCertain: region.isCertain && answer === "yes" });
}

/** The parts of a region that none of the ends speaks of: for each end, one of its conditions is not met. */
export const outside = (region: LabelRegion, ends: readonly PodsEnd[]): readonly LabelRegion[] =>
  ends.reduce<readonly LabelRegion[]>((parts, end) => parts.flatMap((part) => beyond(part, end)), [region]);

function beyond(region: LabelRegion, end: PodsEnd): readonly LabelRegion[] {
  const { answer, conditions } = demandsOf(region, end);
  if (answer === "no") return [region];
  const cut = conditions.flatMap((each) => feasible({ ...region, conditions: [...region.conditions, negated(each)] }) ?? []);
  return answer === "yes" ? cut : [{ ...region, isCertain: false }, ...cut];
}

const feasible = (region: LabelRegion): LabelRegion | undefined => (solve(region.conditions) === undefined ? undefined : region);

/** Whether an end speaks of a namespace that is there. One it names by workload is there, and not one that is to come. */
export const namespaceAnswer = (namespace: Namespace, { namespace: wanted, workload }: PodsEnd): Ternary => {
  if (workload !== undefined) return "no";
  if (wanted === undefined || wanted === "*") return "yes";
  if (typeof wanted !== "string") return allOf([selects(wanted, namespace.labels, namespace.unknownLabels)]);
  return isUnknown(namespace.name) ? "maybe" : matchesPattern(wanted, namespace.name) ? "yes" : "no";
};

/** Whether an end speaks of the region at all, and what it asks of the labels there. */
function demandsOf(region: LabelRegion, end: PodsEnd): { readonly answer: Ternary; readonly conditions: readonly LabelCondition[] } {
  const pods = requirementsOf(end.pods ?? {}).map(onPod);
  if (region.namespace !== undefined) return { answer: namespaceAnswer(region.namespace, end), conditions: pods };
  if (end.workload !== undefined) return { answer: "no", conditions: [] };
  const { namespace = "*" } = end;
  if (typeof namespace !== "string") return { answer: "yes", conditions: [...pods, ...requirementsOf(namespace).map(onNamespace)] };
  if (namespace === "*") return { answer: "yes", conditions: pods };
  return { answer: "yes", conditions: [...pods, onNamespace({ key: nameLabel, operator: "Like", pattern: namespace })] };
}
