import type { Candidate } from "./closed-end";
import { type Evaluation, evaluate } from "../evaluation";
import type { Interpretation } from "../interpretation";
import type { PolicyEdit } from "../rows/policy-edit";
import type { ClusterPolicy, Direction, Endpoint, LabelSelector, NetworkPolicy, Workload } from "../model";
import type { Connections } from "../reachability";
import { between } from "../rows/between";
import type { Row } from "../rows/rows";
import type { PodGroup } from "../matching/pod-groups";
import type { Pair } from "./opened-connections";
import type { ClusterPolicyChange, NetworkPolicyChange, PolicyChange } from "./policy-change";
import { type Concerned, reduced, type Reduced } from "./reduced-cluster";

/** The rule that a change writes, in a policy of its own beside the others. */
interface Written {
  readonly change: PolicyChange;
  /** Where the policy with the rule stands in its list. */
  readonly place: number;
}

/**
 * A reduced cluster in which many candidates are tried out. It is evaluated once: what the candidates write is looked up along with the
 * rules that are there, and a row under some candidates is put together from both.
 */
export class TrialGround {
  private readonly evaluation: Evaluation;
  private readonly written = new Map<Candidate, readonly Written[]>();
  /** By candidate for the rows it changes, by direction for those before. */
  private readonly rows = new Map<Candidate | Direction, Map<Interpretation, (Row | undefined)[]>>();
  private readonly senders: ReadonlySet<Workload>;
  private readonly receivers: ReadonlySet<Workload>;
  private readonly addresses: ReadonlySet<string>;
  private readonly origins: Reduced;

  constructor(whole: Evaluation, concerned: Concerned, candidates: readonly Candidate[]) {
    this.senders = new Set(concerned.senders);
    this.receivers = new Set(concerned.receivers);
    this.addresses = new Set(concerned.addresses);
    this.origins = reduced(whole, concerned, { isTrimmed: true });
    const policies = [...this.origins.cluster.policies];
    const clusterPolicies = [...this.origins.cluster.clusterPolicies];
    for (const candidate of candidates) {
      const { direction, changes } = candidate;
      const place = (change: PolicyChange): number =>
        change.kind === "NetworkPolicy"
          ? policies.push(onlyWritten(change, direction)) - 1
          : clusterPolicies.push(onlyWrittenOfCluster(change, direction)) - 1;
      this.written.set(
        candidate,
        changes.map((change) => ({ change, place: place(change) })),
      );
    }
    this.evaluation = evaluate({ ...this.origins.cluster, policies, clusterPolicies }, whole.profile);
  }

  /** Whether it can tell what may flow between these pairs of ends. */
  hasAll(pairs: readonly Pair[]): boolean {
    return pairs.every(({ from, to }) => this.isAmong(from.endpoint, this.senders) && this.isAmong(to.endpoint, this.receivers));
  }

  private isAmong(end: Endpoint, workloads: ReadonlySet<Workload>): boolean {
    return end.kind === "workload" ? workloads.has(end.workload) : this.addresses.has(end.address);
  }

  /** What may flow between two ends with the changes of some candidates made, at most one candidate for each direction. */
  connections(from: Endpoint, to: Endpoint, chosen: readonly Candidate[]): Connections {
    const { table } = this.evaluation;
    const { certain, possible } = between(this.evaluation, from, to, (interpretation, group, direction) => {
      const inDirection = chosen.find((candidate) => candidate.direction === direction);
      return this.row(interpretation, group, direction, inDirection);
    });
    return { certain: table.set(certain), possible: table.set(possible) };
  }

  private row(interpretation: Interpretation, group: PodGroup, direction: Direction, chosen: Candidate | undefined): Row {
    const key = chosen ?? direction;
    const byInterpretation = this.rows.get(key) ?? new Map<Interpretation, (Row | undefined)[]>();
    this.rows.set(key, byInterpretation);
    const rows = byInterpretation.get(interpretation) ?? [];
    byInterpretation.set(interpretation, rows);
    return (rows[group.index] ??= interpretation.rowAfter(group, direction, this.editFor(interpretation, chosen)));
  }

  /** Takes out what candidates write, but for the chosen one's rules, which go where they belong. */
  private editFor(interpretation: Interpretation, chosen: Candidate | undefined): PolicyEdit {
    const written = chosen === undefined ? [] : (this.written.get(chosen) ?? []);
    const { policies, clusterPolicies } = this.origins;
    return {
      rules: (policy, direction, rules) =>
        edited(policies[policy], policy, rules, ofKind(written, "NetworkPolicy"), (place) => interpretation.rulesOf(place, direction)),
      clusterRules: (policy, direction, rules) =>
        edited(clusterPolicies[policy], policy, rules, ofKind(written, "ClusterPolicy"), (place) =>
          interpretation.clusterRulesOf(place, direction),
        ),
    };
  }
}

const ofKind = (written: readonly Written[], kind: PolicyChange["kind"]): readonly Written[] =>
  written.filter(({ change }) => change.kind === kind);

/** The rules of the policy at a place. `origin`: the policy of the whole cluster that stands there; absent: a candidate wrote it. */
function edited<M>(
  origin: NetworkPolicy | ClusterPolicy | undefined,
  policy: number,
  rules: readonly M[],
  written: readonly Written[],
  rulesAt: (place: number) => readonly M[],
): readonly M[] | undefined {
  if (origin === undefined) return written.some(({ change, place }) => change.before === undefined && place === policy) ? rules : undefined;
  const mine = written.find(({ change }) => change.before === origin);
  if (mine === undefined) return rules;
  const { change, place } = mine;
  return rules.toSpliced(ruleOf(change), change.edits[0]?.kind === "rule-added" ? 0 : 1, ...rulesAt(place));
}

/** The number of the rule a change writes: the first of a new policy, else the one all its edits concern. */
const ruleOf = ({ edits: [edit] }: PolicyChange): number => edit?.rule ?? 0;

/**
 * Selects nobody for certain: what is written into a policy that is there already applies through that one. (Where it may select somebody,
 * for labels that are not known, it is taken out like all that candidates write.)
 */
const nobody: LabelSelector = { matchExpressions: [{ key: "none", operator: "In", values: [] }] };

function onlyWritten(change: NetworkPolicyChange, direction: Direction): NetworkPolicy {
  const { before, after } = change;
  const { namespace, name } = after;
  const rule = ruleOf(change);
  const rules = (after[direction] ?? []).slice(rule, rule + 1);
  return { namespace, name, subject: before === undefined ? after.subject : nobody, [direction]: rules };
}

function onlyWrittenOfCluster(change: ClusterPolicyChange, direction: Direction): ClusterPolicy {
  const { before, after } = change;
  const rule = ruleOf(change);
  const subject = before === undefined ? after.subject : { namespaces: {}, pods: nobody };
  return { ...after, subject, ingress: [], egress: [], [direction]: after[direction].slice(rule, rule + 1) };
}
