import { endsOf, isSelf } from "../ends";
import type { Evaluation } from "../evaluation";
import { type Direction, type Endpoint, isUnknown, type Outcome, type Workload } from "../model";
import { parseAddress } from "../sets/ip-set";
import { cniBetween, pairAnswers } from "./cni-between";
import type { SubjectRows } from "./subject-rows";

/** Whether an ICMP packet, as `ping` sends them, gets from one end to another. */
export interface PingAnswer {
  /** The specification says nothing about ICMP: undecided wherever a policy applies to either end. */
  readonly specification: Outcome;
  readonly vpcCni: Outcome;
  readonly egress: Outcome;
  readonly ingress: Outcome;
}

/**
 * Answers about ICMP. Only entries without ports let it through, at both ends; ICMPv6 always passes, and so does whatever is not looked at.
 * `icmp` are the rows in which entries with ports say nothing.
 */
export function ping(specification: Evaluation, icmp: SubjectRows, from: Endpoint, to: Endpoint): PingAnswer {
  const undefinedThere = isApplied(specification, from, "egress") || isApplied(specification, to, "ingress");
  const specified: Outcome = undefinedThere && isSelf(from, to) !== "yes" ? "undecided" : "allowed";
  const families = familiesBetween(icmp, from, to);
  if (!families.has("IPv4")) return { specification: specified, vpcCni: "allowed", egress: "allowed", ingress: "allowed" };
  const hold = (outcome: Outcome): Outcome => (families.has("IPv6") && outcome !== "allowed" ? "undecided" : outcome);
  const { table } = icmp.ground.evaluation;
  const asOutcome = ({ certain, possible }: { readonly certain: number; readonly possible: number }): Outcome =>
    certain === table.all ? "allowed" : possible === table.none ? "denied" : "undecided";
  const answers = pairAnswers(icmp, from, to);
  const side = (direction: Direction): Outcome => hold(agreed(answers.map((answer) => asOutcome(answer[direction]))));
  return {
    specification: specified,
    vpcCni: hold(asOutcome(cniBetween(icmp, from, to))),
    egress: isSelf(from, to) === "yes" ? "allowed" : side("egress"),
    ingress: isSelf(from, to) === "yes" ? "allowed" : side("ingress"),
  };
}

/** Whether policies let a workload's pods exchange ICMP with nobody in one direction, though they let connections through. */
export function losesPing(rows: SubjectRows, icmp: SubjectRows, workload: Workload, direction: Direction): boolean {
  if (icmp.ground.settings.ipFamily !== "IPv4") return false;
  const { universe, interpretations, table } = rows.ground.evaluation;
  const groups = universe.groups.ofWorkload(workload);
  const everyRow = (of: SubjectRows, holds: (value: number) => boolean): boolean =>
    interpretations.every((each) =>
      groups.every((group) =>
        of
          .row(each, workload, group, direction)
          .possible.entries()
          .every(([value]) => holds(value)),
      ),
    );
  return everyRow(icmp, (value) => value === table.none) && !everyRow(rows, (value) => value === table.none);
}

function isApplied(specification: Evaluation, endpoint: Endpoint, direction: Direction): boolean {
  if (endpoint.kind === "address") return false;
  return endsOf(specification, endpoint).some(({ group }) =>
    specification.interpretations.some((each) => {
      if (group === undefined) return false;
      const { networkPolicies, clusterPolicies } = each.appliesTo(group, direction);
      return networkPolicies.length + clusterPolicies.length > 0;
    }),
  );
}

/** The families the packet may have: that of an address, else that of the cluster. */
function familiesBetween({ ground }: SubjectRows, from: Endpoint, to: Endpoint): ReadonlySet<"IPv4" | "IPv6"> {
  const { ipFamily } = ground.settings;
  const written = [from, to].flatMap((end) => (end.kind === "address" ? [parseAddress(end.address).family] : []));
  return new Set(written.length > 0 ? written : isUnknown(ipFamily) ? (["IPv4", "IPv6"] as const) : [ipFamily]);
}

const agreed = (outcomes: readonly Outcome[]): Outcome => {
  const [first = "undecided"] = outcomes;
  return outcomes.every((outcome) => outcome === first) ? first : "undecided";
};
