import { evaluate, type Evaluation } from "../evaluation";
import { isolationOf } from "../isolation";
import { type ClusterExpectation, type ClusterPolicy, type ExpectedEnds, type NetworkPolicy, workloadName } from "../model";
import type { ExpectationReport } from "../report/parts";
import { checkAllowed } from "./allowed-flows";
import { checkChange } from "./change-checks";
import { checkDenied, type ResolvedFlows } from "./denied-flows";
import { resolveEnds, type ResolvedEnds } from "./expected-ends";
import { portProblems } from "./port-problems";
import { statementOf } from "./statement";
import { Tally, type Tallied } from "./tally";
import { checkUnlisted } from "./unlisted-flows";

/** What expectations are held against. */
export interface ExpectationContext {
  readonly evaluation: Evaluation;
  /** Before the change; without it, `unchanged` is undecided. */
  readonly before?: Evaluation;
  /** The policies each `atMost` refers to, by its `reference`. */
  readonly references?: ReadonlyMap<string, PoliciesOfReference>;
  /** ISO date against which `until` is held. @default none runs out */
  readonly today?: string;
}

/** Policies that stand for a cluster with the same pods. */
export interface PoliciesOfReference {
  readonly policies: readonly NetworkPolicy[];
  readonly clusterPolicies: readonly ClusterPolicy[];
}

/**
 * Holds expectations against a cluster, each for every pair and port it speaks of. An expectation that names nothing in the cluster fails:
 * it would check nothing.
 */
export const checkExpectations = (context: ExpectationContext, expectations: readonly ClusterExpectation[]): readonly ExpectationReport[] =>
  expectations.map((each) => checkOne(context, each));

function checkOne(context: ExpectationContext, expectation: ClusterExpectation): ExpectationReport {
  const { id, kind, severity = "error", because, observed, until, location = {} } = expectation;
  const hasRunOut = until !== undefined && context.today !== undefined && until < context.today;
  const outcome: Tallied = hasRunOut
    ? { result: "failed", problem: `it was to hold until ${until}; remove it, or give a later date`, pairs: 0 }
    : new Check(context, expectation).outcome();
  return {
    id,
    statement: statementOf(expectation),
    kind,
    severity,
    ...outcome,
    ...(because === undefined ? {} : { because }),
    ...(observed === undefined ? {} : { observed }),
    location,
  };
}

class Check {
  private readonly tally = new Tally();
  /** Set once an end cannot be found: the rest would cost time and change nothing. */
  private isBroken = false;

  constructor(
    private readonly context: ExpectationContext,
    private readonly expectation: ClusterExpectation,
  ) {}

  outcome(): Tallied {
    this.ask();
    return this.tally.result();
  }

  private ask(): void {
    const { expectation } = this;
    switch (expectation.kind) {
      case "allow":
        this.allow(expectation);
        break;
      case "deny":
        this.deny(expectation, expectation.except ?? [], expectation.as);
        break;
      case "only":
        this.only(expectation);
        break;
      case "isolated":
        this.isolated(expectation);
        break;
      case "unchanged":
        this.unchanged(expectation.pods);
        break;
      case "atMost":
        this.atMost(expectation);
        break;
    }
  }

  private allow(flows: Flows): void {
    const { from, to, ports } = this.flows(flows, false);
    if (!this.isBroken) checkAllowed(this.context.evaluation, from, to, ports, this.tally);
  }

  /** Everybody is kept out, or in, but those that are named. */
  private only({ way, pods, others, ports, as }: ClusterExpectation & { readonly kind: "only" }): void {
    const anyone: readonly ExpectedEnds[] = [{ kind: "any" }];
    const [all, some] =
      way === "into"
        ? [
            { from: anyone, to: pods },
            { from: others, to: pods },
          ]
        : [
            { from: pods, to: anyone },
            { from: pods, to: others },
          ];
    this.deny({ ...all, ports: "all" }, others.length === 0 ? [] : [{ ...some, ports }], as);
  }

  private deny(flows: Flows, except: readonly Flows[], as: "today" | "future" = "future"): void {
    const asked = this.flows(flows, false);
    const exceptions = except.map((each) => this.flows(each, true));
    if (this.isBroken) return;
    checkDenied(this.context.evaluation, asked, exceptions, this.tally);
    if (as === "future") checkUnlisted(this.context.evaluation, asked, exceptions, this.tally);
  }

  private flows({ from, to, ports }: Flows, isException: boolean): ResolvedFlows {
    const flows = { from: this.ends(from), to: this.ends(to), ports };
    const allowEmpty = this.expectation.allowEmpty ?? false;
    this.refuse(portProblems(ports, flows.to, { allowEmpty, isException }));
    const hasPods = [flows.from, flows.to].some(({ members, pods }) => members.length + pods.length > 0);
    if (!hasPods && !isException && !allowEmpty) this.refuse(["neither end holds a pod, and policies say nothing of other traffic"]);
    return flows;
  }

  private isolated({ pods, directions }: ClusterExpectation & { readonly kind: "isolated" }): void {
    if (directions.length === 0) this.refuse(["it names no direction; name `ingress`, `egress` or both"]);
    for (const { workload, isCertain } of this.ends(pods).members) {
      for (const direction of directions) {
        const answer = isolationOf(this.context.evaluation, workload, direction);
        const name = workloadName(workload);
        if (answer === "yes") this.tally.add({ result: "passed" });
        else if (answer === "no" && isCertain) this.tally.add({ result: "failed", problem: `no policy isolates ${name} for ${direction}` });
        else this.tally.add({ result: "undecided", problem: `whether a policy isolates ${name} for ${direction} is not known` });
      }
    }
  }

  private unchanged(pods: readonly ExpectedEnds[]): void {
    const { before, evaluation } = this.context;
    const problem = "the input holds no before; give a plan, or `--before`";
    if (before === undefined) this.tally.add({ result: "undecided", problem });
    else checkChange(before, evaluation, [this.ends(pods), resolveEnds(before.cluster, pods, true)], "any", this.tally);
  }

  private atMost({ reference, pods }: ClusterExpectation & { readonly kind: "atMost" }): void {
    const found = this.context.references?.get(reference);
    const { evaluation } = this.context;
    if (found === undefined) this.tally.add({ result: "failed", problem: `the policies of \`${reference}\` were not read` });
    else
      checkChange(evaluate({ ...evaluation.cluster, ...found }, evaluation.profile), evaluation, [this.ends(pods)], "opened", this.tally);
  }

  /** What cannot be found fails the expectation: it would otherwise hold of nothing. */
  private ends(ends: readonly ExpectedEnds[]): ResolvedEnds {
    const allowEmpty = this.expectation.allowEmpty ?? false;
    const resolved = resolveEnds(this.context.evaluation.cluster, ends, allowEmpty);
    this.refuse(
      ends.length === 0 && !allowEmpty ? ["an end of it is an empty list; name somebody, or set `allowEmpty`"] : resolved.problems,
    );
    return resolved;
  }

  private refuse(problems: readonly string[]): void {
    for (const problem of problems) this.tally.add({ result: "failed", problem }, 0);
    this.isBroken ||= problems.length > 0;
  }
}

type Flows = Pick<ClusterExpectation & { readonly kind: "allow" }, "from" | "to" | "ports">;
