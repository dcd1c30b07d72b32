import type { Evaluation } from "../evaluation";
import type { Direction, Value, Workload } from "../model";
import { type Connections, reachability } from "../reachability";

/** What at least one pod in each of these namespaces can exchange. */
export interface NamespaceConnections {
  readonly namespaces: readonly Value<string>[];
  readonly connections: Connections;
}

/** What pods that are there can exchange with workloads, summed up by namespace; the workload's own is left out. */
export class PresentExposure {
  private readonly sums: Record<Direction, Map<Workload, NamespaceSums>>;

  constructor(evaluation: Evaluation, workloads: readonly Workload[]) {
    const emptySums = () => new Map(workloads.map((workload) => [workload, new NamespaceSums()]));
    this.sums = { ingress: emptySums(), egress: emptySums() };
    const reach = reachability(evaluation);
    const [only, ...more] = workloads;
    for (const source of evaluation.cluster.workloads) {
      const isOnlyTarget = more.length === 0 && source !== only;
      if (isOnlyTarget && only !== undefined) this.add(source, [only], reach.between(source, only));
      else for (const { to, connections } of reach.from(source)) this.add(source, to, connections);
    }
  }

  /** Namespaces with which nothing can be exchanged are left out. */
  of(workload: Workload, direction: Direction): readonly NamespaceConnections[] {
    return this.sums[direction].get(workload)?.grouped() ?? [];
  }

  private add(from: Workload, targets: readonly Workload[], connections: Connections): void {
    for (const to of targets) {
      if (from.namespace === to.namespace) continue;
      this.sums.egress.get(from)?.add(to.namespace, connections);
      this.sums.ingress.get(to)?.add(from.namespace, connections);
    }
  }
}

/** The union of connections for each namespace. */
class NamespaceSums {
  private readonly sums = new Map<Value<string>, Connections>();

  add(namespace: Value<string>, connections: Connections): void {
    const known = this.sums.get(namespace);
    if (known === undefined) this.sums.set(namespace, connections);
    else if (known.certain !== connections.certain || known.possible !== connections.possible)
      this.sums.set(namespace, {
        certain: known.certain.union(connections.certain),
        possible: known.possible.union(connections.possible),
      });
  }

  grouped(): readonly NamespaceConnections[] {
    const groups = new Map<string, { readonly namespaces: Value<string>[]; readonly connections: Connections }>();
    for (const [namespace, connections] of this.sums) {
      if (connections.possible.isEmpty) continue;
      const key = `${connections.certain.toString()}/${connections.possible.toString()}`;
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { namespaces: [namespace], connections });
      else known.namespaces.push(namespace);
    }
    return [...groups.values()];
  }
}
