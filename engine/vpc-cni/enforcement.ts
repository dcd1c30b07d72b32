import { isUnknown, type Value, type Workload } from "../model";
import { allOf, anyOf, type Ternary } from "../selector";
import type { Deviation } from "./deviation";
import type { CniSettings, FargateSelector, WorkloadRef } from "./settings";
import { isSince, releases } from "./versions";

/** Whether a pod is subject to policies at all, and what keeps it from being. */
export interface Enforcement {
  readonly isEnforced: Ternary;
  /** What keeps the agent from it, or may. */
  readonly because: readonly Deviation[];
}

/** Whether the agent enforces policies on the pods of a workload. Only deviations that are switched on are looked at. */
export function enforcementOf(settings: CniSettings, workload: Workload, active: ReadonlySet<Deviation>): Enforcement {
  const obstacles = ([...checks] as const).flatMap(([deviation, keeps]) => {
    const answer = active.has(deviation) ? keeps(settings, workload) : "no";
    return answer === "no" ? [] : [{ deviation, answer }];
  });
  const kept = anyOf(obstacles.map(({ answer }) => answer));
  return { isEnforced: not(kept), because: obstacles.map(({ deviation }) => deviation) };
}

/** Whether something keeps the agent from a workload. */
type Check = (settings: CniSettings, workload: Workload) => Ternary;

const checks: ReadonlyMap<Deviation, Check> = new Map<Deviation, Check>([
  ["L-01", (settings) => anyOf([not(isTrue(settings.enabled)), not(isSince(settings, releases.enforces))])],
  [
    "L-02",
    ({ nodes }, workload) =>
      anyOf([...nodes.fargate.map((each) => isOnFargate(each, workload)), ...nodes.windows.map((each) => isNamed(each, workload))]),
  ],
  ["L-06", (_settings, { hostNetwork }) => isTrue(hostNetwork)],
  ["L-10", ({ vethPrefix }) => (vethPrefix === "eni" || vethPrefix === "vlan" ? "no" : "maybe")],
  ["L-11", ({ bandwidthPlugin }) => (bandwidthPlugin === false ? "no" : "maybe")],
]);

const not = (answer: Ternary): Ternary => (answer === "yes" ? "no" : answer === "no" ? "yes" : "maybe");
const isTrue = (value: Value<boolean>): Ternary => (isUnknown(value) ? "maybe" : value ? "yes" : "no");

function isOnFargate({ namespace, labels }: FargateSelector, workload: Workload): Ternary {
  const hasLabel = ([key, pattern]: readonly [string, Value<string>]): Ternary => {
    const value = workload.labels[key];
    if (value === undefined) return workload.unknownLabels === undefined ? "no" : "maybe";
    return isLike(value, pattern);
  };
  return allOf([isLike(workload.namespace, namespace), ...Object.entries(labels).map(hasLabel)]);
}

/** `*` is any text, `?` any one character. */
function isLike(value: Value<string>, pattern: Value<string>): Ternary {
  if (isUnknown(value) || isUnknown(pattern)) return "maybe";
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${expression}$`, "s").test(value) ? "yes" : "no";
}

const isNamed = ({ kind, namespace, name }: WorkloadRef, workload: Workload): Ternary =>
  kind !== workload.kind ? "no" : allOf([isLike(workload.namespace, namespace), isLike(workload.name, name)]);
