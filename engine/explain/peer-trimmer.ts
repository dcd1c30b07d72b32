import type { Evaluation } from "../evaluation";
import { type Direction, directions, type NetworkPolicy, type Rule, type Workload } from "../model";
import { parseAddress } from "../sets/ip-set";

/** Leaves out of policies the peers that match none of a few ends. A rule keeps its place even when nothing is left of it. */
export class PeerTrimmer {
  /** The classes the ends are in. */
  private readonly classes: readonly number[];

  constructor(
    private readonly evaluation: Evaluation,
    workloads: Iterable<Workload>,
    addresses: readonly string[],
  ) {
    const { universe } = evaluation;
    const pods = [...workloads].flatMap((workload) => universe.groups.ofWorkload(workload).map(({ index }) => index));
    this.classes = [...new Set([...pods, ...addresses.map((address) => universe.indexOf(parseAddress(address)))])];
  }

  /** The policy at this place of the whole cluster's list. */
  networkPolicy(policy: NetworkPolicy, index: number): NetworkPolicy {
    return directions.reduce<NetworkPolicy>((trimmed, direction) => {
      const rules = policy[direction];
      if (rules === undefined) return trimmed;
      return { ...trimmed, [direction]: rules.map((rule, place) => this.rule(rule, index, direction, place)) };
    }, policy);
  }

  private rule(rule: Rule, policy: number, direction: Direction, place: number): Rule {
    if (rule.peers === "any") return rule;
    const peers = rule.peers.filter((_, peer) => this.mayMatch(policy, direction, place, peer));
    return { ...rule, peers, ports: peers.length === 0 ? [] : rule.ports };
  }

  private mayMatch(policy: number, direction: Direction, rule: number, peer: number): boolean {
    return this.evaluation.interpretations.some((interpretation) => {
      const match = interpretation.rulesOf(policy, direction)[rule]?.peers?.[peer];
      return match === undefined || this.classes.some((each) => match.possible.has(each));
    });
  }
}
