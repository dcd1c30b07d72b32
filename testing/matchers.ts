/** Matchers for Jest, and for whoever shares its `expect.extend`. Each holds an expectation against a cluster for all pairs it speaks of. */
import { checkExpectations, type Evaluation } from "../engine";
import { type Details, type Ends, ExpectationList } from "../engine/expectations/builder";
import type { ClusterExpectation, Direction, PodsEnd, WrittenPorts as Ports } from "../engine/model";
import { clusterChange, type ExpectationReport, isUndecidedChange } from "../engine/report";
import { enforcementInShort, expectationMessage } from "../outputs/sentences";
import { enforcementIn, type LoadedClusters } from "./clusters";

/** What Jest is told. */
interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

interface MatcherContext {
  readonly isNot?: boolean;
}

type Received = Evaluation | LoadedClusters;

const evaluationOf = (received: Received): Evaluation => ("after" in received ? received.after : received);
const beforeOf = (received: Received): Evaluation | undefined => ("after" in received ? received.before : undefined);

/**
 * Holds expectations against what was received. What cannot be decided, and what speaks of nobody, fails both the matcher and its negation: for
 * Jest's `not`, that is a `pass`.
 */
function held(context: MatcherContext, received: Received, expected: readonly ClusterExpectation[]): MatcherResult {
  const before = beforeOf(received);
  const reports = checkExpectations({ evaluation: evaluationOf(received), ...(before === undefined ? {} : { before }) }, expected);
  const isNot = context.isNot === true;
  const unanswered = reports.filter((report) => report.result === "undecided" || speaksOfNobody(report));
  if (unanswered.length > 0) return { pass: isNot, message: () => unanswered.map(expectationMessage).join("\n") };
  const failed = reports.filter(({ result }) => result === "failed");
  const unenforced = enforcementProblem(evaluationOf(received), reports);
  const shown = isNot ? reports.filter(({ result }) => result === "passed") : failed;
  const said = isNot ? "expected not to hold, and it does:\n" : "";
  return {
    pass: failed.length === 0 && unenforced === undefined,
    message: () => [`${said}${shown.map(expectationMessage).join("\n")}`, unenforced ?? ""].filter((part) => part !== "").join("\n"),
  };
}

/** What is denied or isolated by policies that nothing enforces is open. */
function enforcementProblem(evaluation: Evaluation, reports: readonly ExpectationReport[]): string | undefined {
  const enforcement = enforcementIn(evaluation);
  const resting = reports.filter(({ kind, result }) => kind !== "allow" && result === "passed");
  if (enforcement?.state !== "none" || resting.length === 0) return undefined;
  return `${resting.map(({ statement }) => statement).join(", ")}: the policies say so, but ${enforcementInShort(enforcement)}`;
}

/** Whether an expectation failed before any pair was asked about. */
const speaksOfNobody = ({ result, problem, pairs }: ExpectationReport): boolean =>
  result === "failed" && problem !== undefined && pairs === 0;

const one = (write: (list: ExpectationList) => ExpectationList): readonly ClusterExpectation[] => write(new ExpectationList("expect")).list;

/** The matchers: `expect.extend(netpolMatchers)`. Where the input shows that nothing enforces policies, whatever rests on them fails. */
export const netpolMatchers = {
  /** Every one of `from` can connect to every one of `to`. @default every port */
  toAllow(this: MatcherContext, received: Received, from: Ends, to: Ends, ports: Ports = "all", details: Details = {}): MatcherResult {
    return held(
      this,
      received,
      one((list) => list.allow(from, to, ports, details)),
    );
  },
  /** None of `from` can connect to any of `to`; pods that do not exist yet count. @default on any port */
  toDeny(this: MatcherContext, received: Received, from: Ends, to: Ends, ports: Ports = "all", details: Details = {}): MatcherResult {
    return held(
      this,
      received,
      one((list) => list.deny(from, to, ports, details)),
    );
  },
  /** Nobody but `from` reaches `to`, and those on the ports alone. */
  toOnlyAllowInto(this: MatcherContext, received: Received, to: Ends, from: Ends, ports: Ports = "all"): MatcherResult {
    return held(
      this,
      received,
      one((list) => list.onlyInto(to, from, ports)),
    );
  },
  /** `from` reach nobody but `to`, and those on the ports alone. */
  toOnlyAllowOutOf(this: MatcherContext, received: Received, from: Ends, to: Ends, ports: Ports = "all"): MatcherResult {
    return held(
      this,
      received,
      one((list) => list.onlyOutOf(from, to, ports)),
    );
  },
  /** Some policy isolates each of the pods. @default in both directions */
  toIsolate(this: MatcherContext, received: Received, pods: PodsEnd, ...directions: readonly Direction[]): MatcherResult {
    return held(
      this,
      received,
      one((list) => list.isolated(pods, directions.length === 0 ? ["ingress", "egress"] : directions)),
    );
  },
  /** All of a list of expectations hold. */
  toSatisfy(this: MatcherContext, received: Received, expected: readonly ClusterExpectation[]): MatcherResult {
    return held(this, received, expected);
  },
  /** Nothing can be exchanged that could not before. */
  toAddNoConnections(this: MatcherContext, received: LoadedClusters): MatcherResult {
    if (received.before === undefined) throw new Error("the input does not tell what was there before; give a plan to `clustersFrom`");
    const opened = clusterChange(received.before, received.after).connections.filter((change) => change.opened !== "none");
    const lines = opened.map(({ from, to, opened: ports }) => `${from.name} → ${to.name} ${ports}`);
    if (opened.length === 0) return { pass: true, message: () => "nothing was opened" };
    // What only may be opened fails the negation as well.
    const isSure = opened.some((change) => !isUndecidedChange(change));
    return {
      pass: !isSure && this.isNot === true,
      message: () => `${isSure ? "opened" : "may be opened, which is not known yet"}:\n${lines.join("\n")}`,
    };
  },
};
