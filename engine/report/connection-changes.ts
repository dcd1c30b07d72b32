import { type ConnectionDifference, diff, type Diff, type DiffEnd } from "../diff/diff";
import { workloadKey } from "../diff/workload-identity";
import type { PolicyRef, Verdict } from "../decision";
import type { Evaluation } from "../evaluation";
import { addressEndpoint } from "../ends";
import { type Cluster, type Endpoint, type Flow, shown, type Workload, workloadName } from "../model";
import type { ConnectionSet } from "../sets/connection-set";
import { verdict } from "../verdict";
import { addressesEnd, connectionsText, workloadEnd } from "./ends";
import type { ConnectionChange, ReportEnd } from "./parts";

/** So many changes are shown with an example and its reasons; of the others it is said what they are. */
const examples = 200;

/** What a change of a cluster means for connections, as reports say it. */
export interface ClusterChange {
  readonly connections: readonly ConnectionChange[];
  readonly workloadsAdded: readonly string[];
  readonly workloadsRemoved: readonly string[];
  /** Pairs of workloads that are there before or after, and between which nothing differs. */
  readonly unchangedPairs: number;
}

/** Compares two clusters, pair by pair; see `diff`. */
export function clusterChange(before: Evaluation, after: Evaluation): ClusterChange {
  const found = diff(before, after);
  const reporter = new ChangeReporter(before, after);
  const between = found.connections.filter(({ from, to }) => from.kind === "workload" && to.kind === "workload").length;
  return {
    connections: found.connections.map((each, n) => reporter.change(each, n < examples)),
    workloadsAdded: found.workloadsAdded.map((each) => workloadName(each)),
    workloadsRemoved: found.workloadsRemoved.map((each) => workloadName(each)),
    unchangedPairs: countWorkloads(before.cluster, found) ** 2 - between,
  };
}

/** Whether what is certain is as before: then nothing is known to open or to close. */
export const isUndecidedChange = ({ before, after }: Pick<ConnectionChange, "before" | "after">): boolean =>
  before.certain === after.certain;

const countWorkloads = ({ workloads }: Cluster, { workloadsAdded }: Diff): number => workloads.length + workloadsAdded.length;

class ChangeReporter {
  private readonly old: Side;
  private readonly fresh: Side;

  constructor(before: Evaluation, after: Evaluation) {
    this.old = new Side(before);
    this.fresh = new Side(after);
  }

  change({ kind, from, to, before, after, opened, closed, causes }: ConnectionDifference, withExample: boolean): ConnectionChange {
    const different = opened.isEmpty ? (closed.isEmpty ? undecidedIn(before, after) : closed) : opened;
    const example = withExample ? this.example(from, to, different) : undefined;
    return {
      kind,
      from: endOf(from),
      to: endOf(to),
      before: connectionsText(before),
      after: connectionsText(after),
      opened: opened.toString(),
      closed: closed.toString(),
      exposure: !opened.isEmpty && isExposure(from, to),
      causes: {
        policies: causes.policies.map((policy) => ({ ...policy, change: this.policyChange(policy) })),
        workloads: causes.workloads.map((workload) => workloadName(workload)),
        namespaces: causes.namespaces,
      },
      ...(example === undefined ? {} : { example }),
    };
  }

  private policyChange(policy: PolicyRef): "added" | "removed" | "changed" {
    const [was, is] = [this.old.hasPolicy(policy), this.fresh.hasPolicy(policy)];
    return was && is ? "changed" : is ? "added" : "removed";
  }

  private example(from: DiffEnd, to: DiffEnd, connections: ConnectionSet): ConnectionChange["example"] {
    const found = connections.first;
    if (found === undefined) return undefined;
    const before = this.old.verdict(from, to, found);
    const after = this.fresh.verdict(from, to, found);
    return {
      from: endOf(from),
      to: endOf(to),
      ...found,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    };
  }
}

/** One of the two clusters, with what it holds by name. */
class Side {
  private readonly workloads: ReadonlyMap<string, Workload>;
  private readonly policies: ReadonlySet<string>;

  constructor(private readonly evaluation: Evaluation) {
    const { workloads, policies, clusterPolicies } = evaluation.cluster;
    this.workloads = new Map(workloads.map((each) => [workloadKey(each), each]));
    this.policies = new Set([...policies.map((each) => policyKey({ ...each, kind: "NetworkPolicy" })), ...clusterPolicies.map(policyKey)]);
  }

  hasPolicy(policy: PolicyRef): boolean {
    return this.policies.has(policyKey(policy));
  }

  /** `undefined` where an end is not there. */
  verdict(from: DiffEnd, to: DiffEnd, flow: Pick<Flow, "protocol" | "port">): Verdict | undefined {
    const ends = [from, to].map((end) => this.endpoint(end));
    const [source, target] = ends;
    return source === undefined || target === undefined ? undefined : verdict(this.evaluation, { from: source, to: target, ...flow });
  }

  private endpoint(end: DiffEnd): Endpoint | undefined {
    if (end.kind === "addresses") return addressEndpoint(end.addresses);
    const workload = this.workloads.get(workloadKey(end.workload));
    return workload === undefined ? undefined : { kind: "workload", workload };
  }
}

const policyKey = ({ kind, namespace, name }: Pick<PolicyRef, "kind" | "namespace" | "name">): string =>
  JSON.stringify([kind, namespace === undefined ? "" : shown(namespace), shown(name)]);

const endOf = (end: DiffEnd): ReportEnd => (end.kind === "workload" ? workloadEnd(end.workload) : addressesEnd(end.addresses));

/** New connections across a border: with addresses outside, or with another namespace. */
const isExposure = (from: DiffEnd, to: DiffEnd): boolean =>
  from.kind !== "workload" || to.kind !== "workload" || shown(from.workload.namespace) !== shown(to.workload.namespace);

const undecidedIn = (before: ConnectionDifference["before"], after: ConnectionDifference["after"]): ConnectionSet =>
  before.certain.subtract(after.certain).union(after.certain.subtract(before.certain));
