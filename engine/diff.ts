import type { PolicyRef } from "./decision";
import { DiffCauses } from "./diff-causes";
import type { Evaluation } from "./evaluation";
import type { Direction, Workload } from "./model";
import { type Connections, reachability, type Reachability } from "./reachability";
import { ConnectionSet } from "./sets/connection-set";
import type { IpSet } from "./sets/ip-set";
import { workloadKey } from "./workload-identity";

/** One end of a difference: a workload, as it is after unless it is gone, or addresses outside. */
export type DiffEnd =
  { readonly kind: "workload"; readonly workload: Workload } | { readonly kind: "addresses"; readonly addresses: IpSet };

/** Two ends between which something else may flow than before. */
export interface ConnectionDifference {
  /** `added`: nothing could flow before. `removed`: nothing can any more. `changed`: something could, and can. */
  readonly kind: "added" | "removed" | "changed";
  readonly from: DiffEnd;
  readonly to: DiffEnd;
  readonly before: Connections;
  readonly after: Connections;
  /** What is possible now and was not. */
  readonly opened: ConnectionSet;
  /** What was possible and is not any more. */
  readonly closed: ConnectionSet;
  readonly causes: Causes;
}

/** What made the difference. */
export interface Causes {
  /** Policies that were added, removed or changed, and apply to one of the ends. */
  readonly policies: readonly PolicyRef[];
  /** Workloads at either end that are new, gone, or run other pods than before. */
  readonly workloads: readonly Workload[];
  /** Whether a namespace of either end, or one that a rule speaks of, has other labels. */
  readonly namespaces: readonly string[];
}

/** The difference of two reachabilities. */
export interface Diff {
  readonly connections: readonly ConnectionDifference[];
  readonly workloadsAdded: readonly Workload[];
  readonly workloadsRemoved: readonly Workload[];
}

/**
 * What a change opens and closes: every pair of ends whose connections differ, workloads matched by kind, namespace and name. Addresses are
 * split only where an answer differs.
 */
export function diff(before: Evaluation, after: Evaluation): Diff {
  return new Comparison(before, after).diff();
}

const nothing: Connections = { certain: ConnectionSet.none, possible: ConnectionSet.none };

class Comparison {
  private readonly old: ReadonlyMap<string, Workload>;
  private readonly new: ReadonlyMap<string, Workload>;
  private readonly oldMap: Reachability;
  private readonly newMap: Reachability;
  private readonly causes: DiffCauses;

  constructor(before: Evaluation, after: Evaluation) {
    this.old = byKey(before.cluster.workloads);
    this.new = byKey(after.cluster.workloads);
    this.oldMap = reachability(before);
    this.newMap = reachability(after);
    this.causes = new DiffCauses(before, after);
  }

  diff(): Diff {
    const keys = new Set([...this.old.keys(), ...this.new.keys()]);
    return {
      connections: [...keys].flatMap((key) => [
        ...this.betweenWorkloads(key),
        ...this.withAddresses(key, "egress"),
        ...this.withAddresses(key, "ingress"),
      ]),
      workloadsAdded: [...this.new].filter(([key]) => !this.old.has(key)).map(([, workload]) => workload),
      workloadsRemoved: [...this.old].filter(([key]) => !this.new.has(key)).map(([, workload]) => workload),
    };
  }

  private betweenWorkloads(key: string): readonly ConnectionDifference[] {
    const old = this.reachedFrom(this.oldMap, this.old.get(key));
    const fresh = this.reachedFrom(this.newMap, this.new.get(key));
    const targets = new Set([...old.keys(), ...fresh.keys()]);
    const from = this.workload(key);
    return [...targets].flatMap((target) => {
      const [was, is] = [old.get(target) ?? nothing, fresh.get(target) ?? nothing];
      return isSame(was, is) ? [] : [this.difference(from, this.workload(target), was, is)];
    });
  }

  private reachedFrom(map: Reachability, workload: Workload | undefined): ReadonlyMap<string, Connections> {
    if (workload === undefined) return new Map();
    return new Map(map.from(workload).flatMap(({ to, connections }) => to.map((each) => [workloadKey(each), connections] as const)));
  }

  private withAddresses(key: string, direction: Direction): readonly ConnectionDifference[] {
    const old = this.old.get(key);
    const fresh = this.new.get(key);
    if (old === undefined || fresh === undefined) return this.withAddressesOfOne(key, direction);
    const before = this.oldMap.withAddresses(old, direction);
    const after = this.newMap.withAddresses(fresh, direction);
    return before.flatMap((was) =>
      after.flatMap((is) => {
        const addresses = was.addresses.intersect(is.addresses);
        if (addresses.isEmpty || isSame(was.connections, is.connections)) return [];
        return [this.outward(key, direction, addresses, was.connections, is.connections)];
      }),
    );
  }

  /** All that a workload which is new, or gone, can do with addresses. */
  private withAddressesOfOne(key: string, direction: Direction): readonly ConnectionDifference[] {
    const old = this.old.get(key);
    const entries =
      old === undefined ? this.newMap.withAddresses(this.workload(key), direction) : this.oldMap.withAddresses(old, direction);
    return entries.flatMap(({ addresses, connections }) => {
      if (connections.possible.isEmpty) return [];
      const [was, is] = old === undefined ? [nothing, connections] : [connections, nothing];
      return [this.outward(key, direction, addresses, was, is)];
    });
  }

  private outward(key: string, direction: Direction, addresses: IpSet, was: Connections, is: Connections): ConnectionDifference {
    const workload = this.workload(key);
    return direction === "egress" ? this.difference(workload, addresses, was, is) : this.difference(addresses, workload, was, is);
  }

  private difference(from: Workload | IpSet, to: Workload | IpSet, before: Connections, after: Connections): ConnectionDifference {
    return {
      kind: before.possible.isEmpty ? "added" : after.possible.isEmpty ? "removed" : "changed",
      from: end(from),
      to: end(to),
      before,
      after,
      opened: after.possible.subtract(before.possible),
      closed: before.possible.subtract(after.possible),
      causes: this.causes.of(workloadOrNone(from), workloadOrNone(to)),
    };
  }

  private workload(key: string): Workload {
    return (this.new.get(key) ?? this.old.get(key)) as Workload;
  }
}

const byKey = (workloads: readonly Workload[]): ReadonlyMap<string, Workload> =>
  new Map(workloads.map((workload) => [workloadKey(workload), workload]));

const isSame = (one: Connections, other: Connections): boolean =>
  one === other || (one.certain.equals(other.certain) && one.possible.equals(other.possible));

const isWorkload = (end: Workload | IpSet): end is Workload => "kind" in end;

const end = (value: Workload | IpSet): DiffEnd =>
  isWorkload(value) ? { kind: "workload", workload: value } : { kind: "addresses", addresses: value };

const workloadOrNone = (value: Workload | IpSet): Workload | undefined => (isWorkload(value) ? value : undefined);
