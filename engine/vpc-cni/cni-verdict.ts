import { isSelf } from "../ends";
import type { Direction, Endpoint, NetworkPolicy, Outcome, Protocol } from "../model";
import type { Applied, AppliedClusterPolicy } from "../rows/rows";
import type { Caveat, CniDecidedBy, CniDirectionVerdict, CniFlow, CniPolicyRef, CniReason, CniRuleRef, CniVerdict } from "./answers";
import { caveatsOf } from "./caveats";
import { isOwnNodeOf, pairAnswers, type PairAnswer, type Side } from "./cni-between";
import type { AppliedContributions, CniRows } from "./cni-rows";
import type { CniContribution } from "./contributions";
import { countEntries } from "./entry-limit";
import { type BackendAnswer, outcomeOf, type ServiceFlows } from "./service-flow";
import { exceptsWritten } from "./prefix-table";
import type { SubjectRows } from "./subject-rows";
import { tiersOf } from "./tiers";

/** Whether one flow is allowed, with what the agent's maps say about it. */
export function cniVerdict(rows: SubjectRows, services: ServiceFlows, flow: CniFlow): CniVerdict {
  const { to, protocol, port } = flow;
  if (to.kind === "service") return toService(rows, services, flow, to);
  const caveats = caveatsOf(rows, [flow.from, to]);
  const self = isSelf(flow.from, to);
  const toItself: CniVerdict = {
    outcome: "allowed",
    egress: silent("egress", "allowed", "exempt"),
    ingress: silent("ingress", "allowed", "exempt"),
    caveats,
  };
  if (self === "yes") return toItself;
  const answers = pairAnswers(rows, flow.from, to);
  const verdicts = answers.map((answer) => ofPair(rows, answer, protocol, port));
  return merged(self === "maybe" ? [...verdicts, toItself] : verdicts, caveats);
}

function toService(
  rows: SubjectRows,
  services: ServiceFlows,
  flow: CniFlow,
  to: Extract<CniFlow["to"], { readonly kind: "service" }>,
): CniVerdict {
  const { from, port, protocol } = flow;
  const answer = services.answer(from, to.service, port, protocol);
  const deciding = answer.backends.find(({ outcome }) => outcome === answer.outcome) ?? answer.backends[0];
  const target: readonly Endpoint[] = deciding === undefined ? [] : [{ kind: "workload", workload: deciding.backend.workload }];
  const rules = services.rules(from, to.service, port, protocol);
  const isolatedBy = from.kind === "workload" ? policiesOn(rows, from, "egress") : [];
  return {
    outcome: answer.outcome,
    egress: {
      direction: "egress",
      outcome: answer.egress,
      decidedBy: from.kind === "address" ? "outside" : isolatedBy.length > 0 ? "namespace" : "default",
      isolatedBy,
      reasons: rules.map(({ by, ...rule }): CniReason => ({ kind: "rule", rule: ruleRef(rows, rule, "egress"), by })),
    },
    ingress: ingressBehind(rows, flow, deciding, answer.outcome),
    caveats: caveatsOf(rows, [from, ...target]),
  };
}

/** What happens at the pods behind a Service, for the workload whose answer is that of the flow. */
function ingressBehind(
  rows: SubjectRows,
  { from, protocol }: CniFlow,
  deciding: BackendAnswer | undefined,
  otherwise: Outcome,
): CniDirectionVerdict {
  const number = deciding?.backend.port;
  if (deciding === undefined || number === undefined) return silent("ingress", deciding?.ingress ?? otherwise, "default");
  const [answer] = pairAnswers(rows, from, { kind: "workload", workload: deciding.backend.workload });
  const found = answer === undefined ? silent("ingress", deciding.ingress, "default") : ofPair(rows, answer, protocol, number).ingress;
  return { ...found, outcome: deciding.ingress };
}

function policiesOn(
  rows: SubjectRows,
  { workload }: Extract<Endpoint, { readonly kind: "workload" }>,
  direction: Direction,
): readonly CniPolicyRef[] {
  const { universe, interpretations } = rows.ground.evaluation;
  const [group] = universe.groups.ofWorkload(workload);
  const [interpretation] = interpretations;
  if (group === undefined || interpretation === undefined) return [];
  return rows
    .rowsIn(interpretation)
    .applied(group, direction)
    .map(({ policy }) => policyRef(rows, policy));
}

/** One verdict for several pods or readings: theirs where they agree, undecided where they do not. */
function merged(verdicts: readonly CniVerdict[], caveats: readonly Caveat[]): CniVerdict {
  const [first] = verdicts as readonly [CniVerdict, ...CniVerdict[]];
  const merge = (direction: Direction): CniDirectionVerdict => {
    const isSame = verdicts.every((each) => each[direction].outcome === first[direction].outcome);
    return isSame ? first[direction] : { ...first[direction], outcome: "undecided" };
  };
  const isSame = verdicts.every(({ outcome }) => outcome === first.outcome);
  if (isSame) return { ...first, caveats };
  return { outcome: "undecided", egress: merge("egress"), ingress: merge("ingress"), caveats };
}

function ofPair(rows: SubjectRows, { interpretation, from, to, ...answer }: PairAnswer, protocol: Protocol, port: number): CniVerdict {
  const { table } = rows.ground.evaluation;
  const side = (direction: Direction): CniDirectionVerdict => {
    const { certain, possible } = answer[direction];
    const outcome = outcomeOf(table.set(certain).has(protocol, port) ? "yes" : table.set(possible).has(protocol, port) ? "maybe" : "no");
    const [end, other] = direction === "egress" ? [from, to] : [to, from];
    return new SideReasons(rows, rows.rowsIn(interpretation), direction, { end, other, protocol, port }).verdict(outcome);
  };
  const [egress, ingress] = [side("egress"), side("ingress")];
  return { outcome: both(egress.outcome, ingress.outcome), egress, ingress, caveats: [] };
}

const both = (egress: Outcome, ingress: Outcome): Outcome =>
  egress === "denied" || ingress === "denied" ? "denied" : egress === "undecided" || ingress === "undecided" ? "undecided" : "allowed";

const silent = (direction: Direction, outcome: Outcome, decidedBy: CniDecidedBy): CniDirectionVerdict => ({
  direction,
  outcome,
  decidedBy,
  isolatedBy: [],
  reasons: [],
});

/** A flow seen from one end. */
interface SideFlow {
  readonly end: Side;
  readonly other: Side;
  readonly protocol: Protocol;
  readonly port: number;
}

/** Collects, beside the answer, what the maps of one end say. */
class SideReasons {
  constructor(
    private readonly subjects: SubjectRows,
    private readonly rows: CniRows,
    private readonly direction: Direction,
    private readonly flow: SideFlow,
  ) {}

  verdict(outcome: Outcome): CniDirectionVerdict {
    const { endpoint, end } = this.flow.end;
    const { direction } = this;
    if (endpoint.kind === "address" || end.group === undefined) return silent(direction, outcome, "outside");
    const { isEnforced, because } = this.subjects.enforcement(endpoint.workload);
    const obstacles = because.map((deviation): CniReason => ({ kind: "deviation", deviation }));
    if (isEnforced === "no") return { ...silent(direction, outcome, "not enforced"), reasons: obstacles };
    if (isOwnNodeOf(this.subjects, direction, this.flow.end, this.flow.other) === "yes") return silent(direction, outcome, "own node");
    const shared = this.subjects.worlds(this.rows, endpoint.workload, end.group);
    const more = shared.flatMap((world) => world[direction]);
    const applied = this.rows.applied(end.group, direction, more);
    const decidedBy = this.decidedBy(applied, this.subjects.isClosed(this.rows, end.group, { ingress: [], egress: [] }) === "yes");
    const sharing: readonly CniReason[] = shared.length > 1 ? [{ kind: "deviation", deviation: "L-04" }] : [];
    return {
      direction,
      outcome,
      decidedBy,
      isolatedBy: applied.map(({ policy }) => policyRef(this.subjects, policy)),
      reasons: [
        ...obstacles,
        ...sharing,
        ...this.uncertain(applied),
        ...this.matching(applied),
        ...this.excepted(applied),
        ...this.overflow(applied),
      ],
    };
  }

  /** Why nobody knows whether the controller has carried the policies out. */
  private uncertain(applied: readonly AppliedContributions[]): readonly CniReason[] {
    if (!this.rows.active.has("aws-kinds")) return [];
    const reasons = applied.flatMap(({ policy }) => this.rows.ground.uncertain.get(policy) ?? []);
    return [...new Set(reasons)].map((because) => ({ kind: "deviation", deviation: "aws-kinds", because }));
  }

  private decidedBy(applied: readonly AppliedContributions[], isClosed: boolean): CniDecidedBy {
    if (isClosed) return "strict";
    if (this.flow.end.end.group === undefined) return "outside";
    const tiers: Pick<Applied, "admin" | "baseline"> = tiersOf(this.rows, this.flow.end.end.group, this.direction);
    if (this.isFinal(tiers.admin)) return "Admin";
    if (applied.length > 0) return "namespace";
    return this.isFinal(tiers.baseline) ? "Baseline" : "default";
  }

  /** Whether the first rule that matches ends the matter. */
  private isFinal(policies: readonly AppliedClusterPolicy[]): boolean {
    const { table } = this.rows.ground.evaluation;
    const ordered = [...policies].sort((a, b) => Number(a.priority) - Number(b.priority)).flatMap(({ rules }) => rules);
    const first = ordered.find(
      ({ peers, ports }) =>
        (peers === undefined || peers.some(({ certain }) => certain.has(this.flow.other.end.index))) &&
        table.set(ports.certain).has(this.flow.protocol, this.flow.port),
    );
    return first !== undefined && first.action !== "Pass";
  }

  private matching(applied: readonly AppliedContributions[]): readonly CniReason[] {
    const { table } = this.rows.ground.evaluation;
    return applied.flatMap(({ contributions }) =>
      contributions.flatMap((each): readonly CniReason[] => {
        const hasPort = each.entries.some(({ possible }) => table.set(possible).has(this.flow.protocol, this.flow.port));
        if (!hasPort || !each.where.possible.has(this.flow.other.end.index)) return [];
        const block = blockText(each);
        return [
          { kind: "rule", rule: ruleRef(this.subjects, each, this.direction), by: each.block === undefined ? "pod" : "block", ...block },
        ];
      }),
    );
  }

  /** The exception that decides, when the longest prefix around the other end is one. */
  private excepted(applied: readonly AppliedContributions[]): readonly CniReason[] {
    const { group } = this.flow.end.end;
    const hasExceptions = applied.some(({ contributions }) => contributions.some((each) => exceptsWritten(each).length > 0));
    if (group === undefined || !hasExceptions || !this.rows.active.has("L-30")) return [];
    const chains = this.rows.prefixRow(group, this.direction).chainsAt(this.flow.other.end.index);
    return chains.flatMap((chain): readonly CniReason[] => {
      const last = chain[chain.length - 1];
      if (last?.isDenied !== true) return [];
      return [
        {
          kind: "except",
          except: last.block.toString(),
          of: last.contributions.map((each) => ruleRef(this.subjects, each, this.direction)),
        },
      ];
    });
  }

  private overflow(applied: readonly AppliedContributions[]): readonly CniReason[] {
    const here = applied.flatMap(({ contributions }) => contributions).filter(({ where }) => where.possible.has(this.flow.other.end.index));
    const entries = countEntries(here.flatMap((each) => each.entries));
    return entries > this.rows.limit ? [{ kind: "limit", entries, limit: this.rows.limit }] : [];
  }
}

const blockText = ({ block }: CniContribution): { readonly block?: string } =>
  block === undefined || block === "any" || typeof block.cidr !== "string" ? {} : { block: block.cidr };

/** Names a policy by its place among those the plugin reads. */
export function policyRef({ ground }: SubjectRows, place: number): CniPolicyRef {
  const { lists, evaluation } = ground;
  const { namespace, name, location } = evaluation.cluster.policies[place] as NetworkPolicy;
  const where = location === undefined ? {} : { location };
  if (place < lists.networkPolicies) return { kind: "NetworkPolicy", namespace, name, ...where };
  if (place < lists.namespacePolicies) return { kind: "ApplicationNetworkPolicy", namespace, name, ...where };
  return { kind: "ClusterNetworkPolicy", name, ...where };
}

/** Names the rule a contribution comes from. */
export const ruleRef = (
  rows: SubjectRows,
  { policy, rule }: Pick<CniContribution, "policy" | "rule">,
  direction: Direction,
): CniRuleRef => ({
  policy: policyRef(rows, policy),
  direction,
  rule,
});
