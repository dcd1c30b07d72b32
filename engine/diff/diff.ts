import type { PolicyRef } from "../decision";
import { DiffCauses } from "./diff-causes";
import { carriedOver, type Evaluation } from "../evaluation";
import { type Direction, isSameValue, type Workload } from "../model";
import { type AddressConnections, type Connections, reachability, type Reachability } from "../reachability";
import { ConnectionSet } from "../sets/connection-set";
import { PairDifferences } from "./pair-differences";
import type { IpSet } from "../sets/ip-set";
import { UnchangedEnds } from "./unchanged-ends";
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
  return new Comparison(before, carried(before, after) ?? after).diff();
}

/** What the cluster after is, made of the evaluation before: most is then known to be the same. Absent where `after` was so made already, or it cannot be. */
function carried(before: Evaluation, after: Evaluation): Evaluation | undefined {
  const isComparable = UnchangedEnds.of(before, after) === undefined && isSameValue(before.profile, after.profile);
  return isComparable ? carriedOver(before, after.cluster) : undefined;
}

const nothing: Connections = { certain: ConnectionSet.none, possible: ConnectionSet.none };

type ConnectionChange = Pick<ConnectionDifference, "kind" | "opened" | "closed">;

interface AddressDifference {
  readonly addresses: IpSet;
  readonly before: Connections;
  readonly after: Connections;
}

class Comparison {
  private readonly old: ReadonlyMap<string, Workload>;
  private readonly new: ReadonlyMap<string, Workload>;
  private readonly oldMap: Reachability;
  private readonly newMap: Reachability;
  private readonly causes: DiffCauses;
  private readonly pairs: PairDifferences;
  private readonly keys: readonly string[];
  private readonly unchanged: UnchangedEnds | undefined;
  private readonly changes = new Map<Connections, Map<Connections, ConnectionChange>>();
  private readonly ends = new Map<Workload | IpSet, DiffEnd>();
  private readonly compared = new Map<readonly AddressConnections[], Map<readonly AddressConnections[], readonly AddressDifference[]>>();

  constructor(before: Evaluation, after: Evaluation) {
    this.old = byKey(before.cluster.workloads);
    this.new = byKey(after.cluster.workloads);
    this.oldMap = reachability(before);
    this.newMap = reachability(after);
    this.causes = new DiffCauses(before, after);
    this.keys = [...new Set([...this.old.keys(), ...this.new.keys()])];
    const workloads = this.keys.map((key) => ({ before: this.old.get(key), after: this.new.get(key) }));
    this.unchanged = UnchangedEnds.of(before, after);
    this.pairs = new PairDifferences(before, after, workloads, this.unchanged);
  }

  diff(): Diff {
    return {
      connections: this.keys.flatMap((key, place) => [
        ...this.betweenWorkloads(key, place),
        ...this.withAddresses(key, "egress"),
        ...this.withAddresses(key, "ingress"),
      ]),
      workloadsAdded: [...this.new].filter(([key]) => !this.old.has(key)).map(([, workload]) => workload),
      workloadsRemoved: [...this.old].filter(([key]) => !this.new.has(key)).map(([, workload]) => workload),
    };
  }

  private betweenWorkloads(key: string, place: number): readonly ConnectionDifference[] {
    const from = this.workload(key);
    return this.pairs
      .from(place)
      .map(({ to, before, after }) => this.difference(from, this.workload(this.keys[to] as string), before, after));
  }

  private withAddresses(key: string, direction: Direction): readonly ConnectionDifference[] {
    const old = this.old.get(key);
    const fresh = this.new.get(key);
    if (old === undefined || fresh === undefined) return this.withAddressesOfOne(key, direction);
    if (this.unchanged?.isUnchanged({ before: old, after: fresh }, direction) === true) return [];
    const differences = this.addressDifferences(this.oldMap.withAddresses(old, direction), this.newMap.withAddresses(fresh, direction));
    return differences.map(({ addresses, before, after }) => this.outward(key, direction, addresses, before, after));
  }

  /** Addresses whose connections differ. Many workloads share one list of each kind, so what is found is kept. */
  private addressDifferences(before: readonly AddressConnections[], after: readonly AddressConnections[]): readonly AddressDifference[] {
    const known = this.compared.get(before)?.get(after);
    if (known !== undefined) return known;
    const found = isSameThroughout(before, after)
      ? []
      : before.flatMap((was) =>
          after.flatMap((is): readonly AddressDifference[] => {
            if (isSame(was.connections, is.connections)) return [];
            const addresses = was.addresses.intersect(is.addresses);
            return addresses.isEmpty ? [] : [{ addresses, before: was.connections, after: is.connections }];
          }),
        );
    const others = this.compared.get(before) ?? new Map<readonly AddressConnections[], readonly AddressDifference[]>();
    this.compared.set(before, others.set(after, found));
    return found;
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
    const { kind, opened, closed } = this.changeOf(before, after);
    const causes = this.causes.of(workloadOrNone(from), workloadOrNone(to));
    return { kind, from: this.end(from), to: this.end(to), before, after, opened, closed, causes };
  }

  /** There are few distinct answers, and may be millions of pairs. */
  private changeOf(before: Connections, after: Connections): ConnectionChange {
    const others = this.changes.get(before) ?? new Map<Connections, ConnectionChange>();
    this.changes.set(before, others);
    const known = others.get(after);
    if (known !== undefined) return known;
    const change: ConnectionChange = {
      kind: before.possible.isEmpty ? "added" : after.possible.isEmpty ? "removed" : "changed",
      opened: after.possible.subtract(before.possible),
      closed: before.possible.subtract(after.possible),
    };
    others.set(after, change);
    return change;
  }

  private end(value: Workload | IpSet): DiffEnd {
    const known = this.ends.get(value);
    if (known !== undefined) return known;
    const found: DiffEnd = isWorkload(value) ? { kind: "workload", workload: value } : { kind: "addresses", addresses: value };
    this.ends.set(value, found);
    return found;
  }

  private workload(key: string): Workload {
    return (this.new.get(key) ?? this.old.get(key)) as Workload;
  }
}

const byKey = (workloads: readonly Workload[]): ReadonlyMap<string, Workload> =>
  new Map(workloads.map((workload) => [workloadKey(workload), workload]));

const isSame = (one: Connections, other: Connections): boolean =>
  one === other || (one.certain.equals(other.certain) && one.possible.equals(other.possible));

/** Whether two lists say the same in the same order, as lists of the same addresses do. */
const isSameThroughout = (before: readonly AddressConnections[], after: readonly AddressConnections[]): boolean =>
  before.length === after.length &&
  before.every((was, at) => {
    const is = after[at] as AddressConnections;
    return isSame(was.connections, is.connections) && was.addresses.equals(is.addresses);
  });

const isWorkload = (end: Workload | IpSet): end is Workload => "kind" in end;

const workloadOrNone = (value: Workload | IpSet): Workload | undefined => (isWorkload(value) ? value : undefined);
