/** Edits of a cluster, one at a time: objects that an edit leaves alone stay the same objects. */
import fc from "fast-check";
import { type Cluster, isUnknown, type Labels, type Namespace, type NetworkPolicy, type Workload } from "../../engine/model";
import { labelKeys, labelValues } from "./alphabet";
import { anyCluster } from "./cluster";
import { pickOf } from "./flow";
import { withUnknowns } from "./unknowns";

const features = { tiers: true, hostNetwork: true };

/** One edit; `other` is a cluster to take new objects from. */
export const anyEdit = fc.record({
  kind: fc.constantFrom("come", "go", "relabel", "repod", "namespace", "describe", "policy", "policies", "back" as const),
  index: fc.nat(999),
  second: fc.nat(999),
  key: fc.constantFrom(...labelKeys, "new"),
  value: fc.option(fc.constantFrom(...labelValues, "new"), { nil: undefined }),
  other: fc.oneof(anyCluster(features), withUnknowns(anyCluster(features))),
});
export type Edit = typeof anyEdit extends fc.Arbitrary<infer T> ? T : never;

const exchanged = <T>(list: readonly T[], index: number, change: (object: T) => T): readonly T[] =>
  list.map((each, place) => (place === index % list.length ? change(each) : each));

function relabelled(labels: Labels, { key, value }: Edit): Labels {
  const others = Object.fromEntries(Object.entries(labels).filter(([each]) => each !== key));
  return value === undefined ? others : { ...others, [key]: value };
}

let serial = 0;
/** New objects have names of their own, and addresses no other pod has. */
const renamed = ({ pods, ...workload }: Workload): Workload => ({
  ...workload,
  name: `new-${String(++serial)}`,
  ...(pods === undefined ? {} : { pods: [] }),
});

/** The cluster after an edit; `origin` is what it was at the very first. */
export function edited(cluster: Cluster, origin: Cluster, edit: Edit): Cluster {
  const { kind, index, second, other } = edit;
  const { workloads, namespaces, policies } = cluster;
  switch (kind) {
    case "come":
      return { ...cluster, workloads: [...workloads, ...[index, second].map((pick) => renamed(pickOf(other.workloads, pick)))] };
    case "go":
      return workloads.length < 3 ? cluster : { ...cluster, workloads: workloads.filter((_, place) => place % 3 !== index % 3) };
    case "relabel":
      return { ...cluster, workloads: exchanged(workloads, index, (each) => ({ ...each, labels: relabelled(each.labels, edit) })) };
    case "repod":
      return {
        ...cluster,
        workloads: exchanged(workloads, index, ({ pods, ...each }) => ({
          ...each,
          ...(pods === undefined ? { replicas: 2 } : { pods: pods.slice(1) }),
        })),
      };
    case "namespace":
      return { ...cluster, namespaces: exchanged(namespaces, index, (each) => ({ ...each, labels: relabelled(each.labels, edit) })) };
    case "describe":
      return { ...cluster, namespaces: index % 2 === 0 ? namespaces.slice(1) : origin.namespaces };
    case "policy":
      return { ...cluster, policies: [...policies.slice(0, second % 4), newPolicy(namespaces, edit), ...policies.slice(second % 4)] };
    case "policies":
      return {
        ...cluster,
        policies: [...other.policies.slice(0, 2), ...policies.slice(1)],
        clusterPolicies: index % 2 === 0 ? cluster.clusterPolicies : other.clusterPolicies,
      };
    case "back":
      return origin;
  }
}

/** A policy that looks at a label and at a port that perhaps none looked at. */
function newPolicy(namespaces: readonly Namespace[], { index, key, value, second }: Edit): NetworkPolicy {
  const name = namespaces.length === 0 ? "a" : pickOf(namespaces, index).name;
  const selector = value === undefined ? { matchExpressions: [{ key, operator: "Exists" as const }] } : { matchLabels: { [key]: value } };
  const peer = { kind: "pods" as const, namespaces: second % 2 === 0 ? ("own" as const) : {}, pods: selector };
  const ports = second % 3 === 0 ? ("any" as const) : [{ kind: "named" as const, name: second % 3 === 1 ? "web" : "ssh" }];
  const rules = [{ peers: [peer], ports }];
  return {
    namespace: isUnknown(name) ? "a" : name,
    name: `new-${String(++serial)}`,
    subject: index % 2 === 0 ? {} : selector,
    ingress: rules,
    ...(index % 3 === 0 ? { egress: rules } : {}),
  };
}
