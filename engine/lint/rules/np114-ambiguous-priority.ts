import type { Evaluation } from "../../evaluation";
import { type ClusterPolicy, type Direction, directions, type Endpoint, isUnknown, type Value, type Workload } from "../../model";
import { workloadIndex } from "../../matching/workload-index";
import { clusterPolicyRef } from "../../reasons";
import { grouped } from "../../grouped";
import type { RuleMatch } from "../../matching/rule-matching";
import type { IndexSet } from "../../sets/index-set";
import type { LintRule, RuleFinding } from "../rule";
import { selectedPods } from "../selected-pods";
import { addressEnd, flowOf, type FlowWitness, proven, samplePort, workloadEnd } from "../witness";
import { placed, policyObject, quoted } from "../words";
import { type ConnectionSet } from "../../sets/connection-set";
import { formatAddress } from "../../sets/ip-set";

export const np114AmbiguousPriority: LintRule = {
  code: "NP114",
  name: "ambiguous-priority",
  title: "Two cluster-wide policies of one tier and priority decide differently about the same traffic",
  severity: "error",
  category: "correctness",
  seesUnread: true,
  check({ evaluation }) {
    const ranks = grouped(evaluation.cluster.clusterPolicies.entries(), ([, { tier, priority }]) =>
      isUnknown(priority) ? "" : `${tier} ${String(priority)}`,
    );
    ranks.delete("");
    return [...ranks.values()].flatMap((alike) =>
      alike.flatMap(([place, policy], at) =>
        alike.slice(at + 1).flatMap(([otherPlace, other]) => finding(evaluation, [place, policy], [otherPlace, other]) ?? []),
      ),
    );
  },
};

type Placed = readonly [place: number, policy: ClusterPolicy];

function finding(evaluation: Evaluation, one: Placed, other: Placed): RuleFinding | undefined {
  const witness = conflict(evaluation, one, other);
  if (witness === undefined) return undefined;
  const [, policy] = one;
  const [, second] = other;
  return {
    subject: policyObject(policy),
    message: `${quoted(policyObject(policy).name)} and ${quoted(policyObject(second).name)} have one tier and priority and decide differently about the same traffic, and no order is defined between them`,
    advice: "give one of them another priority",
    ...placed(policy),
    field: "spec.priority",
    because: [clusterPolicyRef(policy), clusterPolicyRef(second)],
    key: policyObject(second).name,
    witness,
  };
}

/** A flow that the engine cannot decide, because rules of both policies match it with different actions. */
function conflict(evaluation: Evaluation, one: Placed, other: Placed): FlowWitness | undefined {
  const theirs = new Set(selectedPods(evaluation).ofClusterPolicy(other[0]));
  const both = selectedPods(evaluation)
    .ofClusterPolicy(one[0])
    .filter((group) => theirs.has(group));
  const [subject] = both.flatMap(({ index }) => workloadIndex(evaluation).inGroup(index).slice(0, 1));
  if (subject === undefined) return undefined;
  const names = new Set([one, other].map(([, { name }]) => name));
  for (const direction of directions) {
    for (const overlap of overlaps(evaluation, one[0], other[0], direction)) {
      const found = firstUndecided(evaluation, subject, direction, overlap, (policy) => names.has(policy));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** What two rules with different actions both match. */
interface Overlap {
  readonly ports: ConnectionSet;
  readonly ends: readonly number[];
}

function overlaps({ interpretations, table, universe }: Evaluation, one: number, other: number, direction: Direction): readonly Overlap[] {
  const [interpretation] = interpretations;
  if (interpretation === undefined) return [];
  const endsOf = ({ peers }: RuleMatch): IndexSet =>
    peers?.reduce((all, { possible }) => all.union(possible), universe.none) ?? universe.all;
  return interpretation.clusterRulesOf(one, direction).flatMap((mine) =>
    interpretation
      .clusterRulesOf(other, direction)
      .filter(({ action }) => action !== mine.action)
      .map((their) => ({
        ports: table.set(table.intersect(mine.ports.possible, their.ports.possible)),
        ends: [...endsOf(mine).intersect(endsOf(their)).members()],
      })),
  );
}

/** How many ends are tried: an earlier rule may decide about some of them. */
const mostTried = 50;

function firstUndecided(
  evaluation: Evaluation,
  subject: Workload,
  direction: Direction,
  { ports, ends }: Overlap,
  isMeant: (policy: Value<string>) => boolean,
): FlowWitness | undefined {
  for (const end of ends.slice(0, mostTried)) {
    const other = endpointOf(evaluation, end, subject);
    const port = samplePort(ports, direction === "ingress" ? subject : other?.kind === "workload" ? other.workload : undefined);
    const witness =
      other === undefined || port === undefined ? undefined : proven(evaluation, flowOf(subject, direction, other, port), "undecided");
    const names = witness?.verdict[direction].clusterRules.map(({ policy }) => policy.name).filter(isMeant) ?? [];
    if (new Set(names).size > 1) return witness;
  }
  return undefined;
}

function endpointOf(evaluation: Evaluation, end: number, subject: Workload): Endpoint | undefined {
  const workload = workloadIndex(evaluation)
    .inGroup(end)
    .find((each) => each !== subject);
  if (workload !== undefined) return workloadEnd(workload);
  const address = evaluation.universe.addressesOf(end)?.first;
  return address === undefined ? undefined : addressEnd(formatAddress(address));
}
