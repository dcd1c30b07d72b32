import type { Cluster, Workload } from "./cluster";
import { shown } from "./unknown";

/** A workload as people read it: `shop/web`, or `shop/StatefulSet/web` where one of another kind has that name as well. */
export function workloadName({ kind, namespace, name, variant, sharesName }: Workload): string {
  const parts = [shown(namespace), ...(sharesName === true ? [kind] : []), shown(name)];
  return `${parts.join("/")}${variant === undefined ? "" : ` (${variant})`}`;
}

/**
 * The cluster with `sharesName` on every workload whose namespace and name one of another kind has, in this cluster or in the others: those that
 * stand in one report with it, such as the one before a change, so that a workload is called the same throughout.
 */
export function markSharedNames(cluster: Cluster, others: readonly Cluster[] = []): Cluster {
  const kinds = new Map<string, Set<string>>();
  for (const workload of [cluster, ...others].flatMap(({ workloads }) => workloads)) {
    const key = plainName(workload);
    const known = kinds.get(key);
    if (known === undefined) kinds.set(key, new Set([workload.kind]));
    else known.add(workload.kind);
  }
  const isShared = (workload: Workload): boolean => (kinds.get(plainName(workload))?.size ?? 0) > 1;
  if (!cluster.workloads.some((each) => each.sharesName !== true && isShared(each))) return cluster;
  return { ...cluster, workloads: cluster.workloads.map((each) => (isShared(each) ? { ...each, sharesName: true } : each)) };
}

const plainName = ({ namespace, name }: Workload): string => `${shown(namespace)}/${shown(name)}`;
