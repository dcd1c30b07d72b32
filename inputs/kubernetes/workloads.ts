import { controllerLabelKeys, isUnknown, type Location, type Pod, type Value, type Workload } from "../../engine/model";
import { jobKeys } from "./controller-labels";
import type { Controller } from "./controllers";
import { type Owner, ownerKey, rootOwner } from "./owners";
import { type PodTemplate, templateKey } from "./pod-template";
import type { PodObject } from "./pods";

/** Pods of one owner that no policy can tell apart. */
interface Group {
  readonly template: PodTemplate;
  readonly pods: Pod[];
  readonly location: Location;
}

/** Everything the input says about the pods of one topmost owner. */
interface Family {
  readonly owner: Owner;
  root?: Controller;
  /** By template key. */
  readonly groups: Map<string, Group>;
}

/**
 * The workloads of a cluster: one for each topmost owner, or several with a `variant` when its pods differ in labels or ports, as in a rollout.
 * A template that has no pods yet is a workload without `pods`.
 *
 * @param asked the keys of labels that controllers set and selectors ask for: such labels are among those of templates without pods.
 */
export function assembleWorkloads(
  given: readonly Controller[],
  pods: readonly PodObject[],
  asked: ReadonlySet<string>,
): readonly Workload[] {
  const controllers = given.map((controller) => withAddedLabels(controller, asked));
  const families = new Map<string, Family>();
  const owners = new Map(controllers.map((controller) => [ownerKey(controller), controller.owner]));
  const familyOf = (owner: Owner, template: PodTemplate): Family => {
    const root = rootOwner(owner, template.labels, owners);
    const family = families.get(ownerKey(root)) ?? { owner: root, groups: new Map<string, Group>() };
    families.set(ownerKey(root), family);
    return family;
  };
  const bare: Workload[] = [];
  for (const controller of controllers) addController(familyOf(controller, controller.template), controller);
  for (const pod of pods) {
    if (pod.owner === undefined) bare.push(barePod(pod));
    else addPod(familyOf(pod.owner, pod.template), pod);
  }
  return [...[...families.values()].flatMap(workloadsOf), ...bare];
}

/** A template as its pods will be: what their controller sets, it sets over what the template says. What is known is always said. */
function withAddedLabels(controller: Controller, asked: ReadonlySet<string>): Controller {
  const { template, added } = controller;
  const labels = Object.entries(added).filter(([key, value]) => !isUnknown(value) || (asked.has(key) && !isKnownAlready(template, key)));
  return labels.length === 0
    ? controller
    : { ...controller, template: { ...template, labels: { ...template.labels, ...Object.fromEntries(labels) } } };
}

/** The template of a Job that runs has the labels it was given: what only the cluster knew is known from there. */
const isKnownAlready = ({ labels }: PodTemplate, key: string): boolean => jobKeys.has(key) && Object.hasOwn(labels, key);

function addController(family: Family, controller: Controller): void {
  if (ownerKey(family.owner) === ownerKey(controller)) family.root = controller;
  // A ReplicaSet scaled to nothing is an older version kept for rollback.
  else if (controller.replicas !== 0) groupOf(family, controller.template, controller.location);
}

function addPod(family: Family, { template, pod, location }: PodObject): void {
  const group = groupOf(family, template, location);
  if (pod !== undefined) group.pods.push(pod);
}

function groupOf({ groups }: Family, template: PodTemplate, location: Location): Group {
  const key = templateKey(template);
  const group = groups.get(key) ?? { template, pods: [], location };
  groups.set(key, group);
  return group;
}

function barePod({ namespace, name, template, pod, location }: PodObject): Workload {
  return { kind: "Pod", namespace, name, ...template, replicas: 1, ...(pod === undefined ? {} : { pods: [pod] }), location };
}

function workloadsOf(family: Family): readonly Workload[] {
  const { owner, root } = family;
  const groups = [...family.groups.values()];
  const represented = root === undefined || groups.some((group) => wasMadeFrom(group.template, root.template));
  const all: readonly Group[] = represented ? groups : [{ template: root.template, pods: [], location: root.location }, ...groups];
  const names = variantNames(all);
  return all.map(({ template, pods, location }, index): Workload => {
    const replicas = replicasOf(root, pods, all.length);
    const variant = names[index];
    return {
      kind: owner.kind,
      namespace: owner.namespace,
      name: owner.name,
      ...template,
      ...(replicas === undefined ? {} : { replicas }),
      ...(pods.length === 0 ? {} : { pods }),
      ...(variant === undefined ? {} : { variant }),
      location: root?.location ?? location,
    };
  });
}

/** How many pods are wanted; with several variants nobody says how many of each. Pods that are there run, whatever is wanted. */
function replicasOf(root: Controller | undefined, pods: readonly Pod[], variants: number): Value<number> | undefined {
  const wanted = root?.replicas;
  if (wanted === 0 && pods.length > 0) return pods.length;
  return variants === 1 ? wanted : undefined;
}

function withoutControllerLabels({ labels, ...rest }: PodTemplate): PodTemplate {
  const kept = Object.entries(labels).filter(([key]) => !controllerLabelKeys.includes(key));
  return { ...rest, labels: Object.fromEntries(kept) };
}

const wasMadeFrom = (pod: PodTemplate, template: PodTemplate): boolean =>
  templateKey(withoutControllerLabels(pod)) === templateKey(withoutControllerLabels(template));

/**
 * Names for several variants of one workload: the value of a controller's label when it tells all of them apart, else the first pod. A pod that
 * differs from a template only by such labels was made from it, but selectors may tell it from others.
 */
function variantNames(groups: readonly Group[]): readonly (string | undefined)[] {
  if (groups.length < 2) return [undefined];
  for (const label of controllerLabelKeys) {
    const values = groups.map(({ template }) => (Object.hasOwn(template.labels, label) ? template.labels[label] : undefined));
    const texts = values.filter((value): value is string => typeof value === "string" && !isUnknown(value));
    if (texts.length === groups.length && new Set(texts).size === groups.length) return texts;
  }
  return groups.map(({ pods }, index) => pods[0]?.name ?? (index === 0 ? "template" : `template-${String(index + 1)}`));
}
