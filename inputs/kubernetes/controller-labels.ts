/**
 * Labels that controllers put on the pods they make, over those of the template: a selector on them selects pods, although no manifest says so.
 *
 * Sources: Kubernetes documentation, "Well-Known Labels, Annotations and Taints", and the pages of StatefulSet (pod name label, pod index label,
 * start ordinal), Deployment (pod-template-hash), Job (labels, Indexed completion mode) and CronJob (names of Jobs); the keys and formats are those
 * of kube-controller-manager. Of single pods and runs only the form of a value is known, of hashes and UIDs nothing. The two indexes are
 * labels since Kubernetes 1.28, and no input says for certain what a cluster runs, so they may be absent.
 */
import {
  completionIndexLabel,
  controllerLabelKeys,
  isUnknown,
  jobNameLabels,
  jobUidLabels,
  type Labels,
  type NumberedValues,
  podIndexLabel,
  podNameLabel,
  revisionHashLabel,
  templateGenerationLabel,
  templateHashLabel,
  type UnknownLabel,
  type Value,
  type WorkloadKind,
} from "../../engine/model";
import { booleanAt, type Json, numberAt, stringAt, valueAt } from "../validation/json";

/** Those that the API server writes into the template of a Job when it is created. */
export const jobKeys: ReadonlySet<string> = new Set([...jobNameLabels, ...jobUidLabels]);

/** What the controller of an object sets on its pods. `replicas`: how many are wanted. */
export function controllerLabels(
  kind: WorkloadKind,
  name: Value<string>,
  spec: Json | undefined,
  replicas: Value<number> | undefined,
): Labels {
  switch (kind) {
    case "Deployment":
      return { [templateHashLabel]: made(kind, templateHashLabel) };
    case "DaemonSet":
      return { [revisionHashLabel]: made(kind, revisionHashLabel), [templateGenerationLabel]: made(kind, templateGenerationLabel) };
    case "StatefulSet":
      return ofStatefulSet(name, numberAt(spec, "ordinals", "start") ?? 0, replicas);
    case "Job":
      return ofJob(spec, isUnknown(name) ? { unknown: true, because: name.because } : name);
    case "CronJob":
      return ofJob(valueAt(spec, "jobTemplate", "spec"), perPod("the Job of which run is meant", prefixed(name)));
    default:
      return {};
  }
}

const made = (kind: WorkloadKind, key: string): UnknownLabel => ({
  unknown: true,
  because: `\`${key}\`, which the ${kind} controller makes up`,
});

const perPod = (because: string, numbered: NumberedValues | undefined, more: Pick<UnknownLabel, "mayBeAbsent"> = {}): UnknownLabel => ({
  unknown: true,
  because,
  ...(numbered === undefined ? {} : { numbered }),
  ...more,
});

const prefixed = (name: Value<string>): NumberedValues | undefined => (isUnknown(name) ? undefined : { prefix: `${name}-`, from: 0 });

/** Pods are numbered from the first ordinal on. A set scaled to nothing is judged as if it had a pod. */
function ofStatefulSet(name: Value<string>, start: Value<number>, replicas: Value<number> | undefined): Labels {
  const from = isUnknown(start) ? 0 : start;
  const isLimited = !isUnknown(start) && !isUnknown(replicas) && replicas !== undefined;
  const ordinals: NumberedValues = { prefix: "", from, ...(isLimited ? { to: start + Math.max(replicas, 1) - 1 } : {}) };
  const which = "which pod of the StatefulSet is meant";
  return {
    [revisionHashLabel]: made("StatefulSet", revisionHashLabel),
    [podNameLabel]: perPod(which, isUnknown(name) ? undefined : { ...ordinals, prefix: `${name}-` }),
    [podIndexLabel]: perPod(`${which}, and whether Kubernetes is 1.28 or later`, ordinals, { mayBeAbsent: true }),
  };
}

function ofJob(spec: Json | undefined, name: Labels[string]): Labels {
  const isManual = booleanAt(spec, "manualSelector") === true;
  const all = isManual
    ? []
    : [...jobNameLabels.map((key) => [key, name] as const), ...jobUidLabels.map((key) => [key, made("Job", key)] as const)];
  return { ...Object.fromEntries(all), ...completionIndexOf(spec) };
}

/** Only Jobs in Indexed mode number their pods. */
function completionIndexOf(spec: Json | undefined): Labels {
  const mode = stringAt(spec, "completionMode");
  if (!isUnknown(mode) && mode !== "Indexed") return {};
  const completions = numberAt(spec, "completions");
  const numbered = { prefix: "", from: 0, ...(typeof completions === "number" ? { to: completions - 1 } : {}) };
  const because = "which pod of the Job is meant, and whether Kubernetes is 1.28 or later";
  return { [completionIndexLabel]: perPod(because, numbered, { mayBeAbsent: true }) };
}

/**
 * Those of the keys of such labels that some selector asks for. Others make no difference to anything, and would only be one more thing about every workload
 * that is not known.
 */
export function askedControllerKeys(selecting: readonly object[]): ReadonlySet<string> {
  const asked = new Set<string>();
  const visit = (part: object): void => {
    const { matchLabels, key } = part as { readonly matchLabels?: object; readonly key?: unknown };
    if (matchLabels !== undefined) for (const each of Object.keys(matchLabels)) asked.add(each);
    if (typeof key === "string") asked.add(key);
    for (const each of Object.values(part)) if (typeof each === "object" && each !== null) visit(each as object);
  };
  selecting.forEach(visit);
  return new Set(controllerLabelKeys.filter((key) => asked.has(key)));
}
