import type { AddressRanges } from "./address-ranges";
import {
  type Cluster,
  type ContainerPort,
  isUnknown,
  type Labels,
  type Pod,
  shown,
  type Unknown,
  type Value,
  type Workload,
  ModelError,
} from "../model";
import type { Vocabulary } from "./policy-vocabulary";
import type { Ternary } from "../selector";
import { type Address, type Family, parseAddress } from "../sets/ip-set";

/**
 * Pods that no policy of the cluster can tell apart: same namespace, alike in every label value a selector asks for, same ports of every
 * name a rule mentions, addresses inside the same blocks. All questions are answered per group.
 */
export interface PodGroup {
  /** Its place in the universe of ends: pod groups come first, address ranges after them. */
  readonly index: number;
  readonly namespace: Value<string>;
  readonly labels: Labels;
  readonly unknownLabels?: Unknown;
  readonly ports: readonly ContainerPort[];
  readonly unknownPorts?: Unknown;
  readonly hostNetwork: Ternary;
  /** The addresses of one of the pods; the others' are inside the same blocks. Empty: not known. */
  readonly addresses: readonly Address[];
}

/** The groups of a cluster, and which workload and pod is in which. */
export interface PodGroups {
  readonly all: readonly PodGroup[];
  /** The groups a workload's pods are in: one, unless a block of addresses tells its pods apart. */
  ofWorkload(workload: Workload): readonly PodGroup[];
  ofPod(workload: Workload, pod: Pod): PodGroup;
  /** The workloads with pods in a group. */
  workloadsIn(group: PodGroup): readonly Workload[];
  /** The workloads with pods in several groups. */
  readonly spread: ReadonlySet<Workload>;
}

/** Sorts every pod of the cluster into groups, by what the policies look at. */
export function groupPods(cluster: Cluster, vocabulary: Vocabulary, ranges: AddressRanges): PodGroups {
  const all: PodGroup[] = [];
  const byKey = new Map<string, PodGroup>();
  const ofWorkload = new Map<Workload, readonly PodGroup[]>();
  const ofPod = new Map<Pod, PodGroup>();
  const members: Workload[][] = [];
  const place = (workload: Workload, addresses: readonly Address[], templateKey: string): PodGroup => {
    const key = `${templateKey}|${addresses.map((address) => ranges.of(address)).join(" ")}`;
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const group = newGroup(all.length, workload, addresses);
    all.push(group);
    byKey.set(key, group);
    return group;
  };
  for (const workload of cluster.workloads) {
    const templateKey = keyOfTemplate(workload, vocabulary);
    const pods = workload.pods ?? [];
    const groups = new Set<PodGroup>();
    for (const pod of pods) {
      const group = place(workload, pod.ips.map(parseAddress), templateKey);
      ofPod.set(pod, group);
      groups.add(group);
    }
    if (pods.length === 0) groups.add(place(workload, [], templateKey));
    ofWorkload.set(workload, [...groups]);
    for (const { index } of groups) (members[index] ??= []).push(workload);
  }
  return {
    all,
    spread: new Set(cluster.workloads.filter((workload) => (ofWorkload.get(workload)?.length ?? 0) > 1)),
    ofWorkload: (workload) => found(ofWorkload.get(workload), workload),
    ofPod: (workload, pod) => ofPod.get(pod) ?? (found(ofWorkload.get(workload), workload)[0] as PodGroup),
    workloadsIn: ({ index }) => members[index] ?? [],
  };
}

function found(groups: readonly PodGroup[] | undefined, { name }: Workload): readonly PodGroup[] {
  if (groups !== undefined) return groups;
  throw new ModelError(`workload \`${shown(name)}\` is not part of the cluster that was evaluated`);
}

function newGroup(index: number, workload: Workload, addresses: readonly Address[]): PodGroup {
  return {
    index,
    namespace: workload.namespace,
    labels: workload.labels,
    ...(workload.unknownLabels === undefined ? {} : { unknownLabels: workload.unknownLabels }),
    ports: workload.ports,
    ...(workload.unknownPorts === undefined ? {} : { unknownPorts: workload.unknownPorts }),
    hostNetwork: isUnknown(workload.hostNetwork) ? "maybe" : workload.hostNetwork ? "yes" : "no",
    addresses,
  };
}

/** Two templates with one key are alike to every policy. An unknown value is like no other but itself. */
function keyOfTemplate(workload: Workload, { podLabels, portNames }: Vocabulary): string {
  const labels = Object.keys(workload.labels)
    .filter((key) => podLabels.has(key))
    .sort()
    .map((key) => {
      const value = workload.labels[key];
      // A value no selector asks for is like any other such value: only that the key is there can matter.
      return isUnknown(value) || podLabels.get(key)?.has(value ?? "") === true ? [key, value] : [key];
    });
  const ports = workload.ports
    .filter(({ name }) => name !== undefined && portNames.has(name))
    .map(({ name, port, protocol }) => [name, protocol, port]);
  const { namespace, unknownLabels = null, unknownPorts = null, hostNetwork } = workload;
  return JSON.stringify([namespace, labels, unknownLabels, ports, unknownPorts, hostNetwork]);
}

/** The families a group can speak: those of its addresses, or any while they are not known. */
export const familiesOf = (group: PodGroup): readonly Family[] =>
  group.addresses.length === 0 ? ["IPv4", "IPv6"] : group.addresses.map(({ family }) => family);
