import { type Cluster, isUnknown, type Labels, shown, type Workload, ModelError } from "../model";
import type { Labelled } from "../matching/label-index";
import { namespaceNameLabel } from "../explain/narrow-selectors";

/** Another value for one label of a workload's pods or of a namespace. */
export interface LabelChange {
  readonly on:
    /** A workload of the cluster, by its template. */
    | { readonly kind: "workload"; readonly workload: Workload }
    /** A namespace of the cluster, by name. */
    | { readonly kind: "namespace"; readonly name: string };
  readonly key: string;
  /** Absent: the label is removed. */
  readonly value?: string;
}

/** A workload whose pods may be selected otherwise, before and after. The same object where only its namespace changes. */
export interface AffectedWorkload {
  readonly before: Workload;
  readonly after: Workload;
}

/** A cluster with one label changed. */
export interface Relabelled {
  readonly cluster: Cluster;
  /** The workload that changes, or those that are, or may be, in the namespace that does. */
  readonly affected: readonly AffectedWorkload[];
  /** The labels that selectors look at, before and after: the workload's, or the namespace's. */
  readonly labels: { readonly before: Labelled; readonly after: Labelled };
}

/**
 * Changes one label. A workload or namespace the cluster does not hold is a ModelError, and so is a change of the name every namespace
 * carries as a label, which the API server does not allow.
 */
export const relabelled = (cluster: Cluster, change: LabelChange): Relabelled =>
  change.on.kind === "workload" ? withWorkload(cluster, change.on.workload, change) : withNamespace(cluster, change.on.name, change);

function withWorkload(cluster: Cluster, before: Workload, change: LabelChange): Relabelled {
  if (!cluster.workloads.includes(before))
    throw new ModelError(`workload \`${shown(before.name)}\` is not part of the cluster that was evaluated`);
  const after = { ...before, labels: labelled(before.labels, change) };
  const workloads = cluster.workloads.map((each) => (each === before ? after : each));
  return { cluster: { ...cluster, workloads }, affected: [{ before, after }], labels: { before, after } };
}

function withNamespace(cluster: Cluster, name: string, change: LabelChange): Relabelled {
  if (change.key === namespaceNameLabel)
    throw new ModelError(`label \`${namespaceNameLabel}\` of namespace \`${name}\` is set by the API server, choose another label`);
  // Of several descriptions of one namespace, the last counts.
  const before = cluster.namespaces.findLast((each) => each.name === name);
  if (before === undefined)
    throw new ModelError(`namespace \`${name}\` is not described in the cluster, add it before its label is changed`);
  const namespaces = cluster.namespaces.map((each) => (each.name === name ? { ...each, labels: labelled(each.labels, change) } : each));
  const affected = cluster.workloads.filter(({ namespace }) => isUnknown(namespace) || namespace === name);
  return {
    cluster: { ...cluster, namespaces },
    affected: affected.map((each) => ({ before: each, after: each })),
    labels: { before, after: { ...before, labels: labelled(before.labels, change) } },
  };
}

function labelled(labels: Labels, { key, value }: LabelChange): Labels {
  const others = Object.fromEntries(Object.entries(labels).filter(([each]) => each !== key));
  return value === undefined ? others : { ...others, [key]: value };
}
