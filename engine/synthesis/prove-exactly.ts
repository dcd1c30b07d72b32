import type { Verdict } from "../decision";
import { isSelf, twoReplicas } from "../ends";
import { evaluate, type Evaluation } from "../evaluation";
import { ownNodeAddresses } from "../exemption";
import { type Intent, intentOf } from "./intent";
import { type Cluster, type Direction, directions, type Endpoint, type Flow, type NetworkPolicy, type Workload } from "../model";
import { type Connections, type Reachability, reachability } from "../reachability";
import { defaultDeny, type IntentOptions, type RequiredFlow, withPolicies } from "./required-flow";
import { ConnectionSet } from "../sets/connection-set";
import { formatAddress, IpSet } from "../sets/ip-set";
import { verdict } from "../verdict";

/** One end of a difference. */
export type ProvenEnd =
  { readonly kind: "workload"; readonly workload: Workload } | { readonly kind: "addresses"; readonly addresses: IpSet };

/** What may flow from one end to another. */
export interface Link {
  readonly from: ProvenEnd;
  readonly to: ProvenEnd;
  readonly connections: ConnectionSet;
}

/** Connections on which policies and intent differ. */
export interface Difference extends Link {
  /** One of them, with its verdict: the outcome is the same for all. */
  readonly witness: Flow;
  readonly verdict: Verdict;
}

/** Whether policies allow what is wanted and nothing more. */
export interface Proof {
  /** Not wanted, and allowed by the policies, or perhaps. Nothing extra and nothing missing: proven. */
  readonly extra: readonly Difference[];
  /** Wanted, and not certainly allowed. */
  readonly missing: readonly Difference[];
  /** Not wanted, and open to whatever NetworkPolicies there are: accepted by a cluster-wide policy, or by pods on their node's network. */
  readonly unpreventable: readonly Difference[];
}

/**
 * Holds policies against the flows they are to allow, for every pair of workloads with an end in a closed namespace, every address and every
 * port. The policies take the place of those the cluster has in these namespaces.
 *
 * A pod's traffic with itself and with its own node is left out, since policy never touches it. Errors as in `FlowReader.settle`.
 */
export function proveExactly(
  cluster: Cluster,
  policies: readonly NetworkPolicy[],
  flows: readonly RequiredFlow[],
  options: IntentOptions = {},
): Proof {
  const intent = intentOf(cluster, flows, options);
  const given = evaluate(withPolicies(cluster, intent.scope, policies), options.profile);
  const closed = evaluate(withPolicies(cluster, intent.scope, intent.scope.map(defaultDeny)), options.profile);
  const comparison = new Comparison(intent, given, reachability(given), reachability(closed));
  for (const workload of cluster.workloads) {
    comparison.comparePods(workload);
    comparison.compareAddresses(workload);
  }
  return comparison.proof();
}

class Comparison {
  private readonly extra: Difference[] = [];
  private readonly missing: Difference[] = [];
  private readonly unpreventable: Difference[] = [];
  private readonly scope: ReadonlySet<string>;

  constructor(
    private readonly intent: Intent,
    private readonly evaluation: Evaluation,
    private readonly given: Reachability,
    /** With nothing allowed in the closed namespaces: what still flows is beyond the power of NetworkPolicy. */
    private readonly closed: Reachability,
  ) {
    this.scope = new Set(intent.scope);
  }

  proof(): Proof {
    const { extra, missing, unpreventable } = this;
    return { extra, missing, unpreventable };
  }

  comparePods(from: Workload): void {
    const unseen = new Set(this.intent.targetsOf(from));
    for (const { to: targets, connections } of this.given.from(from)) {
      for (const to of targets) {
        if (unseen.delete(to) || this.isClosed(from) || this.isClosed(to)) this.comparePair(from, to, connections);
      }
    }
    for (const to of unseen) this.comparePair(from, to, nothing);
  }

  private comparePair(from: Workload, to: Workload, given: Connections): void {
    const [source, target] = [workloadEnd(from), workloadEnd(to)];
    const self = isSelf(source, target);
    if (self === "yes") return;
    const replicas = self === "maybe" ? twoReplicas(from) : undefined;
    const between = (map: Reachability): Connections => (replicas === undefined ? map.between(from, to) : map.connections(...replicas));
    const found = replicas === undefined ? given : between(this.given);
    this.compare(source, target, this.intent.between(from, to), found, { closed: () => between(this.closed), isExempt: false });
  }

  compareAddresses(workload: Workload): void {
    if (!this.isClosed(workload)) return;
    for (const direction of directions) {
      const pieces = this.pieces(workload, direction);
      for (const { addresses, wanted, given, closed, isExempt } of pieces) {
        const outside: ProvenEnd = { kind: "addresses", addresses };
        const [from, to] = direction === "egress" ? [workloadEnd(workload), outside] : [outside, workloadEnd(workload)];
        this.compare(from, to, wanted, given, { closed: () => closed, isExempt });
      }
    }
  }

  private isClosed({ namespace }: Workload): boolean {
    return typeof namespace === "string" && this.scope.has(namespace);
  }

  /** All addresses, in pieces that neither the intent nor the policies tell apart. */
  private pieces(workload: Workload, direction: Direction): readonly Piece[] {
    const exempt = direction === "ingress" ? ownNodeAddresses(this.evaluation.cluster, workload, undefined).possible : IpSet.none;
    const found = new Map<string, Piece>();
    for (const asked of this.intent.withAddresses(workload, direction)) {
      for (const given of this.given.withAddresses(workload, direction)) {
        const inBoth = asked.addresses.intersect(given.addresses);
        if (inBoth.isEmpty) continue;
        for (const closed of this.closed.withAddresses(workload, direction)) {
          const addresses = inBoth.intersect(closed.addresses);
          const piece = { wanted: asked.connections, given: given.connections, closed: closed.connections };
          gather(found, { ...piece, addresses: addresses.intersect(exempt), isExempt: true });
          gather(found, { ...piece, addresses: addresses.subtract(exempt), isExempt: false });
        }
      }
    }
    return [...found.values()];
  }

  private compare(from: ProvenEnd, to: ProvenEnd, wanted: ConnectionSet, given: Connections, without: WithoutRules): void {
    this.add(this.missing, from, to, wanted.subtract(given.certain), given);
    const beyond = given.possible.subtract(wanted);
    if (beyond.isEmpty) return;
    const closed = without.closed();
    // Not open without the rules, or surer with them.
    const extra = beyond.intersect(given.possible.subtract(closed.possible).union(given.certain.subtract(closed.certain)));
    this.add(this.extra, from, to, extra, given);
    if (!without.isExempt) this.add(this.unpreventable, from, to, beyond.subtract(extra), given);
  }

  /** Adds what differs, apart by outcome. */
  private add(list: Difference[], from: ProvenEnd, to: ProvenEnd, different: ConnectionSet, { certain, possible }: Connections): void {
    if (different.isEmpty) return;
    const byOutcome = [certain, possible.subtract(certain), ConnectionSet.all.subtract(possible)];
    for (const connections of byOutcome.map((each) => each.intersect(different))) {
      const witness = connections.isEmpty ? undefined : witnessOf(from, to, connections);
      if (witness !== undefined) list.push({ from, to, connections, witness, verdict: verdict(this.evaluation, witness) });
    }
  }
}

/** Addresses of one workload and direction with the same answers. */
interface Piece {
  readonly addresses: IpSet;
  readonly wanted: ConnectionSet;
  readonly given: Connections;
  readonly closed: Connections;
  /** Of the node of the receiving pods, or perhaps. */
  readonly isExempt: boolean;
}

/** What flows when the closed namespaces allow nothing. */
interface WithoutRules {
  readonly closed: () => Connections;
  readonly isExempt: boolean;
}

function gather(found: Map<string, Piece>, piece: Piece): void {
  if (piece.addresses.isEmpty) return;
  const { wanted, given, closed, isExempt } = piece;
  const key = [wanted, given.certain, given.possible, closed.certain, closed.possible, isExempt].join("/");
  const known = found.get(key);
  found.set(key, known === undefined ? piece : { ...piece, addresses: known.addresses.union(piece.addresses) });
}

const nothing: Connections = { certain: ConnectionSet.none, possible: ConnectionSet.none };

const workloadEnd = (workload: Workload) => ({ kind: "workload", workload }) as const;

/** One flow of a difference: the lowest port of its first protocol, and the first address. */
function witnessOf(from: ProvenEnd, to: ProvenEnd, connections: ConnectionSet): Flow | undefined {
  const [source, target] = [endpointOf(from), endpointOf(to)];
  if (connections.first === undefined || source === undefined || target === undefined) return undefined;
  return { from: source, to: target, ...connections.first };
}

function endpointOf(end: ProvenEnd): Endpoint | undefined {
  if (end.kind === "workload") return end;
  const { first } = end.addresses;
  return first === undefined ? undefined : { kind: "address", address: formatAddress(first) };
}
