import type { AddressRanges } from "./address-ranges";
import { type ContainerPort, isUnknown, type Labels, type Pod, type Unknown, type Value, type Workload } from "../model";
import type { Vocabulary } from "./policy-vocabulary";
import { isNumbered, type Ternary } from "../selector";
import type { Address, Family } from "../sets/ip-set";

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
  /** By their place. */
  readonly all: readonly PodGroup[];
  /** The groups a workload's pods are in: one, unless a block of addresses tells its pods apart. */
  ofWorkload(workload: Workload): readonly PodGroup[];
  ofPod(workload: Workload, pod: Pod): PodGroup;
  /** The workloads with pods in a group. */
  workloadsIn(group: PodGroup): readonly Workload[];
  /** The workloads with pods in several groups. */
  readonly spread: ReadonlySet<Workload>;
  /** The groups after workloads went and came; what is left keeps its place, but for the groups that fill the gaps. */
  revised(edit: GroupEdit): RevisedGroups;
  /** The same groups of other workloads that say the same, by the workload each stands for. */
  renamed(twins: ReadonlyMap<Workload, Workload>): PodGroups;
}

/** Workloads that go, and workloads that come, sorted by what policies look at now. One that is to be sorted again goes and comes. */
export interface GroupEdit {
  readonly removed: readonly Workload[];
  readonly added: readonly Workload[];
  readonly vocabulary: Vocabulary;
  readonly ranges: AddressRanges;
}

/** Other groups, and the places where another group is than before, or where none was or is. */
export interface RevisedGroups {
  readonly groups: PodGroups;
  readonly places: ReadonlySet<number>;
}

/** The group that stands at a place, described by one of its workloads and the addresses of one pod. */
export function newGroup(index: number, workload: Workload, addresses: readonly Address[]): PodGroup {
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
export function keyOfTemplate(workload: Workload, { podLabels, portNames }: Vocabulary): string {
  const labels = Object.keys(workload.labels)
    .filter((key) => podLabels.has(key))
    .sort()
    .map((key) => [key, ...askedOf(workload.labels[key], podLabels.get(key))]);
  const ports = workload.ports
    .filter(({ name }) => name !== undefined && portNames.has(name))
    .map(({ name, port, protocol }) => [name, protocol, port]);
  const { namespace, unknownLabels = null, unknownPorts = null, hostNetwork } = workload;
  return JSON.stringify([namespace, labels, unknownLabels, ports, unknownPorts, hostNetwork]);
}

/** What selectors that compare a label to these values can learn of it, beside that it is there. */
function askedOf(label: Labels[string] | undefined, values: ReadonlySet<string> | undefined): readonly unknown[] {
  // A value no selector asks for is like any other such value.
  if (!isUnknown(label)) return values?.has(label ?? "") === true ? [label] : [];
  const { numbered, mayBeAbsent = false } = label;
  if (numbered === undefined) return [label];
  const asked = [...(values ?? [])].filter((value) => isNumbered(numbered, value));
  return asked.length === 0 ? (mayBeAbsent ? [label.because] : []) : [label];
}

/** The families a group can speak: those of its addresses, or any while they are not known. */
export const familiesOf = (group: PodGroup): readonly Family[] =>
  group.addresses.length === 0 ? ["IPv4", "IPv6"] : group.addresses.map(({ family }) => family);
